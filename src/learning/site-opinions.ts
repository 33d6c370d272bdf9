// SPDX-License-Identifier: Apache-2.0
/**
 * Site opinions — what the site's models said of each message just before a person's label of it was learned: of the latest labels, inside the model, so that
 * whoever replays the log has the same. People's own models begin from it.
 */
/** Labels of people; older ones no longer teach their own models. */
const slots = 2 ** 15;
/** At the end lie the numbers, which depend on what others said between. */
export const siteNumbersBytes = 4 * slots;
export const siteOpinionsBytes = 4 * slots + siteNumbersBytes;

export class SiteOpinions {
  readonly #numbers: Uint32Array;
  readonly #logOdds: Float32Array;

  constructor(buffer: ArrayBuffer, start: number) {
    this.#logOdds = new Float32Array(buffer, start, slots);
    this.#numbers = new Uint32Array(buffer, start + 4 * slots, slots);
  }

  /** `count`: how many people's labels came before. */
  note(count: number, n: number, logOdds: number): void {
    const slot = count % slots;
    this.#numbers[slot] = n;
    this.#logOdds[slot] = logOdds;
  }

  /** By the number of the entry, of all that are kept. */
  all(): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    for (let i = 0; i < slots; i += 1) if (this.#numbers[i] !== 0) found.set(this.#numbers[i]!, this.#logOdds[i]!);
    return found;
  }
}
