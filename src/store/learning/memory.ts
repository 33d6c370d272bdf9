// SPDX-License-Identifier: Apache-2.0
/** The learning log in memory, for tests, trials and evaluation: gone when the process ends. */
import { Fault } from '../../core/faults.ts';
import {
  boundsOfDay,
  isRevocation,
  type LearningEntry,
  type LearningStore,
  type Revoke,
  type Snapshots,
  type TrainingEntry,
} from './contract.ts';

export interface MemoryLearningOptions {
  /**
   * Without them a log of 100,000 messages takes 20 MB in place of 1.4 GB; its reader must be there from the beginning and learn from what it appends,
   * and a model cannot be made anew from it.
   */
  readonly keepsFeatures?: boolean;
}

export function memoryLearningStore({ keepsFeatures = true }: MemoryLearningOptions = {}): LearningStore {
  const log: LearningEntry[] = [];
  const byMessage = new Map<string, number[]>();
  const living = (n: number): TrainingEntry | undefined => {
    const entry = log[n - 1];
    return entry && !isRevocation(entry) && entry.revokedBy === undefined ? entry : undefined;
  };
  return {
    snapshots: memorySnapshots(),
    async append(training) {
      const n = log.length + 1;
      log.push({ ...training, n, ...(keepsFeatures ? {} : { extractors: {} }) });
      byMessage.set(training.messageId, [...(byMessage.get(training.messageId) ?? []), n]);
      return n;
    },
    async revoke(revocation) {
      const isMeant = matcherOf(revocation.revoke);
      const meant = log.flatMap(({ n }) => living(n) ?? []).filter(isMeant);
      const [first] = meant;
      if (!first) return undefined;
      const n = log.length + 1;
      for (const entry of meant) log[entry.n - 1] = { ...entry, revokedBy: n };
      const appended = { ...revocation, n, first: first.n, entries: meant.length };
      log.push(appended);
      return appended;
    },
    readFrom: async (n, limit) => log.slice(Math.max(0, n - 1), Math.max(0, n - 1) + limit),
    readHeads: async (n, limit) =>
      log
        .slice(Math.max(0, n - 1), Math.max(0, n - 1) + limit)
        .map(entry => (isRevocation(entry) ? entry : { ...entry, extractors: {} })),
    head: async () => log.length,
    async find(messageId) {
      const entries = (byMessage.get(messageId) ?? []).flatMap(n => living(n) ?? []);
      return entries.map(({ n, label, source, by }) => ({ n, label, source, by }));
    },
    async close() {},
  };
}

function matcherOf(revoke: Revoke): (entry: TrainingEntry) => boolean {
  if ('entry' in revoke) return entry => entry.n === revoke.entry;
  if ('user' in revoke) return entry => entry.by === revoke.user;
  if ('source' in revoke) return entry => entry.source === revoke.source;
  const bounds = boundsOfDay(revoke.day);
  if (!bounds) throw new Fault('bad-input', { detail: `not a day: ${revoke.day}` });
  return entry => entry.at >= bounds[0] && entry.at < bounds[1];
}

function memorySnapshots(): Snapshots {
  const kept = new Map<string, Map<number, readonly Uint8Array[]>>();
  return {
    list: async view => [...(kept.get(view)?.keys() ?? [])].sort((a, b) => b - a),
    async save(view, n, pieces) {
      kept.set(
        view,
        (kept.get(view) ?? new Map()).set(
          n,
          pieces.map(piece => piece.slice()),
        ),
      );
    },
    async load(view, n, pieces) {
      const found = kept.get(view)?.get(n);
      if (!found || found.length !== pieces.length) return false;
      if (found.some((piece, i) => piece.length !== pieces[i]!.length)) return false;
      found.forEach((piece, i) => pieces[i]!.set(piece));
      return true;
    },
    async remove(view, n) {
      kept.get(view)?.delete(n);
    },
  };
}
