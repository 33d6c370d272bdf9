// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { twoOf } from '../folder.suite.ts';
import { quarantineSuite } from './contract.suite.ts';
import { sqliteQuarantineStore } from './sqlite.ts';

quarantineSuite('quarantine in SQLite and files', clock =>
  twoOf((folder, writer) =>
    sqliteQuarantineStore({ index: join(folder, 'quarantine.db'), folder: join(folder, 'quarantine') }, writer, clock),
  ),
);
