// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens — cuts UTF-8 bytes into words and hashes them on the way, without making strings.
 * A word is a run of ASCII letters, digits, `$ ' ! _ % -` and anything beyond ASCII, 1 to 40 bytes long; longer runs are no words.
 */
const longest = 40;
const prime = 0x01000193;
const basis = 0x811c9dc5;

/** 0 between words, else 1. */
const isInWord = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 || /[A-Za-z0-9$'!_%-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
const lowered = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));

export class Tokens {
  readonly #limit: number;
  /** Hashes of the words as written, and of the same words in lower case. */
  readonly written: Uint32Array;
  readonly lower: Uint32Array;
  size = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.written = new Uint32Array(limit);
    this.lower = new Uint32Array(limit);
  }

  /** Reads the words of `bytes` from `from` up to `to`, in place of those before. */
  read(bytes: Uint8Array, from: number, to: number): void {
    const { written, lower } = this;
    const limit = this.#limit;
    let size = 0;
    let start = from;
    let hash = basis;
    let lowerHash = basis;
    for (let at = from; at <= to; at += 1) {
      const byte = at < to ? bytes[at]! : 0;
      if (isInWord[byte] === 1) {
        hash = Math.imul(hash ^ byte, prime);
        lowerHash = Math.imul(lowerHash ^ lowered[byte]!, prime);
        continue;
      }
      const length = at - start;
      if (length > 0) {
        if (length <= longest && size < limit) {
          written[size] = hash;
          lower[size] = lowerHash;
          size += 1;
        }
        hash = basis;
        lowerHash = basis;
      }
      start = at + 1;
    }
    this.size = size;
  }
}

/** The same hash as a word's in `written`, for words that are strings already. */
export function hashOfText(text: string): number {
  let hash = basis;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), prime);
  return hash >>> 0;
}
