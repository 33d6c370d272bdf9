// SPDX-License-Identifier: Apache-2.0
/** Records in memory; stores opened on one `RecordMemory` share it. */
import type { RecordStore } from './contract.ts';
import { forgetting } from './forget.ts';
import { eventText, firstAt, noKeys, recordOf, type Item } from './item.ts';
import { isMeant } from './match.ts';
import { newestFirst } from './order.ts';
import { itemsIn, lineOf } from './page.ts';

export class RecordMemory {
  readonly attempts = new Map<string, { readonly startedAt: number; items: Item[] }>();
}

export function memoryRecordStore({ attempts } = new RecordMemory()): RecordStore {
  const recordNamed = (id: string) => {
    const found = attempts.get(id);
    return found && recordOf(id, found.startedAt, found.items);
  };
  const all = () =>
    [...attempts]
      .map(([id, { startedAt, items }]) => ({ ...recordOf(id, startedAt, items), sizeBytes: sizeOf(items) }))
      .sort(newestFirst);
  return {
    append(id, events, keys = noKeys) {
      // By way of text, as a file has it: what a reader gets is never the value somebody else holds.
      const [item] = itemsIn(lineOf({ id, keys, events }));
      if (!item) return;
      const found = attempts.get(id);
      if (found) found.items.push(item);
      else attempts.set(id, { startedAt: firstAt(item), items: [item] });
    },
    get: async id => recordNamed(id) ?? recordNamed(all().find(one => one.keys.queueIds?.includes(id))?.id ?? ''),
    search: async query =>
      all()
        .filter(record => isMeant(record, query))
        .slice(0, query.limit)
        .flatMap(record => recordNamed(record.id) ?? []),
    async trim(before, maxBytes) {
      let sizeBytes = 0;
      let removed = 0;
      for (const record of all()) {
        sizeBytes += record.sizeBytes;
        if (record.startedAt >= before && sizeBytes <= maxBytes) continue;
        attempts.delete(record.id);
        removed += 1;
      }
      return removed;
    },
    async forget(address) {
      const { from } = forgetting(address);
      let changed = 0;
      for (const attempt of attempts.values()) {
        const without = attempt.items.map(item => from(item));
        if (without.some((item, i) => item !== attempt.items[i])) changed += 1;
        attempt.items = without;
      }
      return changed;
    },
    async flush() {},
    async close() {},
  };
}

function sizeOf(items: readonly Item[]): number {
  return items.flatMap(item => item.events).reduce((sum, event) => sum + Buffer.byteLength(eventText(event)), 0);
}
