// SPDX-License-Identifier: Apache-2.0
/** The learning log in memory, for tests, trials and evaluation: gone when the process ends. */
import { Fault } from '../../core/faults.ts';
import {
  boundsOfDay,
  clearLogOdds,
  isRevocation,
  type AccountCounts,
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
    readProven: async (n, limit) =>
      log
        .slice(Math.max(0, n - 1))
        .filter(entry => isRevocation(entry) || entry.proven)
        .slice(0, limit)
        .map(entry => (isRevocation(entry) ? entry : { ...entry, extractors: {} })),
    readOf: async (by, limit) =>
      log
        .flatMap(({ n }) => living(n) ?? [])
        .filter(entry => entry.by === by && entry.source === 'person')
        .slice(-limit),
    readFindings: async (limit, { n: below = Infinity, at: until = Infinity } = {}) =>
      log
        .flatMap(({ n }) => living(n) ?? [])
        .filter(({ n, at, findings }) => findings !== undefined && n < below && at < until)
        .slice(-limit)
        .map(({ n, label, findings, evidence }) => ({
          n,
          label,
          ...(findings ? { findings } : {}),
          ...(evidence ? { evidence } : {}),
        })),
    head: async () => log.length,
    async find(messageId) {
      const entries = (byMessage.get(messageId) ?? []).flatMap(n => living(n) ?? []);
      return entries.map(({ n, label, source, by, kind }) => ({ n, label, source, by, ...(kind ? { kind } : {}) }));
    },
    async list({ user, day, limit }) {
      const isOfDay = matcherOfDay(day);
      const meant = log.filter(entry => (user === undefined || entry.by === user) && isOfDay(entry));
      return meant
        .reverse()
        .slice(0, limit)
        .map(entry => {
          if (isRevocation(entry)) return entry;
          const { extractors: _, findings: __, ...listed } = entry;
          return listed;
        });
    },
    async accounts(by) {
      const accounts = new Map<string, AccountCounts>();
      for (const entry of log) {
        if (isRevocation(entry) || entry.source !== 'person' || (by !== undefined && entry.by !== by)) continue;
        accounts.set(entry.by, withEntry(accounts.get(entry.by), entry));
      }
      return [...accounts.values()].sort((a, b) => (a.by < b.by ? -1 : 1));
    },
    async close() {},
  };
}

function withEntry(counts: AccountCounts | undefined, { by, label, logOdds, revokedBy }: TrainingEntry): AccountCounts {
  const { labels, revoked, judged, contradictions } = counts ?? { labels: 0, revoked: 0, judged: 0, contradictions: 0 };
  if (revokedBy !== undefined) return { by, labels, revoked: revoked + 1, judged, contradictions };
  const isContrary = logOdds !== undefined && (label === 'spam' ? -logOdds : logOdds) > clearLogOdds;
  return {
    by,
    labels: labels + 1,
    revoked,
    judged: judged + (logOdds === undefined ? 0 : 1),
    contradictions: contradictions + (isContrary ? 1 : 0),
  };
}

function matcherOf(revoke: Revoke): (entry: TrainingEntry) => boolean {
  if ('entry' in revoke) return entry => entry.n === revoke.entry;
  if ('user' in revoke) return entry => entry.by === revoke.user;
  if ('source' in revoke) return entry => entry.source === revoke.source;
  return matcherOfDay(revoke.day);
}

function matcherOfDay(day: string | undefined): (entry: Pick<LearningEntry, 'at'>) => boolean {
  if (day === undefined) return () => true;
  const bounds = boundsOfDay(day);
  if (!bounds) throw new Fault('bad-input', { detail: `not a day: ${day}` });
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
