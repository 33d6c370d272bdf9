// SPDX-License-Identifier: Apache-2.0
/**
 * Read aside — reads a message as a report on a thread of its own, which ends with it: ten megabytes of XML take seconds, and no mail waits for them.
 * Fails with `bad-input` for what is no report, takes more memory or more time than any report needs.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { Read } from './read.ts';
import type { ReadAnswer, ReadRequest } from './thread.ts';

const patienceMs = 60_000;
const memoryMegabytes = 512;

export async function readAside(bytes: Uint8Array, clock: Clock, signal?: AbortSignal): Promise<readonly Read[]> {
  // The compiler does not rewrite the name of a file in a URL: the thread has the extension this file has.
  const file = new URL(`./thread${extname(import.meta.filename)}`, import.meta.url);
  const workerData: ReadRequest = { bytes, now: clock.now() };
  const resourceLimits = { maxOldGenerationSizeMb: memoryMegabytes };
  const worker = new Worker(file, { name: 'sekisho reports', workerData, resourceLimits });
  const { promise, resolve, reject } = Promise.withResolvers<ReadAnswer>();
  const bad = (detail: string, cause?: unknown) => new Fault('bad-input', { detail, cause });
  worker.once('message', (answer: ReadAnswer) => resolve(answer));
  worker.once('error', cause => reject(bad('it cannot be read', cause)));
  worker.once('exit', () => reject(bad('it cannot be read')));
  const timer = clock.after(patienceMs, () => reject(bad('it took too long to read')));
  const giveUp = (): void => reject(new Fault('cancelled', { detail: 'the server is stopping' }));
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal?.aborted === true) giveUp();
    const answer = await promise;
    if ('wrong' in answer) throw bad(answer.wrong);
    return answer.reads;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', giveUp);
    await worker.terminate();
  }
}
