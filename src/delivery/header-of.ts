// SPDX-License-Identifier: Apache-2.0
/** Header of — the first bytes of a message that is read as it is sent: whole chunks, until its header has ended or was found too long. */

export interface HeaderRead {
  /** The body's beginning may follow. */
  readonly bytes: Buffer;
  /** Whether the header's end was found, or the message's. */
  readonly isWhole: boolean;
}

export async function readHeaderOf(message: AsyncIterable<Buffer>, atMostBytes: number): Promise<HeaderRead> {
  const chunks: Buffer[] = [];
  let size = 0;
  let last = Buffer.alloc(0);
  let isWhole = true;
  for await (const chunk of message) {
    chunks.push(chunk);
    size += chunk.length;
    // The header's end may lie across two chunks.
    const joined = Buffer.concat([last, chunk]);
    if (joined.includes('\r\n\r\n')) break;
    isWhole = size <= atMostBytes;
    if (!isWhole) break;
    last = joined.subarray(-3);
  }
  return { bytes: Buffer.concat(chunks, size), isWhole };
}
