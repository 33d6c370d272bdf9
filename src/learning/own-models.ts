// SPDX-License-Identifier: Apache-2.0
/**
 * Own models — those of the people whose mail came lately, made from the log when first asked for and kept in 32 MB. What a person said, and what was
 * taken back of it, is known with the next message. Reading the log fails with its faults; then there is no own model this time.
 */
import type { LearningStore } from '../store/learning/contract.ts';
import { wordsOf, type Model } from './model.ts';
import { OwnModel, ownModelBytes } from './own-model.ts';

/** The newest so many labels of a person count. */
export const ownLabelsLimit = 1_000;
const keptModels = Math.floor((32 * 2 ** 20) / ownModelBytes);
/** Of people who never said anything only that is kept. */
const keptNames = 100_000;

export interface OwnModelsParts {
  readonly store: Pick<LearningStore, 'readOf'>;
  /** As of now. */
  model(): Model;
}

export class OwnModels {
  readonly #parts: OwnModelsParts;
  /** The one asked for longest ago is first. */
  readonly #kept = new Map<string, OwnModel>();
  readonly #silent = new Set<string>();
  /** Raised whenever something said became known: what was begun before is not kept. */
  #turn = 0;

  constructor(parts: OwnModelsParts) {
    this.#parts = parts;
  }

  /** Undefined where a person never said anything. At once where it is known. */
  of(person: string): OwnModel | undefined | Promise<OwnModel | undefined> {
    const kept = this.#kept.get(person);
    if (kept) {
      this.#kept.delete(person);
      this.#kept.set(person, kept);
      return kept;
    }
    return this.#silent.has(person) ? undefined : this.#make(person);
  }

  /** What this person said is not what it was; undefined: what anybody said. */
  forget(person: string | undefined): void {
    this.#turn += 1;
    if (person === undefined) {
      this.#kept.clear();
      this.#silent.clear();
    } else {
      this.#kept.delete(person);
      this.#silent.delete(person);
    }
  }

  async #make(person: string): Promise<OwnModel | undefined> {
    const turn = this.#turn;
    const entries = await this.#parts.store.readOf(person, ownLabelsLimit);
    const site = entries.length > 0 ? this.#parts.model().siteOpinions() : undefined;
    const labels = entries.flatMap(entry => {
      const opinion = site?.get(entry.n);
      const words = wordsOf(entry);
      return opinion === undefined || !words ? [] : [{ words, isSpam: entry.label === 'spam', site: opinion }];
    });
    const model = labels.length > 0 ? new OwnModel(labels) : undefined;
    if (turn === this.#turn) this.#keep(person, model);
    return model;
  }

  #keep(person: string, model: OwnModel | undefined): void {
    if (!model) {
      if (this.#silent.size >= keptNames) this.#silent.clear();
      this.#silent.add(person);
      return;
    }
    this.#kept.set(person, model);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptModels) return;
      this.#kept.delete(oldest);
    }
  }
}
