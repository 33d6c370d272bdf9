// SPDX-License-Identifier: Apache-2.0
/**
 * Body reader — the octets of a message as they come by DATA (dots unstuffed) or BDAT, in pieces with CRLF line ends only.
 *
 * Only CRLF . CRLF ends DATA. A line that is a dot to somebody (NULs aside) with a bare CR or LF on either side is a false end
 * (CVE-2023-51764 and its kin): `hasFalseEnd`, and the message must be refused. Other bare CR and LF become CRLF and are counted;
 * CR CR LF is one line end. Pieces are parts of the chunks given, copied only where something was taken out or put in.
 * Holds no line in memory: a line of 1 GB costs what a chunk costs. Never throws.
 */
import type { WireNotes } from '../../core/message.ts';

const NUL = 0;
const LF = 10;
const CR = 13;
const DOT = 46;

/** What the line has shown so far; "false" starts follow a bare line end. */
const START = 0;
const FALSE_START = 1;
/** Nothing but NULs. */
const NULS = 2;
/** One dot at a true start: the end if CRLF follows. */
const LONE_DOT = 3;
/** One dot and NULs, or a dot at a false start: a false end if any line end follows. */
const FALSE_DOT = 4;
const OTHER = 5;

export class BodyReader {
  readonly #isDotted: boolean;
  readonly #onPiece: (piece: Buffer) => void;
  #shape = START;
  /** CRs read whose meaning depends on the next octet; the second is not handed on yet. */
  #waitingCrs: 0 | 1 | 2 = 0;
  #seen = 0;
  #lineStart = 0;
  #lineEnd = 0;
  #isHeader = true;
  #headerBytes = 0;
  #sizeBytes = 0;
  #bareNewlines = 0;
  #longestLine = 0;
  #hasNul = false;
  #hasFalseEnd = false;
  #isEnded = false;
  #copy: Buffer | undefined;
  #copied = 0;

  constructor(encoding: 'dotted' | 'counted', onPiece: (piece: Buffer) => void) {
    this.#isDotted = encoding === 'dotted';
    this.#onPiece = onPiece;
  }

  /** CRLF . CRLF has been read. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  get hasFalseEnd(): boolean {
    return this.#hasFalseEnd;
  }

  get hasBareNewline(): boolean {
    return this.#bareNewlines > 0;
  }

  /** Octets of message handed on, dots unstuffed. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Octets up to the first empty line; while there was none, all so far. */
  get headerBytes(): number {
    return this.#isHeader ? this.#seen : this.#headerBytes;
  }

