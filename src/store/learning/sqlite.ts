// SPDX-License-Identifier: Apache-2.0
/**
 * The learning log in an SQLite file of its own that all processes share, with snapshots as files beside it (`….snapshots/`).
 * Written by the storage thread; SQLite lets one writer at a time in, and so the numbers have no gaps. Reading is done here.
 */
import type { SQLOutputValue } from 'node:sqlite';
import { Fault } from '../../core/faults.ts';
import { isKind, type Kind } from '../../core/kinds.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import type { Writer } from '../thread/writer.ts';
import {
  boundsOfDay,
  clearLogOdds,
  type AccountCounts,
  type Extracted,
  type LearningEntry,
  type LearningStore,
  type ListedEntry,
  type ListedTraining,
  type RevocationEntry,
  type Revoke,
  type TrainingEntry,
} from './contract.ts';
import { fileSnapshots } from './snapshot-files.ts';
import { concernsProven } from './verbs.ts';

const none = new Uint8Array();

type Row = Readonly<Record<string, SQLOutputValue>>;

export async function sqliteLearningStore(path: string, writer: Writer): Promise<LearningStore> {
  const remote = await writer.open('learning', path);
  const reader = openForReading(path);
  const page = reader.prepare('SELECT * FROM entry LEFT JOIN features USING (n) WHERE n >= ? ORDER BY n LIMIT ?');
  const proven = reader.prepare(`SELECT * FROM entry WHERE ${concernsProven} AND n >= ? ORDER BY n LIMIT ?`);
  const said = reader.prepare(
    `SELECT * FROM entry LEFT JOIN features USING (n) WHERE by = ? AND source = 'person' AND revoked_by IS NULL ORDER BY n DESC LIMIT ?`,
  );
  const found = reader.prepare(
    'SELECT * FROM entry WHERE findings IS NOT NULL AND label IS NOT NULL AND revoked_by IS NULL AND n < ? AND at < ? ORDER BY n DESC LIMIT ?',
  );
  const last = reader.prepare('SELECT coalesce(max(n), 0) AS n FROM entry');
  const about = reader.prepare(
    'SELECT n, label, source, by, kind FROM entry WHERE message_id = ? AND revoked_by IS NULL ORDER BY n',
  );
  const listed = reader.prepare(
    'SELECT * FROM entry WHERE (:user IS NULL OR by = :user) AND at >= :from AND at < :to ORDER BY n DESC LIMIT :limit',
  );
  const counted = reader.prepare(
    `SELECT by, count(*) FILTER (WHERE revoked_by IS NULL) AS labels, count(revoked_by) AS revoked,
       count(log_odds) FILTER (WHERE revoked_by IS NULL) AS judged,
       count(*) FILTER (WHERE revoked_by IS NULL AND CASE label WHEN 'spam' THEN -log_odds ELSE log_odds END > ${clearLogOdds}) AS contradictions
     FROM entry WHERE source = 'person' AND (:by IS NULL OR by = :by) GROUP BY by ORDER BY by`,
  );
  return {
    snapshots: fileSnapshots(`${path}.snapshots`),
    append: training => remote.call('append', training),
    async revoke(revocation) {
      const { revoke } = revocation;
      if ('day' in revoke && !boundsOfDay(revoke.day))
        throw new Fault('bad-input', { detail: `not a day: ${revoke.day}` });
      return remote.call('revoke', revocation);
    },
    readFrom: async (n, limit) => speakingFaults(() => page.all(n, limit).map(entryOf), path),
    readProven: async (n, limit) =>
      speakingFaults(() => proven.all(n, limit).map(row => entryOf({ ...row, extractors: '[]', bytes: none })), path),
    readOf: async (by, limit) => speakingFaults(() => said.all(by, limit).reverse().map(trainingOf), path),
    readFindings: async (limit, { n = Number.MAX_SAFE_INTEGER, at = Number.MAX_SAFE_INTEGER } = {}) =>
      speakingFaults(
        () =>
          found
            .all(n, at, limit)
            .reverse()
            .map(row => ({
              n: Number(row['n']),
              label: headOf(row).label,
              findings: JSON.parse(String(row['findings'])),
              ...(row['evidence'] === null ? {} : { evidence: JSON.parse(String(row['evidence'])) }),
            })),
        path,
      ),
    head: async () => speakingFaults(() => Number(last.get()!['n']), path),
    find: async messageId =>
      speakingFaults(
        () => about.all(messageId).map(row => ({ ...headOf(row), n: Number(row['n']), ...kindOf(row) })),
        path,
      ),
    async list({ user, day, limit }) {
      const bounds = day === undefined ? [0, Number.MAX_SAFE_INTEGER] : boundsOfDay(day);
      if (!bounds) throw new Fault('bad-input', { detail: `not a day: ${day ?? ''}` });
      const [from = 0, to = 0] = bounds;
      return speakingFaults(() => listed.all({ user: user ?? null, from, to, limit }).map(listedOf), path);
    },
    accounts: async by => speakingFaults(() => counted.all({ by: by ?? null }).map(countsOf), path),
    async close() {
      reader.close();
      await remote.close();
    },
  };
}

