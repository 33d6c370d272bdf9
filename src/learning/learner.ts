// SPDX-License-Identifier: Apache-2.0
/** Learner — teaches a model page after page of the log, here or in another thread. */
import { setImmediate } from 'node:timers/promises';
import { isRevocation, type LearningEntry } from '../store/learning/contract.ts';
import type { Model } from './model.ts';

export interface Learner {
  /** The number of the last entry it was given. */
  readonly position: number;
  learn(entries: readonly LearningEntry[]): Promise<void>;
  /** The model, taught. */
  finish(): Promise<Model>;
  close(): Promise<void>;
}

export class LocalLearner implements Learner {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  get position(): number {
    return this.#model.position;
  }

  async learn(entries: readonly LearningEntry[]): Promise<void> {
    teach(this.#model, entries);
    // Others have their turn between the pages.
    await setImmediate();
  }

  async finish(): Promise<Model> {
    return this.#model;
  }

  async close(): Promise<void> {}
}

export function teach(model: Model, entries: readonly LearningEntry[]): void {
  for (const entry of entries) {
    if (isRevocation(entry) || entry.revokedBy !== undefined) model.skip(entry);
    else model.train(entry);
  }
}
