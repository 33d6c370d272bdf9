// SPDX-License-Identifier: Apache-2.0
/** The thread of the thread learner: takes the memory of a model, teaches it what comes, and gives it back. */
import { parentPort, workerData } from 'node:worker_threads';
import { teach } from './learner.ts';
import { Model } from './model.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-learner.ts';

const { rate, buffer } = workerData as ThreadStart;
const model = new Model(rate, buffer);
parentPort?.on('message', (question: ToThread) => {
  if ('learn' in question) {
    teach(model, question.learn);
    parentPort?.postMessage({ learned: true } satisfies FromThread);
  } else {
    parentPort?.postMessage({ model: model.buffer } satisfies FromThread, [model.buffer]);
  }
});