function headOf(row: Row) {
  return {
    by: String(row['by']),
    // Written by `training` above from these very types.
    source: String(row['source']) as 'person' | 'automatic' | 'import',
    label: String(row['label']) as 'spam' | 'ham',
  };
}

function kindOf({ kind }: Row): { readonly kind?: Kind } {
  return isKind(kind) ? { kind } : {};
}

function entryOf(row: Row): LearningEntry {
  return row['label'] === null ? revocationOf(row) : trainingOf(row);
}

function trainingOf(row: Row): TrainingEntry {
  const findings = row['findings'] === null ? {} : { findings: JSON.parse(String(row['findings'])) };
  return { ...listedTrainingOf(row), extractors: extractorsOf(row), ...findings };
}

function listedOf(row: Row): ListedEntry {
  return row['label'] === null ? revocationOf(row) : listedTrainingOf(row);
}

function revocationOf(row: Row): RevocationEntry {
  const number = (name: string): number => Number(row[name]);
  const revoke = JSON.parse(String(row['revokes'])) as Revoke;
  const [n, at, first, entries] = [number('n'), number('at'), number('first'), number('entries')];
  return { n, at, by: String(row['by']), revoke, first, entries };
}

function listedTrainingOf(row: Row): ListedTraining {
  return {
    n: Number(row['n']),
    at: Number(row['at']),
    ...headOf(row),
    messageId: String(row['message_id']),
    ...(row['log_odds'] === null ? {} : { logOdds: Number(row['log_odds']) }),
    ...(row['evidence'] === null ? {} : { evidence: JSON.parse(String(row['evidence'])) }),
    ...(row['proven'] === null ? {} : { proven: JSON.parse(String(row['proven'])) }),
    ...kindOf(row),
    ...(row['revoked_by'] === null ? {} : { revokedBy: Number(row['revoked_by']) }),
  };
}

function countsOf(row: Row): AccountCounts {
  const number = (name: string): number => Number(row[name]);
  const [labels, revoked] = [number('labels'), number('revoked')];
  return { by: String(row['by']), labels, revoked, judged: number('judged'), contradictions: number('contradictions') };
}

function extractorsOf(row: Row): Record<string, Extracted> {
  const bytes = row['bytes'] as Uint8Array;
  const index = JSON.parse(String(row['extractors'])) as { name: string; version: number; sizeBytes: number }[];
  let at = 0;
  return Object.fromEntries(
    index.map(({ name, version, sizeBytes }) => {
      const features = bytes.subarray(at, (at += sizeBytes));
      return [name, { version, features }];
    }),
  );
}
