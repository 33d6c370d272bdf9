// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { TestClock } from '../../core/clock.ts';
import { twoOf } from '../folder.suite.ts';
import { sentSuite } from './contract.suite.ts';
import { sqliteSentStore } from './sqlite.ts';

sentSuite('sent log in SQLite', () =>
  twoOf((folder, writer) => sqliteSentStore(join(folder, 'sent.db'), writer, new TestClock())),
);
