// SPDX-License-Identifier: Apache-2.0
/** The quarantine in memory; stores opened on one `QuarantineMemory` share it. */
import { Fault } from '../../core/faults.ts';
import { quarantineIdPattern, type QuarantineEntry, type QuarantineStore } from './contract.ts';
import { quarantineMatcher } from './match.ts';
import { wholeOf } from './whole.ts';

export class QuarantineMemory {
  readonly kept = new Map<string, { readonly entry: QuarantineEntry; readonly bytes: Buffer }>();
}

export function memoryQuarantineStore({ kept } = new QuarantineMemory()): QuarantineStore {
  const newestFirst = (): QuarantineEntry[] =>
    [...kept.values()].map(one => one.entry).sort((a, b) => (isBefore(a, b) ? 1 : -1));
  return {
    async put(entry, message) {
      if (!quarantineIdPattern.test(entry.id)) {
        throw new Fault('bad-input', { detail: `quarantine id ${JSON.stringify(entry.id)}` });
      }
      const found = kept.get(entry.id);
      if (found) return found.entry;
      const bytes = await wholeOf(message);
      // Another put of the same may have come first while this one was read.
      const one = kept.get(entry.id) ?? { entry: { ...entry, sizeBytes: bytes.length, isReleased: false }, bytes };
      kept.set(entry.id, one);
      return one.entry;
    },
    get: async id => kept.get(id)?.entry,
    async list(query) {
      const isMeant = quarantineMatcher(query);
      const { before } = query;
      return newestFirst()
        .filter(entry => before === undefined || isBefore(entry, before))
        .filter(isMeant)
        .slice(0, query.limit);
    },
    async *open(id) {
      const one = kept.get(id);
      if (!one) throw new Fault('store-broken', { detail: `no quarantine entry ${id}` });
      yield one.bytes;
    },
    async markReleased(id) {
      const one = kept.get(id);
      if (one) kept.set(id, { ...one, entry: { ...one.entry, isReleased: true } });
      return one !== undefined;
    },
    remove: async id => kept.delete(id),
    async trim(before, maxBytes) {
      let bytes = newestFirst().reduce((sum, entry) => sum + entry.sizeBytes, 0);
      const gone: QuarantineEntry[] = [];
      for (const entry of newestFirst().reverse()) {
        if (entry.storedAt >= before && bytes <= maxBytes) break;
        bytes -= entry.sizeBytes;
        kept.delete(entry.id);
        gone.push(entry);
      }
      return gone;
    },
    async close() {},
  };
}

type Instant = Pick<QuarantineEntry, 'storedAt' | 'id'>;

function isBefore(a: Instant, b: Instant): boolean {
  return a.storedAt < b.storedAt || (a.storedAt === b.storedAt && a.id < b.id);
}
