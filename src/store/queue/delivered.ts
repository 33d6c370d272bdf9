// SPDX-License-Identifier: Apache-2.0
/** Delivered — the message as it goes out: the recipient's header lines, ours, then what came, without its cuts. */
import { Fault } from '../../core/faults.ts';
import type { Cut, QueueEntryInput } from './contract.ts';

/** Throws Fault `bad-input` if the cuts are not in order and inside the message; they are made by our own code, but a wrong one would lose text. */
export function checkEntry(entry: QueueEntryInput, sizeBytes: number): void {
  let end = 0;
  for (const cut of entry.cuts) {
    if (!(cut.start >= end && cut.end >= cut.start && cut.end <= sizeBytes)) {
      throw new Fault('bad-input', { detail: `cut ${cut.start}-${cut.end} of a message of ${sizeBytes} bytes` });
    }
    end = cut.end;
  }
  if (entry.recipients.length === 0)
    throw new Fault('bad-input', { detail: `queue entry ${entry.id} has no recipient` });
}

/** Bytes as delivered, without the recipient's prefix. */
export function deliveredSize(entry: QueueEntryInput, sizeBytes: number): number {
  return entry.cuts.reduce((sum, cut) => sum - (cut.end - cut.start), sizeBytes + entry.prefix.length);
}

export function prefixOf(entry: QueueEntryInput, recipientIndex: number | undefined): readonly Buffer[] {
  const own = recipientIndex === undefined ? undefined : entry.recipients[recipientIndex]?.prefix;
  return [own ?? Buffer.alloc(0), entry.prefix].filter(part => part.length > 0);
}

/** The pieces of `chunk`, which lies at byte `at` of the message, that no cut leaves out. */
export function withoutCuts(chunk: Buffer, at: number, cuts: readonly Cut[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let from = at;
  const end = at + chunk.length;
  for (const cut of cuts) {
    if (cut.end <= from || cut.start >= end) continue;
    if (cut.start > from) pieces.push(chunk.subarray(from - at, cut.start - at));
    from = Math.min(cut.end, end);
  }
  if (from < end) pieces.push(chunk.subarray(from - at));
  return pieces;
}

export async function* streamDelivered(
  entry: QueueEntryInput,
  recipientIndex: number | undefined,
  raw: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  yield* prefixOf(entry, recipientIndex);
  let at = 0;
  for await (const chunk of raw) {
    yield* withoutCuts(chunk, at, entry.cuts);
    at += chunk.length;
  }
}
