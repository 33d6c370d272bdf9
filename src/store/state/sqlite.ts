// SPDX-License-Identifier: Apache-2.0
/**
 * The state store in one SQLite file that all processes share. Writes go through the storage thread; `get` and `list` read in the calling thread.
 * A verb that has no answer within 200 ms rejects with `store-unreachable`: its check is unavailable and the mail passes.
 */
import { Fault } from '../../core/faults.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import type { Writer } from '../thread/writer.ts';
import { valueLimitBytes, type StateEntry, type StateStore } from './contract.ts';
import { lifeOf, type TidyFrom } from './verbs.ts';

const patienceMs = 200;

export async function sqliteStateStore(path: string, writer: Writer): Promise<StateStore> {
  const remote = await writer.open('state', path, { patienceMs });
  const reader = openForReading(path);
  const one = reader.prepare('SELECT value, written, expires FROM value WHERE key = ?');
  const page = reader.prepare(
    'SELECT key, value, written, expires FROM value WHERE key > ?1 AND key >= ?2 ORDER BY key',
  );

  /** A promise where the writer has to be asked: the clock was set back since, so that its lifetime begins anew, which only a writer can note. */
  const living = (key: string, now: number): string | undefined | Promise<string | undefined> => {
    const row = speakingFaults(() => one.get(key), path);
    if (!row) return undefined;
    const life = lifeOf(row, now);
    if (life.writtenLater) return remote.call('get', key, now);
    return life.isAlive ? life.value : undefined;
  };

  return {
    get: async (key, now) => living(key, now),
    async set(key, value, ttlMs, now) {
      await remote.call('set', key, limited(value), ttlMs, now);
    },
    // What lives there stays: it need not be asked for elsewhere.
    async settle(key, value, ttlMs, now) {
      const given = limited(value);
      const found = living(key, now);
      return typeof found === 'string' ? found : remote.call('settle', key, given, ttlMs, now);
    },
    swap: async (key, expected, next, ttlMs, now) => remote.call('swap', key, expected, limited(next), ttlMs, now),
    count: (key, by, windowMs, now) => remote.call('count', key, by, windowMs, now),
    take: (key, tokens, ratePerSecond, burst, now) => remote.call('take', key, tokens, ratePerSecond, burst, now),
    hold: (key, member, ttlMs, now) => remote.call('hold', key, member, ttlMs, now),
    remove: (key, _now, member) => remote.call('remove', key, member),
    async list(prefix, after, limit, now) {
      return speakingFaults(() => {
        const entries: StateEntry[] = [];
        for (const row of page.iterate(after, prefix)) {
          const key = String(row['key']);
          if (entries.length >= limit || !key.startsWith(prefix)) break;
          const { value, isAlive, ttlMs } = lifeOf(row, now);
          if (isAlive) entries.push({ key, value, expiresAt: Math.min(Number(row['written']), now) + ttlMs });
        }
        return entries;
      }, path);
    },
    lease: (name, holder, ttlMs, now) => remote.call('lease', name, holder, ttlMs, now),
    async tidy(now) {
      let from: TidyFrom | undefined = { table: 0, key: '' };
      while (from) from = await remote.call('tidy', from, now);
    },
    async close() {
      reader.close();
      await remote.close();
    },
  };
}

function limited(value: string): string {
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > valueLimitBytes) throw new Fault('bad-input', { detail: `a state value of ${sizeBytes} bytes` });
  return value;
}
