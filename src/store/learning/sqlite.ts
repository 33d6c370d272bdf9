// SPDX-License-Identifier: Apache-2.0
/**
 * The learning log in an SQLite file of its own that all processes share, with snapshots as files beside it (`….snapshots/`).
 * Written by the storage thread; SQLite lets one writer at a time in, and so the numbers have no gaps. Reading is done here.
 */
import type { SQLOutputValue } from 'node:sqlite';
import { Fault } from '../../core/faults.ts';
import { openForReading, speakingFaults } from '../sqlite.ts';
import type { Writer } from '../thread/writer.ts';
import { boundsOfDay, type Extracted, type LearningEntry, type LearningStore, type Revoke } from './contract.ts';
import { fileSnapshots } from './snapshot-files.ts';

const none = new Uint8Array();

type Row = Readonly<Record<string, SQLOutputValue>>;

export async function sqliteLearningStore(path: string, writer: Writer): Promise<LearningStore> {
  const remote = await writer.open('learning', path);
  const reader = openForReading(path);
  const page = reader.prepare('SELECT * FROM entry LEFT JOIN features USING (n) WHERE n >= ? ORDER BY n LIMIT ?');
  const heads = reader.prepare('SELECT * FROM entry WHERE n >= ? ORDER BY n LIMIT ?');
  const last = reader.prepare('SELECT coalesce(max(n), 0) AS n FROM entry');
  const about = reader.prepare(
    'SELECT n, label, source, by FROM entry WHERE message_id = ? AND revoked_by IS NULL ORDER BY n',
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
    readHeads: async (n, limit) =>
      speakingFaults(() => heads.all(n, limit).map(row => entryOf({ ...row, extractors: '[]', bytes: none })), path),
    head: async () => speakingFaults(() => Number(last.get()!['n']), path),
    find: async messageId =>
      speakingFaults(() => about.all(messageId).map(row => ({ ...headOf(row), n: Number(row['n']) })), path),
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

function entryOf(row: Row): LearningEntry {
  const n = Number(row['n']);
  const at = Number(row['at']);
  if (row['label'] === null) {
    const revoke = JSON.parse(String(row['revokes'])) as Revoke;
    return { n, at, by: String(row['by']), revoke, first: Number(row['first']), entries: Number(row['entries']) };
  }
  return {
    n,
    at,
    ...headOf(row),
    messageId: String(row['message_id']),
    extractors: extractorsOf(row),
    ...(row['findings'] === null ? {} : { findings: JSON.parse(String(row['findings'])) }),
    ...(row['proven'] === null ? {} : { proven: JSON.parse(String(row['proven'])) }),
    ...(row['revoked_by'] === null ? {} : { revokedBy: Number(row['revoked_by']) }),
  };
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
