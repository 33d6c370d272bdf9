// SPDX-License-Identifier: Apache-2.0
/** The thread on which one arriving message is read as a report; see read-aside.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { describeFault, Fault } from '../../core/faults.ts';
import { readMail, type Read } from './read.ts';

export interface ReadRequest {
  readonly bytes: Uint8Array;
  readonly now: number;
}

export type ReadAnswer = { readonly reads: readonly Read[] } | { readonly wrong: string };

parentPort?.postMessage(await answerTo(workerData));

async function answerTo({ bytes, now }: ReadRequest): Promise<ReadAnswer> {
  try {
    return { reads: await readMail(Buffer.from(bytes), now) };
  } catch (error) {
    return { wrong: error instanceof Fault && error.code === 'bad-input' ? error.detail : describeFault(error) };
  }
}
