// SPDX-License-Identifier: Apache-2.0
/** Records in an SQLite file that all processes share; written by the storage thread, up to a second's worth at a time, read in the calling thread. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { Batch } from '../batch.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import type { Writer } from '../thread/writer.ts';
import type { AttemptRecord, RecordQuery, RecordStore } from './contract.ts';
import { firstAt, grow, growingItem, mergeItems, noKeys, recordOf, type GrowingItem, type Item } from './item.ts';
import { idsWith, isMeant, keysLine, wordOf } from './match.ts';
import { newestFirst } from './order.ts';
import { lineOf } from './page.ts';
import { RecordReader } from './reader.ts';
import type { Appended } from './verbs.ts';
import type { Forgotten } from './forget-pages.ts';

/** Events waiting are written at once from here on: some 250 kB. */
const fullEvents = 1_000;
/** Events kept while the disk refuses: some 25 MB. */
const keptEvents = 100_000;

export interface RecordOptions {
  /** Told once when writing fails and not again until it worked; and how many appends had to be let go. */
  readonly onTrouble?: (error: unknown, lost: number) => void;
}

export async function sqliteRecordStore(
  path: string,
  writer: Writer,
  clock: Clock,
  { onTrouble = () => {} }: RecordOptions = {},
): Promise<RecordStore> {
  const remote = await writer.open('records', path);
  const database = openForReading(path);
  const reader = new RecordReader(database);
  /** What has come of an attempt since the last write, so that its many events are one item. */
  const growing = new Map<string, GrowingItem>();
  const batch = new Batch<Item>({
    clock,
    write(items) {
      growing.clear();
      return remote.call('append', appendedOf(items));
    },
    size: item => item.events.length,
    fullAt: fullEvents,
    keepAtMost: keptEvents,
    onTrouble(error, lost) {
      // What was let go may be among these, and would grow where nobody writes it.
      growing.clear();
      onTrouble(error, lost);
    },
  });

  return {
    append(id, events, keys = noKeys) {
      const item = growing.get(id);
      if (item) {
        grow(item, events, keys);
        batch.grown(events.length);
      } else {
        const fresh = growingItem({ id, events, keys });
        growing.set(id, fresh);
        batch.add(fresh);
      }
    },
    async get(id) {
      await batch.flush();
      return speakingFaults(() => {
        const attempt = reader.attemptOf(id) ?? attemptIn(batch.unwritten(), id);
        const written = reader.read(attempt);
        return withUnwritten(attempt, written, batch.unwritten());
      }, path);
    },
    async search(query) {
      await batch.flush();
      return searched(reader, query, path);
    },
    async trim(before, maxBytes) {
      await batch.flush();
      for (let attempts = 0; ;) {
        const trimmed = await remote.call('trim', before, maxBytes);
        attempts += trimmed.attempts;
        if (trimmed.isDone) return attempts;
      }
    },
    async forget(address) {
      await batch.flush();
      const ids = new Set<string>();
      for (let after: number | undefined = 0; after !== undefined;) {
        const forgotten: Forgotten = await remote.call('forget', address, after);
        for (const id of forgotten.ids) ids.add(id);
        after = forgotten.last;
      }
      return ids.size;
    },
    flush: () => batch.flush(),
    async close() {
      await batch.close();
      database.close();
      await remote.close();
    },
  };
}

function appendedOf(items: readonly Item[]): Appended {
  const merged = mergeItems(items);
  return {
    items: merged.map(lineOf).join(''),
    keys: merged.map(item => keysLine(item.id, item.keys)).join(''),
    attempts: merged.map(item => [item.id, firstAt(item)]),
    queued: merged.flatMap(item => (item.keys.queueIds ?? []).map(queueId => [queueId, item.id] as const)),
  };
}

/** Goes back in time page by page, until no page left can hold a newer attempt than those found. */
async function searched(reader: RecordReader, query: RecordQuery, path: string): Promise<readonly AttemptRecord[]> {
  const { since = 0, until = Number.MAX_SAFE_INTEGER, limit } = query;
  const word = wordOf(query);
  const seen = new Set<string>();
  let found: AttemptRecord[] = [];
  for (let at = reader.newest(since); at; at = speakingFaults(() => reader.olderThan(at!, since), path)) {
    const oldest = found[limit - 1];
    if (limit <= 0 || (oldest && oldest.startedAt > at.lastStarted)) break;
    if (at.firstStarted > until) continue;
    const ids = speakingFaults(() => idsWith(reader.keysOf(at!.page), word), path);
    for (const id of ids) {
      if (seen.has(id)) continue;
      seen.add(id);
      const record = speakingFaults(() => reader.read(id), path);
      if (record && isMeant(record, query)) found.push(record);
    }
    found = found.sort(newestFirst).slice(0, Math.max(limit, 0));
    // Others have their turn: a search may go over all there is.
    await nextTurn();
  }
  return found;
}

function attemptIn(unwritten: readonly Item[], id: string): string {
  return unwritten.find(item => item.keys.queueIds?.includes(id))?.id ?? id;
}

/** With what the disk has refused so far. An event may just have been written that is also still held here: it counts once. */
function withUnwritten(
  id: string,
  written: AttemptRecord | undefined,
  unwritten: readonly Item[],
): AttemptRecord | undefined {
  const waiting = unwritten.filter(item => item.id === id);
  const [first] = waiting;
  if (!first) return written;
  const known = new Set(written?.events.map(event => JSON.stringify(event)));
  const fresh = waiting.map(item => ({
    ...item,
    events: item.events.filter(event => !known.has(JSON.stringify(event))),
  }));
  return recordOf(id, written?.startedAt ?? firstAt(first), written ? [written, ...fresh] : fresh);
}
