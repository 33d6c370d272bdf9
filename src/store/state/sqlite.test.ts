// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { twoOf } from '../folder.suite.ts';
import { startWriter } from '../thread/start.ts';
import { stateSuite } from './contract.suite.ts';
import { sqliteStateStore } from './sqlite.ts';

const open = (folder: string, writer: Parameters<typeof sqliteStateStore>[1]) =>
  sqliteStateStore(join(folder, 'state.db'), writer);

stateSuite('state in SQLite', () => twoOf(open));
stateSuite('state in SQLite by the storage thread', () => twoOf(open, () => startWriter(systemClock)));
