// SPDX-License-Identifier: Apache-2.0
/**
 * Putter — a program for tests that kill it or break its disk: puts messages side by side and says what it was promised, a line each, after the promise.
 * `ok ID` the message is durable · `no ID` it was refused · `try ID` its delivery begins · `done ID` that it was delivered is durable.
 * Arguments: folder, puts side by side, puts in all, segment bytes, delivered (1 in n; 0 none), first number. Bodies follow from ids, so that who reads them back needs no copy.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { entryFor } from './example.suite.ts';
import { openQueue } from './open.ts';

/** Mostly some kB; one in 40 is over 1 MiB and has a file of its own. */
export function bodyOf(id: string): Buffer {
  let seed = 7;
  for (const sign of id) seed = (seed * 31 + sign.charCodeAt(0)) % 1_000_003;
  const size = seed % 40 === 0 ? 1_048_577 + (seed % 5_000) : seed % 6_000;
  return Buffer.alloc(size, `Subject: ${id}\r\n\r\nbody ${seed} of ${id}\r\n`);
}

export interface PutterOptions {
  readonly folder: string;
  readonly concurrent: number;
  readonly messages: number;
  readonly segmentBytes: number;
  /** Every n-th message is delivered right away; 0: none. */
  readonly deliversEach: number;
  readonly first: number;
}

export function putterArguments(options: PutterOptions): readonly string[] {
  const { folder, concurrent, messages, segmentBytes, deliversEach, first } = options;
  return [import.meta.filename, folder, ...[concurrent, messages, segmentBytes, deliversEach, first].map(String)];
}

async function main([folder = '', ...numbers]: readonly string[]): Promise<void> {
  const [concurrent = 1, messages = 1, segmentBytes = 65_536, deliversEach = 0, first = 0] = numbers.map(Number);
  const { store } = await openQueue({ folder, clock: systemClock, waitMs: 10_000, options: { segmentBytes } });
  say('open');
  let next = first;
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      while (next < first + messages) await putOne(next++);
    }),
  );
  await store.close();
  say('closed');

  async function putOne(number: number): Promise<void> {
    const id = `m${String(number).padStart(9, '0')}`;
    try {
      const incoming = store.begin();
      const body = bodyOf(id);
      for (let at = 0; at < body.length; at += 65_536)
        await incoming.write(Buffer.from(body.subarray(at, at + 65_536)));
      await incoming.commit(entryFor(id, ['bob'], { prefix: Buffer.alloc(0) }));
      say(`ok ${id}`);
    } catch (error) {
      if (!(error instanceof Fault && error.temporary)) throw error;
      say(`no ${id}`);
      return;
    }
    if (deliversEach === 0 || number % deliversEach !== 0) return;
    say(`try ${id}`);
    try {
      await store.done(id, 0, 'delivered');
      say(`done ${id}`);
    } catch (error) {
      if (!(error instanceof Fault && error.temporary)) throw error;
    }
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

if (import.meta.main) await main(process.argv.slice(2));
