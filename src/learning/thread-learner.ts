// SPDX-License-Identifier: Apache-2.0
/**
 * Thread learner — teaches a model in a thread of its own, so that a long log holds no message up. The memory of the model goes there and comes back.
 * Fails with `worker-lost` if the thread ends before its time.
 */
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Fault } from '../core/faults.ts';
import type { LearningEntry } from '../store/learning/contract.ts';
import type { Learner } from './learner.ts';
import { Model } from './model.ts';

export interface ThreadStart {
  readonly rate: number;
  readonly buffer: ArrayBuffer;
}
export type ToThread = { readonly learn: readonly LearningEntry[] } | { readonly finish: true };
export type FromThread = { readonly learned: true } | { readonly model: ArrayBuffer };

export class ThreadLearner implements Learner {
  readonly #worker: Worker;
  readonly #rate: number;
  #position: number;

  constructor(model: Model) {
    this.#position = model.position;
    this.#rate = model.rate;
    // Compiled, this file and the thread's both end in .js.
    const file = new URL(`./learner-thread${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(file, {
      workerData: { rate: model.rate, buffer: model.buffer } satisfies ThreadStart,
      transferList: [model.buffer],
    });
  }

  get position(): number {
    return this.#position;
  }

  async learn(entries: readonly LearningEntry[]): Promise<void> {
    await this.#ask({ learn: entries });
    this.#position = entries.at(-1)?.n ?? this.#position;
  }

  async finish(): Promise<Model> {
    const answer = await this.#ask({ finish: true });
    if (!('model' in answer)) throw new Fault('worker-lost', { detail: 'the learning thread gave no model' });
    return new Model(this.#rate, answer.model);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(question: ToThread): Promise<FromThread> {
    const answered = new AbortController();
    const ended = once(this.#worker, 'exit', { signal: answered.signal }).then(([code]) => {
      throw new Fault('worker-lost', { detail: `the learning thread ended with ${code}` });
    });
    const answer = once(this.#worker, 'message', { signal: answered.signal });
    try {
      this.#worker.postMessage(question);
      const [message] = await Promise.race([answer, ended]);
      return message as FromThread; // The thread below sends nothing else.
    } finally {
      answered.abort();
      await Promise.allSettled([ended, answer]);
    }
  }
}
