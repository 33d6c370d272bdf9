// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { twoOf } from '../folder.suite.ts';
import { recordSuite } from './contract.suite.ts';
import { sqliteRecordStore } from './sqlite.ts';

recordSuite('records in SQLite', clock =>
  twoOf((folder, writer) => sqliteRecordStore(join(folder, 'records.db'), writer, clock)),
);
