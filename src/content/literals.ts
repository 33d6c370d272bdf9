// SPDX-License-Identifier: Apache-2.0
/**
 * Literals — finds any number of literal strings in a text in one pass (Aho–Corasick, as one flat table).
 * The cost is that of the text, not of the list: 1,000 words over 5 kB as fast as ten. Compares UTF-16 units; fold both sides first.
 */
export class Literals {
  /** Class of each UTF-16 unit; 0 is "in no word". */
  readonly #classes = new Uint16Array(65_536);
  readonly #classCount: number;
  readonly #next: Int32Array;
  /** By state, whether any word ends there: most do not, and this is one byte to look at. */
  readonly #isEnd: Uint8Array;
  /** Per state, the indices of the words that end there; undefined for none. States are offsets into the table. */
  readonly #ends: ReadonlyMap<number, readonly number[]>;

  constructor(words: readonly string[]) {
    this.#classCount = this.#classify(words);
    const tries = growTries(words, this.#classes);
    this.#next = link(tries, this.#classCount);
    this.#ends = new Map(
      tries.ends.flatMap((ends, state) => (ends.length > 0 ? [[state * this.#classCount, ends]] : [])),
    );
    this.#isEnd = new Uint8Array(this.#next.length);
    for (const state of this.#ends.keys()) this.#isEnd[state] = 1;
  }

  /** Calls `onHit(word, end)` for each occurrence: the word's index and the offset after its last unit. */
  find(text: string, onHit: (word: number, end: number) => void): void {
    const classes = this.#classes;
    const next = this.#next;
    const isEnd = this.#isEnd;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state + (classes[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (isEnd[state] === 1) for (const word of this.#ends.get(state) ?? []) onHit(word, i + 1);
    }
  }

  #classify(words: readonly string[]): number {
    let count = 1;
    for (const word of words) {
      for (let i = 0; i < word.length; i++) {
        const unit = word.charCodeAt(i);
        if (this.#classes[unit] === 0) this.#classes[unit] = count++;
      }
    }
    return count;
  }
}

interface Tries {
  readonly children: readonly Map<number, number>[];
  readonly ends: number[][];
}

function growTries(words: readonly string[], classes: Uint16Array): Tries {
  const children: Map<number, number>[] = [new Map()];
  const ends: number[][] = [[]];
  for (const [index, word] of words.entries()) {
    let state = 0;
    for (let i = 0; i < word.length; i++) {
      const unit = classes[word.charCodeAt(i)] ?? 0;
      let child = children[state]?.get(unit);
      if (child === undefined) {
        child = children.length;
        children[state]?.set(unit, child);
        children.push(new Map());
        ends.push([]);
      }
      state = child;
    }
    if (word !== '') ends[state]?.push(index);
  }
  return { children, ends };
}

/** Breadth first: where a word breaks off, one goes on at the longest suffix that begins another. */
function link({ children, ends }: Tries, width: number): Int32Array {
  const next = new Int32Array(children.length * width);
  const fail = new Int32Array(children.length);
  const queue: number[] = [0];
  for (const state of queue) {
    const back = fail[state] ?? 0;
    if (state !== 0) ends[state]?.push(...(ends[back] ?? []));
    for (let unit = 0; unit < width; unit++) {
      const child = children[state]?.get(unit);
      const fallen = state === 0 ? 0 : (next[back * width + unit] ?? 0);
      next[state * width + unit] = child ?? fallen;
      if (child === undefined) continue;
      fail[child] = fallen;
      queue.push(child);
    }
  }
  // States as offsets of their rows: one multiplication less at each step.
  for (let i = 0; i < next.length; i++) next[i] = (next[i] ?? 0) * width;
  return next;
}
