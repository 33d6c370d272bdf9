// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens — cuts UTF-8 bytes into words and hashes them on the way, without making strings.
 * A word is a run of ASCII letters, digits, `$ ' ! _ % -` and anything beyond ASCII, 1 to 40 bytes long; longer runs are no words.
 */
export const longest = 40;
const prime = 0x01000193;
const basis = 0x811c9dc5;

/** 0 between words, else the byte as a small letter. */
export const lowered = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return byte;
  return /[A-Za-z0-9$'!_%-]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte).toLowerCase().charCodeAt(0)
    : 0;
});

/** The words of several sections one after the other: a section is known by the number it was read as, from 0 on. */
export class Tokens {
  readonly #limit: number;
  readonly #ends: number[] = [];
  /** Hashes of the words in lower case. */
  words: Uint32Array;

  /** At most `limit` words of one section. */
  constructor(limit: number) {
    this.#limit = limit;
    this.words = new Uint32Array(2 * limit);
  }

  clear(): void {
    this.#ends.length = 0;
  }

  /** Reads the words of `bytes` from `from` up to `to` as the next section. */
  read(bytes: Uint8Array, from: number, to: number): void {
    const start = this.#ends.at(-1) ?? 0;
    const most = Math.min(this.#limit, (to - from + 1) >>> 1);
    if (start + most > this.words.length) this.#grow(start + most);
    this.#ends.push(readWords(bytes, from, to, this.words, start, start + most));
  }

  /** Where the words of a section begin. */
  from(section: number): number {
    return section === 0 ? 0 : this.#ends[section - 1]!;
  }

  to(section: number): number {
    return this.#ends[section]!;
  }

  #grow(size: number): void {
    const words = new Uint32Array(2 * size);
    words.set(this.words);
    this.words = words;
  }
}

/** Writes hashes from `start` on, up to `limit`; gives where they end. */
function readWords(
  bytes: Uint8Array,
  from: number,
  to: number,
  words: Uint32Array,
  start: number,
  limit: number,
): number {
  let size = start;
  let wordStart = from;
  let hash = basis;
  for (let at = from; at < to; at += 1) {
    const sign = lowered[bytes[at]!]!;
    if (sign !== 0) {
      hash = Math.imul(hash ^ sign, prime);
      continue;
    }
    if (at > wordStart) {
      if (at - wordStart <= longest && size < limit) words[size++] = hash;
      hash = basis;
    }
    wordStart = at + 1;
  }
  if (to > wordStart && to - wordStart <= longest && size < limit) words[size++] = hash;
  return size;
}

/** The same hash as a word's, for words that are strings already; goes on from the hash of what stands before. */
export function hashOfText(text: string, before = basis): number {
  let hash = before;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), prime);
  return hash >>> 0;
}
