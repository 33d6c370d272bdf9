// SPDX-License-Identifier: Apache-2.0
/**
 * Lines — cuts a byte stream into lines, and gives the bytes as they are where the protocol stops being lines.
 * LF ends a line, a CR before it goes with it. A line past its limit is thrown away as it comes and reported once, at its end.
 * Lines are bytes: nothing is decoded, and a line is part of the chunk it came in where it can be.
 */
const LF = 10;
const CR = 13;
const empty: Buffer = Buffer.alloc(0);

export class LineReader {
  #buffer = empty;
  #start = 0;
  #end = 0;
  /** Up to here there is no LF. */
  #scanned = 0;
  #isOwn = false;
  #isTooLong = false;
  #endedBare = false;

  /** Bytes waiting. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Whether the line last given ended with LF alone. */
  get endedBare(): boolean {
    return this.#endedBare;
  }

  push(chunk: Buffer): void {
    const size = this.size;
    if (size === 0) {
      this.#buffer = chunk;
      this.#start = this.#scanned = 0;
      this.#end = chunk.length;
      this.#isOwn = false;
      return;
    }
    if (!this.#isOwn || this.#end + chunk.length > this.#buffer.length) {
      // Doubling, so that a peer who sends single bytes cannot make us copy for each of them.
      const grown = Buffer.allocUnsafeSlow(Math.max(256, 2 * (size + chunk.length)));
      this.#buffer.copy(grown, 0, this.#start, this.#end);
      this.#buffer = grown;
      this.#scanned -= this.#start;
      this.#start = 0;
      this.#end = size;
      this.#isOwn = true;
    }
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }

  /** The next line without its end, `too-long` once for a line over `limitBytes`, undefined while there is no whole line. */
  next(limitBytes: (start: Buffer) => number): Buffer | 'too-long' | undefined {
    const waiting = this.#buffer.subarray(this.#scanned, this.#end).indexOf(LF);
    if (waiting < 0) {
      this.#scanned = this.#end;
      // One more for a CR whose LF is still on its way.
      if (this.#isTooLong || (this.size > 512 && this.size > limitBytes(this.peek()) + 1)) {
        this.#isTooLong = true;
        this.clear();
      }
      return undefined;
    }
    const at = this.#scanned + waiting;
    const hasCr = at > this.#start && this.#buffer[at - 1] === CR;
    const line = this.#buffer.subarray(this.#start, hasCr ? at - 1 : at);
    const isTooLong = this.#isTooLong || (line.length > 512 && line.length > limitBytes(line));
    this.#start = this.#scanned = at + 1;
    this.#isTooLong = false;
    this.#endedBare = !hasCr;
    this.#release();
    return isTooLong ? 'too-long' : line;
  }

  /** What is waiting, at most `limitBytes` of it, left where it is. */
  peek(limitBytes = Number.POSITIVE_INFINITY): Buffer {
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + limitBytes));
  }

  /** The first `bytes` of what is waiting are somebody else's now. */
  skip(bytes: number): void {
    this.#start = this.#scanned = this.#start + bytes;
    // What was given away must not be written over by the next push.
    this.#isOwn = false;
    this.#release();
  }

  clear(): void {
    this.#start = this.#end;
    this.#release();
  }

  /** An idle connection holds no buffer. */
  #release(): void {
    if (this.#start < this.#end) return;
    this.#buffer = empty;
    this.#start = this.#end = this.#scanned = 0;
    this.#isOwn = false;
  }
}
