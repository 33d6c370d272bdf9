// SPDX-License-Identifier: Apache-2.0
/**
 * A score journal as a file of JSON lines in a folder of its own, one writer at a time. A last line without its end was never promised: it is read over, and
 * the next writer takes it away. Any other line that cannot be read is `store-broken`, with file and line: nothing is guessed.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../core/faults.ts';
import { composedAtMost, type JournalEntry } from '../../core/score-edits.ts';
import { isMissing, storeFault } from '../files.ts';
import { holdLock, lockFileName } from '../lock.ts';
import type { ScoreJournal } from './contract.ts';

const lockWaitMs = 5_000;
// A rule of a folder has the name that its author gave it: RULES_foo_bar.
const symbol = z.string().regex(/^[A-Z]\w*$/);
const score = z.number().min(-1_000).max(1_000);
const edit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('score'), symbol, score: score.nullable() }),
  z.strictObject({
    kind: z.literal('composite'),
    symbol,
    expression: z.string().max(composedAtMost.expression),
    score,
    says: z.strictObject({ en: z.string(), ja: z.string() }),
  }),
  z.strictObject({ kind: z.literal('no-composite'), symbol }),
  z.strictObject({ kind: z.literal('undo'), number: z.number().int().positive() }),
]);
const line = z.strictObject({ number: z.number().int().positive(), at: z.number(), by: z.string(), edit });

export function scoreJournalFile(folder: string): ScoreJournal {
  const path = join(folder, 'journal.jsonl');
  return {
    read: async () => (await readJournal(path)).entries,
    async append(change, after) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw storeFault(error, folder);
      }
      const lock = await holdLock(join(folder, lockFileName), { waitMs: lockWaitMs });
      if (!lock) throw new Fault('store-unreachable', { detail: `${folder}: another writer does not let go of it` });
      try {
        const { entries, sizeBytes } = await readJournal(path);
        if (entries.length !== after) return undefined;
        const entry = { number: after + 1, ...change };
        // What could not be read back would keep every later change out.
        if (!line.safeParse(entry).success)
          throw new Fault('bad-input', { detail: `${path}: not an entry of a journal` });
        await write(path, `${JSON.stringify(entry)}\n`, sizeBytes);
        return entry;
      } finally {
        lock.release();
      }
    },
  };
}

/** `sizeBytes`: up to the end of the last whole line. */
async function readJournal(
  path: string,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly sizeBytes: number }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return { entries: [], sizeBytes: 0 };
    throw storeFault(error, path);
  }
  const sizeBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.toString('utf8', 0, sizeBytes).split('\n').slice(0, -1);
  return { entries: lines.map((text, i) => entryOf(text, i + 1, path)), sizeBytes };
}

function entryOf(text: string, number: number, path: string): JournalEntry {
  try {
    const entry = line.parse(JSON.parse(text));
    if (entry.number === number) return entry;
  } catch (cause) {
    throw new Fault('store-broken', { detail: `${path}:${number}: not an entry of a journal`, cause });
  }
  throw new Fault('store-broken', { detail: `${path}:${number}: the entry has another number` });
}

async function write(path: string, text: string, at: number): Promise<void> {
  try {
    const file = await open(path, 'a', 0o600);
    try {
      await file.truncate(at);
      await file.appendFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw storeFault(error, path);
  }
}
