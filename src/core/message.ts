// SPDX-License-Identifier: Apache-2.0
/**
 * Message — the bytes as they came, dots unstuffed, lines ended by CRLF.
 * Up to `judgedLimitBytes` are in memory, which is what checks read; the rest of a longer message is on disk.
 */
export interface Message {
  readonly sizeBytes: number;
  /** The message, or its first `judgedLimitBytes` bytes. */
  readonly bytes: Buffer;
  readonly isWhole: boolean;
  /** All bytes, in order; each chunk may be read once. */
  stream(): AsyncIterable<Buffer>;
  /** What the wire already noticed while it received. */
  readonly wire: WireNotes;
}

export interface WireNotes {
  /** Bare CR or LF that were turned into CRLF. */
  readonly bareNewlines: number;
  /** Octets of the longest line without its CRLF; RFC 5321 4.5.3.1.6 allows 998. */
  readonly longestLine: number;
  readonly hasNul: boolean;
}

export const judgedLimitBytes = 1_048_576;

/** A message that is whole in memory, as `scan`, tests and small mail have it. */
export function messageOf(
  bytes: Buffer,
  wire: WireNotes = { bareNewlines: 0, longestLine: 0, hasNul: false },
): Message {
  return {
    sizeBytes: bytes.length,
    bytes,
    isWhole: true,
    wire,
    async *stream() {
      yield bytes;
    },
  };
}
