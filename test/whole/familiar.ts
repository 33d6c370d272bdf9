// SPDX-License-Identifier: Apache-2.0
/** Familiar — a data folder in which a network is familiar before the server starts: as if wanted mail had come from there for long. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { entryKey, formatEntry } from '../../src/connection/familiar/entry.ts';
import { systemClock } from '../../src/core/clock.ts';
import { sqliteStateStore } from '../../src/store/state/sqlite.ts';
import { startWriter } from '../../src/store/thread/start.ts';

export async function knowNetwork(dataPath: string, network: string): Promise<void> {
  await mkdir(dataPath, { recursive: true });
  const writer = startWriter(systemClock, fault => {
    throw fault;
  });
  const state = await sqliteStateStore(join(dataPath, 'state.db'), writer);
  const now = Date.now();
  const entry = {
    isFamiliar: true,
    since: now - 1e9,
    last: now,
    wanted: 99,
    unwanted: 0,
    networks: [network],
    domains: [],
    isAdded: true,
  };
  await state.set(entryKey(`network:${network}`), formatEntry(entry), 1e9, now);
  await state.close();
  await writer.close();
}
