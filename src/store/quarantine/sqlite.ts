// SPDX-License-Identifier: Apache-2.0
/**
 * The quarantine: an index in SQLite and a file for each message, shared by all processes.
 * First the file is on disk, then its entry; removing goes the other way, so that an entry always has its message and what a kill leaves is only a file without entry.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StatementSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import type { Writer } from '../thread/writer.ts';
import { quarantineIdPattern, type QuarantineEntry, type QuarantineQuery, type QuarantineStore } from './contract.ts';
import { QuarantineFiles } from './files.ts';
import { quarantineMatcher } from './match.ts';
import { entryOf } from './verbs.ts';

/** A message takes minutes to come in at most; a file without entry that is older than this was left by a kill. */
const orphanAgeMs = 3_600_000;
/** Entries looked at before others have their turn: a few milliseconds. */
const pageRows = 500;

export interface QuarantinePlace {
  /** The index, `….db`. */
  readonly index: string;
  readonly folder: string;
}

export async function sqliteQuarantineStore(
  { index, folder }: QuarantinePlace,
  writer: Writer,
  clock: Clock,
): Promise<QuarantineStore> {
  const remote = await writer.open('quarantine', index);
  const files = new QuarantineFiles(folder);
  const reader = openForReading(index);
  const one = reader.prepare('SELECT * FROM entry WHERE id = ?');
  const page = reader.prepare(
    'SELECT * FROM entry WHERE (stored_at, id) < (?, ?) ORDER BY stored_at DESC, id DESC LIMIT ?',
  );
  const get = (id: string): QuarantineEntry | undefined => {
    const row = speakingFaults(() => one.get(id), index);
    return row && entryOf(row);
  };
  await files.removeOrphans(id => get(id) !== undefined, clock.now() - orphanAgeMs);

  return {
    async put(entry, message) {
      if (!quarantineIdPattern.test(entry.id)) {
        throw new Fault('bad-input', { detail: `quarantine id ${JSON.stringify(entry.id)}` });
      }
      const found = get(entry.id);
      if (found) return found;
      const sizeBytes = await files.write(entry.id, message);
      return remote.call('put', { ...entry, sizeBytes, isReleased: false });
    },
    get: async id => get(id),
    list: query => listed(query, page, index),
    async *open(id) {
      if (!get(id)) throw new Fault('store-broken', { detail: `no entry ${id} in ${join(index)}` });
      yield* files.read(id);
    },
    markReleased: id => remote.call('markReleased', id),
    async remove(id) {
      const isGone = await remote.call('remove', id);
      if (isGone) await files.remove(id);
      return isGone;
    },
    async trim(before, maxBytes) {
      const gone: QuarantineEntry[] = [];
      for (;;) {
        const some = await remote.call('trim', before, maxBytes);
        if (some.length === 0) return gone;
        for (const entry of some) await files.remove(entry.id);
        gone.push(...some);
      }
    },
    async close() {
      reader.close();
      await remote.close();
    },
  };
}

async function listed(query: QuarantineQuery, page: StatementSync, path: string): Promise<readonly QuarantineEntry[]> {
  const isMeant = quarantineMatcher(query);
  const entries: QuarantineEntry[] = [];
  let last: { readonly storedAt: number; readonly id: string } = query.before ?? {
    storedAt: Number.MAX_SAFE_INTEGER,
    id: '',
  };
  while (entries.length < query.limit) {
    const { storedAt, id } = last;
    const rows = speakingFaults(() => page.all(storedAt, id, pageRows), path).map(entryOf);
    for (const entry of rows) if (entries.length < query.limit && isMeant(entry)) entries.push(entry);
    const end = rows.at(-1);
    if (!end || rows.length < pageRows) break;
    last = end;
    await nextTurn();
  }
  return entries;
}
