// SPDX-License-Identifier: Apache-2.0
/**
 * View — the one reader of the learning log: holds the model that the log makes, and follows what other processes append.
 * The model is always that of some point of the log; a revocation swaps it whole for one that never saw what was revoked, made from the last
 * snapshot before it. A store that cannot be reached leaves the model as it is; `onTrouble` hears of it, and the next poll tries again.
 */
import type { Clock, Timer } from '../core/clock.ts';
import {
  isRevocation,
  type LearningStore,
  type NewTraining,
  type RevocationEntry,
} from '../store/learning/contract.ts';
import { LocalLearner, type Learner } from './learner.ts';
import { defaultRate, Model } from './model.ts';
import { Shelf } from './shelf.ts';
import { ThreadLearner } from './thread-learner.ts';

export interface ViewOptions {
  readonly store: LearningStore;
  readonly clock: Clock;
  readonly pollMs?: number;
  /** How far a message moves the weights; another rate makes another model of the same log. */
  readonly rate?: number;
  /** A snapshot is saved after so many new entries. */
  readonly snapshotEvery?: number;
  /** From so many entries on, a model is made anew in a thread of its own. */
  readonly threadFrom?: number;
  readonly onTrouble?: (error: unknown) => void;
  /** Follows the log in step with the model. */
  readonly beside?: { catchUp(): Promise<void> };
  /** The model learned what this person said; undefined: something was taken back, and the model is another. */
  readonly onWord?: (by: string | undefined) => void;
}

/** Learning so many messages takes about 4 ms: nobody waits longer for the thread. */
const pageEntries = 50;

export class LearningView {
  readonly #store: LearningStore;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #threadFrom: number;
  readonly #onTrouble: (error: unknown) => void;
  readonly #shelf: Shelf;
  readonly #beside: ViewOptions['beside'];
  readonly #onWord: NonNullable<ViewOptions['onWord']>;
  #model: Model;
  #timer: Timer | undefined;
  #isClosed = false;
  #isTroubled = false;
  /** One thing at a time happens to the model: this is the last of them. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: ViewOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#pollMs = options.pollMs ?? 500;
    this.#threadFrom = options.threadFrom ?? 2_000;
    this.#onTrouble = options.onTrouble ?? (() => {});
    const rate = options.rate ?? defaultRate;
    this.#shelf = new Shelf(options.store, options.snapshotEvery ?? 1_000, rate);
    this.#model = new Model(rate);
    this.#beside = options.beside;
    this.#onWord = options.onWord ?? (() => {});
  }

  static async open(options: ViewOptions): Promise<LearningView> {
    const view = new LearningView(options);
    view.#model = await view.#renew(false);
    await view.#shelf.keep(view.#model);
    await view.#beside?.catchUp();
    view.#poll();
    return view;
  }

  get model(): Model {
    return this.#model;
  }

  /** Knows of entry `n`, which this process has just appended, when it resolves. */
  appended(n: number, training: NewTraining): Promise<void> {
    return this.#inTurn(async () => {
      await this.#beside?.catchUp();
      if (n <= this.#model.position) return;
      if (n === this.#model.position + 1) {
        this.#model.train({ ...training, n });
        this.#onWord(training.by);
      } else await this.#catchUp();
      await this.#shelf.keep(this.#model);
    });
  }

  /** Knows all that is in the log now when it resolves. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#catchUp();
      await this.#beside?.catchUp();
      await this.#shelf.keep(this.#model);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#inTurn(() => this.#shelf.keepLast(this.#model));
  }

  async #catchUp(): Promise<void> {
    const revocation = await this.#follow(new LocalLearner(this.#model));
    if (!revocation) return;
    await this.#shelf.forget(revocation);
    this.#model = await this.#renew(true);
    this.#onWord(undefined);
  }

  /** A model made anew from the newest snapshot that still holds. */
  async #renew(mayUseThread: boolean): Promise<Model> {
    for (;;) {
      const start = await this.#shelf.newest();
      const isLong = (await this.#store.head()) - start.position >= this.#threadFrom;
      const learner = mayUseThread && isLong ? new ThreadLearner(start) : new LocalLearner(start);
      try {
        const revocation = await this.#follow(learner);
        if (!revocation) return await learner.finish();
        await this.#shelf.forget(revocation);
      } finally {
        await learner.close();
      }
    }
  }

  /** Teaches all that the log has more; gives the revocation that undoes something already taught, for which a model must be made anew. */
  async #follow(learner: Learner): Promise<RevocationEntry | undefined> {
    const base = learner.position;
    const head = await this.#store.head();
    for (;;) {
      const entries = await this.#store.readFrom(learner.position + 1, pageEntries);
      if (entries.length === 0) return undefined;
      // What a revocation up to `head` undid was marked before this began to read, and so was not taught, unless it lies before the base.
      const undoing = entries.filter(isRevocation).find(({ n, first }) => first <= base || n > head);
      if (undoing) return undoing;
      await learner.learn(entries);
      for (const entry of entries) if (!isRevocation(entry) && entry.source === 'person') this.#onWord(entry.by);
    }
  }

  #poll(): void {
    if (this.#isClosed) return;
    this.#timer = this.#clock.after(this.#pollMs, () => {
      void this.refresh()
        .then(() => (this.#isTroubled = false))
        .catch((error: unknown) => this.#notice(error))
        .finally(() => this.#poll());
    });
  }

  /** Trouble that lasts is told once. */
  #notice(error: unknown): void {
    if (!this.#isTroubled) this.#onTrouble(error);
    this.#isTroubled = true;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
