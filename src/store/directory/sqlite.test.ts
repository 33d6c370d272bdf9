// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { twoOf } from '../folder.suite.ts';
import { directorySuite } from './contract.suite.ts';
import { sqliteDirectoryStore } from './sqlite.ts';

directorySuite('directory in SQLite', clock =>
  twoOf((folder, writer) => sqliteDirectoryStore(join(folder, 'directory.db'), writer, clock)),
);
