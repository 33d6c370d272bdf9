// SPDX-License-Identifier: Apache-2.0
/**
 * Body — brings a body into its canonical form (RFC 6376 3.4.3, 3.4.4) piece by piece. What may turn out to be the end – empty lines, and for
 * relaxed white space – is held back as a count, so that a megabyte of it costs nothing but the counting.
 */
import type { Canonicalization } from './values.ts';

const cr = 0x0d;
const lf = 0x0a;
const space = 0x20;
const tab = 0x09;
const crlf = Buffer.from('\r\n');
const nothing = Buffer.alloc(0);

/** All of a body at once. */
export function canonicalizeBody(body: Buffer, how: Canonicalization): Buffer {
  return new BodyCanonicalizer(how).update(body, true);
}

export class BodyCanonicalizer {
  readonly #how: Canonicalization;
  /** Held back: line ends, */
  #lineEnds = 0;
  /** then white space (relaxed), */
  #hasBlank = false;
  /** then a CR, of which nobody knows yet what follows. */
  #hasCr = false;
  #isEmpty = true;

  constructor(how: Canonicalization) {
    this.#how = how;
  }

  /** What is certain after this piece. `isLast` adds what end() would. */
  update(piece: Buffer, isLast = false): Buffer {
    return this.#how === 'simple' ? this.#simple(piece, isLast) : this.#relaxed(piece, isLast);
  }

  end(): Buffer {
    return this.update(nothing, true);
  }

  #simple(piece: Buffer, isLast: boolean): Buffer {
    const out: Buffer[] = [];
    let start = 0;
    if (this.#hasCr && piece.length > 0) {
      this.#hasCr = false;
      if (piece[0] === lf) {
        this.#lineEnds++;
        start = 1;
      } else out.push(this.#heldLines(), crlf.subarray(0, 1));
    }
    let end = piece.length;
    if (end > start && piece[end - 1] === cr) {
      this.#hasCr = true;
      end--;
    }
    let ends = 0;
    while (end - 2 >= start && piece[end - 1] === lf && piece[end - 2] === cr) {
      ends++;
      end -= 2;
    }
    if (end > start) out.push(this.#heldLines(), piece.subarray(start, end));
    this.#lineEnds += ends;
    if (isLast) {
      if (this.#hasCr) out.push(this.#heldLines(), crlf.subarray(0, 1));
      // One line end is always there, also after no body at all.
      out.push(crlf);
    }
    return out.length === 1 ? out[0]! : Buffer.concat(out); // length 1
  }

  #heldLines(): Buffer {
    const ends = this.#lineEnds;
    this.#lineEnds = 0;
    return ends === 0 ? nothing : Buffer.alloc(ends * 2, crlf);
  }

  #relaxed(piece: Buffer, isLast: boolean): Buffer {
    // At most the line ends held back, a blank, a CR and a last line end come to it.
    const out = Buffer.allocUnsafe(piece.length + this.#lineEnds * 2 + 6);
    let size = 0;
    let lineEnds = this.#lineEnds;
    let hasBlank = this.#hasBlank;
    let hasCr = this.#hasCr;
    let isEmpty = this.#isEmpty;
    const { length } = piece;
    for (let at = 0; at <= length; at++) {
      let byte = at < length ? piece[at]! : -1; // at < length
      if (hasCr) {
        if (byte === lf) {
          hasCr = false;
          hasBlank = false;
          lineEnds++;
          continue;
        }
        // A CR that ends no line is text.
        if (byte >= 0 || isLast) {
          for (; lineEnds > 0; lineEnds--) {
            out[size++] = cr;
            out[size++] = lf;
          }
          if (hasBlank) out[size++] = space;
          hasBlank = false;
          out[size++] = cr;
          isEmpty = false;
          hasCr = false;
        }
      }
      if (byte < 0) break;
      if (byte === cr) hasCr = true;
      else if (byte === space || byte === tab) hasBlank = true;
      else {
        for (; lineEnds > 0; lineEnds--) {
          out[size++] = cr;
          out[size++] = lf;
        }
        if (hasBlank) out[size++] = space;
        hasBlank = false;
        out[size++] = byte;
        isEmpty = false;
        // Most octets are followed by one like them.
        while (at + 1 < length && (byte = piece[at + 1]!) > space) {
          out[size++] = byte;
          at++;
        }
      }
    }
    if (isLast && !isEmpty) {
      out[size++] = cr;
      out[size++] = lf;
    }
    this.#lineEnds = lineEnds;
    this.#hasBlank = hasBlank;
    this.#hasCr = hasCr;
    this.#isEmpty = isEmpty;
    return out.subarray(0, size);
  }
}
