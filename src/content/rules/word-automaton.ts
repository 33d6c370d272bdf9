// SPDX-License-Identifier: Apache-2.0
/**
 * Word automaton — finds any number of words in octets in one pass (Aho–Corasick), in capital letters or small ones as Latin-1 has them. One table of what comes
 * next, by state and class of octet: octets that stand in no word are of one class, and so are both cases of a letter.
 */

export class WordAutomaton {
  readonly #classes = new Uint8Array(256);
  /** By state and class: twice the place where the next state's row begins, and 1 more where a word ends there. */
  readonly #next: Int32Array;
  readonly #width: number;
  /** By state, the words that end there. */
  readonly #ends: readonly (readonly number[])[];

  /** Words in small letters, of units below 256; what is empty is never found. */
  constructor(words: readonly string[]) {
    let count = 1;
    for (const word of words)
      for (let i = 0; i < word.length; i++) {
        const unit = word.charCodeAt(i);
        this.#classes[unit] ||= count++;
      }
    for (let unit = 0; unit < 256; unit++) {
      const small = String.fromCharCode(unit).toLowerCase().charCodeAt(0);
      this.#classes[unit] = this.#classes[small] ?? 0;
    }
    const width = count;
    const children: number[][] = [[]];
    const ends: number[][] = [[]];
    for (const [index, word] of words.entries()) {
      let state = 0;
      for (let i = 0; i < word.length; i++) {
        const unit = this.#classes[word.charCodeAt(i)] ?? 0;
        let child = children[state]?.[unit];
        if (child === undefined) {
          child = children.push([]) - 1;
          ends.push([]);
          const list = children[state];
          if (list) list[unit] = child;
        }
        state = child;
      }
      if (state !== 0) ends[state]?.push(index);
    }
    const to = new Int32Array(children.length * width);
    const back = new Int32Array(children.length);
    const order = [0];
    for (const state of order) {
      const from = (back[state] ?? 0) * width;
      if (state !== 0) {
        // Where a word breaks off, one goes on at the longest suffix that begins another.
        to.copyWithin(state * width, from, from + width);
        ends[state]?.push(...(ends[back[state] ?? 0] ?? []));
      }
      children[state]?.forEach((child, unit) => {
        back[child] = state === 0 ? 0 : (to[from + unit] ?? 0);
        to[state * width + unit] = child;
        order.push(child);
      });
    }
    this.#next = to.map(state => 2 * state * width + ((ends[state]?.length ?? 0) > 0 ? 1 : 0));
    this.#width = width;
    this.#ends = ends;
  }

  /** Calls `onHit` with the words that occur in the first `length` octets, once for each place they do. */
  find(octets: Uint8Array, length: number, onHit: (word: number) => void): void {
    const classes = this.#classes;
    const next = this.#next;
    let at = 0;
    for (let i = 0; i < length; i++) {
      at = next[(at >> 1) + (classes[octets[i] ?? 0] ?? 0)] ?? 0;
      if ((at & 1) === 1) this.#hit(at, onHit);
    }
  }

  #hit(at: number, onHit: (word: number) => void): void {
    for (const word of this.#ends[(at >> 1) / this.#width] ?? []) onHit(word);
  }
}
