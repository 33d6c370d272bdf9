// SPDX-License-Identifier: Apache-2.0
/** Thread — the storage thread itself: does the calls of one message and answers with one. */
import { parentPort } from 'node:worker_threads';
import type { Call } from './calls.ts';
import { Desk } from './desk.ts';
import { openNamed } from './stores.ts';

const desk = new Desk(openNamed, () => performance.now());

parentPort?.on('message', (message: readonly Call[] | 'close') => {
  if (message === 'close') {
    desk.close();
    parentPort?.close();
  } else {
    parentPort?.postMessage(desk.run(message));
  }
});