  get notes(): WireNotes {
    return { bareNewlines: this.#bareNewlines, longestLine: this.#longestLine, hasNul: this.#hasNul };
  }

  /** Takes a chunk and gives how many of its octets belong to the message and its end; the rest are commands. */
  feed(chunk: Buffer): number {
    const length = chunk.length;
    if (length === 0) return 0;
    let from = 0;
    let i = 0;
    while (i < length && !this.#isEnded) {
      // After the first octets of a line only controls matter: this loop is where the time of a message goes.
      if (this.#shape === OTHER && this.#waitingCrs === 0) {
        while (i < length && chunk[i]! > CR) i++;
        if (i === length) break;
      }
      const octet = chunk[i]!;
      if (this.#waitingCrs > 0) {
        if (octet === LF) {
          i++;
          if (this.#shape === LONE_DOT && this.#isDotted) {
            this.#isEnded = true;
            from = i;
            break;
          }
          if (this.#shape === FALSE_DOT) this.#hasFalseEnd = true;
          this.#endLine(this.#lineEnd, i, START);
        } else {
          this.#bareNewlines++;
          if (this.#isDotLike()) this.#hasFalseEnd = true;
          this.#hand(chunk, from, i, true);
          from = i;
          if (octet !== CR) this.#endFalsely(i);
          else if (this.#waitingCrs === 1) {
            // CR CR LF is one line end, but CR CR anything are two: this one waits for what follows.
            this.#waitingCrs = 2;
            this.#shape = OTHER;
            from = ++i;
          } else {
            this.#put(LF);
            this.#put(CR);
            this.#endLine(this.#lineEnd, i, OTHER);
            this.#waitingCrs = 2;
            this.#lineEnd = this.#seen + i;
            from = ++i;
          }
        }
        continue;
      }
      switch (octet) {
        case CR:
          this.#waitingCrs = 1;
          this.#lineEnd = this.#seen + i;
          break;
        case LF:
          this.#bareNewlines++;
          if (this.#isDotLike()) this.#hasFalseEnd = true;
          this.#lineEnd = this.#seen + i;
          this.#hand(chunk, from, i, true);
          from = i;
          this.#put(CR);
          this.#endLine(this.#lineEnd, i + 1, FALSE_START);
          break;
        case NUL:
          this.#hasNul = true;
          if (this.#shape <= FALSE_START) this.#shape = NULS;
          else if (this.#shape === LONE_DOT) this.#shape = FALSE_DOT;
          break;
        case DOT:
          if (this.#shape === START) {
            this.#shape = LONE_DOT;
            if (this.#isDotted) {
              // The dot is stuffing or the end; it is no part of the message either way.
              this.#hand(chunk, from, i, i + 1 < length && chunk[i + 1] !== CR);
              from = i + 1;
              this.#lineStart = this.#seen + from;
            }
          } else this.#shape = this.#shape <= NULS ? FALSE_DOT : OTHER;
          break;
        default:
          this.#shape = OTHER;
      }
      i++;
    }
    // The CR of CRLF . CRLF is no part of the message: it waits for its LF.
    const isEndLikely = this.#isDotted && this.#waitingCrs === 1 && this.#shape === LONE_DOT;
    this.#hand(chunk, from, this.#isEnded ? from : isEndLikely ? i - 1 : i, false);
    this.#flushCopy();
    this.#seen += i;
    return i;
  }

  /** The last octet of a counted message has come: settles what waited for its successor. */
  finish(): void {
    if (this.#waitingCrs > 0) {
      this.#bareNewlines++;
      if (this.#isDotLike()) this.#hasFalseEnd = true;
      this.#endFalsely(0);
      this.#flushCopy();
    } else if (this.#shape === FALSE_DOT) this.#hasFalseEnd = true;
    this.#longestLine = Math.max(this.#longestLine, this.#seen - this.#lineStart);
  }

  #isDotLike(): boolean {
    return this.#shape === LONE_DOT || this.#shape === FALSE_DOT;
  }

  /** The CRs that waited are line ends of their own, before the octet at `at`. */
  #endFalsely(at: number): void {
    this.#put(LF);
    const crs = this.#waitingCrs;
    this.#endLine(this.#lineEnd, at, FALSE_START);
    if (crs < 2) return;
    this.#put(CR);
    this.#put(LF);
    this.#endLine(this.#lineStart, at, FALSE_START);
  }

  /** `lineEnd` counts from the start of the message, `next` from that of the chunk. */
  #endLine(lineEnd: number, next: number, shape: number): void {
    const length = lineEnd - this.#lineStart;
    if (length > this.#longestLine) this.#longestLine = length;
    this.#lineStart = this.#seen + next;
    if (this.#isHeader && length <= 0) {
      this.#isHeader = false;
      this.#headerBytes = this.#lineStart;
    }
    this.#shape = shape;
    this.#waitingCrs = 0;
  }

  /** Hands on chunk[from, to). When `isCutHere`, more of this chunk follows out of place, so the rest of it is gathered in a copy. */
  #hand(chunk: Buffer, from: number, to: number, isCutHere: boolean): void {
    this.#sizeBytes += to - from;
    if (this.#copy) {
      chunk.copy(this.#copy, this.#copied, from, to);
      this.#copied += to - from;
      return;
    }
    if (to > from) this.#onPiece(chunk.subarray(from, to));
    // Every octet left may be a bare line end, which takes two; two CRs may have waited from the chunk before.
    if (isCutHere) this.#copy = Buffer.allocUnsafe(2 * (chunk.length - to) + 4);
  }

  #put(octet: number): void {
    this.#copy ??= Buffer.allocUnsafe(4);
    this.#copy[this.#copied++] = octet;
    this.#sizeBytes++;
  }

  #flushCopy(): void {
    if (this.#copy && this.#copied > 0) this.#onPiece(this.#copy.subarray(0, this.#copied));
    this.#copy = undefined;
    this.#copied = 0;
  }
}
