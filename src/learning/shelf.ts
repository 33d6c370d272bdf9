// SPDX-License-Identifier: Apache-2.0
/**
 * Shelf — the snapshots of the model: a new one now and then, and of the old ones fewer the older they are, so that an undoing far back starts near it.
 * A snapshot that an undoing made wrong is removed by whoever reads of it first.
 */
import type { LearningStore, RevocationEntry } from '../store/learning/contract.ts';
import { Model } from './model.ts';

const view = 'filter';
/** At the end a snapshot is worth its 22 MB from so many new entries on. */
const leastAtClose = 50;

export class Shelf {
  readonly #store: LearningStore;
  readonly #every: number;
  readonly #rate: number;
  #newest = 0;

  constructor(store: LearningStore, every: number, rate: number) {
    this.#store = store;
    this.#every = every;
    this.#rate = rate;
  }

  /** The model of the newest snapshot that can be read and is of this log, or an empty one. */
  async newest(): Promise<Model> {
    for (const n of await this.#store.snapshots.list(view)) {
      const model = new Model(this.#rate);
      const isWhole = await this.#store.snapshots.load(view, n, [new Uint8Array(model.buffer)]);
      const [last] = await this.#store.readFrom(n, 1);
      if (isWhole && last && model.isOf(last)) {
        this.#newest = n;
        return model;
      }
      await this.#store.snapshots.remove(view, n);
    }
    this.#newest = 0;
    return new Model(this.#rate);
  }

  /** Saves the model if enough is new in it. It must not change until this resolves. */
  async keep(model: Model): Promise<void> {
    if (model.position - this.#newest >= this.#every) await this.#save(model, this.#every);
  }

  async keepLast(model: Model): Promise<void> {
    if (model.position - this.#newest >= leastAtClose) await this.#save(model, leastAtClose);
  }

  /** Removes the snapshots that hold what was undone. */
  async forget({ n, first }: RevocationEntry): Promise<void> {
    const wrong = (await this.#store.snapshots.list(view)).filter(at => at >= first && at < n);
    for (const at of wrong) await this.#store.snapshots.remove(view, at);
  }

  async #save(model: Model, least: number): Promise<void> {
    const there = await this.#store.snapshots.list(view);
    this.#newest = Math.max(0, ...there.filter(n => n <= model.position));
    // Another process may have saved one just now.
    if (model.position - this.#newest < least) return;
    await this.#store.snapshots.save(view, model.position, [new Uint8Array(model.buffer)]);
    this.#newest = model.position;
    for (const n of surplus([model.position, ...there], this.#every)) await this.#store.snapshots.remove(view, n);
  }
}

/** All but the newest, and the oldest of each class of age; a class is eight times as old as the one before. */
export function surplus(numbers: readonly number[], every: number): readonly number[] {
  const [newest = 0, ...older] = [...new Set(numbers)].sort((a, b) => b - a);
  const kept = new Map(older.map(n => [Math.max(0, Math.floor(Math.log2((newest - n) / every) / 3)), n]));
  return older.filter(n => ![...kept.values()].includes(n));
}
