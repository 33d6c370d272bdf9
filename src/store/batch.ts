// SPDX-License-Identifier: Apache-2.0
/**
 * Batch — collects what may be written a little later and writes it together: within a second, or at once when much has come.
 * While the disk refuses, things are kept and tried again each second, up to a bound; then the oldest go, and how many is told.
 */
import type { Clock, Timer } from '../core/clock.ts';

const waitMs = 1_000;

export interface BatchOptions<T> {
  readonly clock: Clock;
  readonly write: (things: readonly T[]) => Promise<void>;
  readonly size: (thing: T) => number;
  /** Written without waiting from this size on. */
  readonly fullAt: number;
  /** Kept at most while the disk refuses. */
  readonly keepAtMost: number;
  /** Told once when writing fails and not again until it worked between, and whenever things had to be let go: `lost` is their number. */
  readonly onTrouble: (error: unknown, lost: number) => void;
}

export class Batch<T> {
  readonly #options: BatchOptions<T>;
  #waiting: T[] = [];
  #size = 0;
  #underWay: readonly T[] = [];
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isInTrouble = false;

  constructor(options: BatchOptions<T>) {
    this.#options = options;
  }

  add(thing: T): void {
    this.#waiting.push(thing);
    this.grown(this.#options.size(thing));
  }

  /** A thing that waits has become larger by so much. */
  grown(by: number): void {
    this.#size += by;
    if (this.#size >= this.#options.fullAt && !this.#isInTrouble) this.#writing ??= this.#write();
    else this.#timer ??= this.#options.clock.after(waitMs, () => this.#onTime());
  }

  /** What is not yet known to be written, oldest first. */
  unwritten(): readonly T[] {
    return this.#underWay.length === 0 ? this.#waiting : [...this.#underWay, ...this.#waiting];
  }

  /** Tries to write all that was added before. Never rejects: what could not be written stays, and `onTrouble` was told. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#waiting.length > 0) await (this.#writing ??= this.#write());
  }

  async close(): Promise<void> {
    await this.flush();
    this.#timer?.cancel();
    if (this.#waiting.length > 0) this.#options.onTrouble(undefined, this.#waiting.length);
  }

  #onTime(): void {
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#underWay = this.#waiting;
    this.#waiting = [];
    this.#size = 0;
    try {
      await this.#options.write(this.#underWay);
      this.#isInTrouble = false;
    } catch (error) {
      this.#takeBack(error);
    } finally {
      this.#underWay = [];
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#timer ??= this.#options.clock.after(waitMs, () => this.#onTime());
    }
  }

  #takeBack(error: unknown): void {
    const { size, keepAtMost, onTrouble } = this.#options;
    this.#waiting = [...this.#underWay, ...this.#waiting];
    const sizes = this.#waiting.map(size);
    this.#size = sizes.reduce((sum, one) => sum + one, 0);
    let lost = 0;
    while (this.#size > keepAtMost && lost < sizes.length) this.#size -= sizes[lost++]!;
    this.#waiting.splice(0, lost);
    if (!this.#isInTrouble || lost > 0) onTrouble(error, lost);
    this.#isInTrouble = true;
  }
}
