// SPDX-License-Identifier: Apache-2.0
/**
 * Page — many items in one row: JSON, a line each, compressed together, because an attempt alone compresses to a third and in company to a seventh.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Fault, describeFault } from '../../core/faults.ts';
import { eventLimitBytes, type RecordEvent, type RecordKeys } from './contract.ts';
import { eventText, type Item } from './item.ts';

/** Text of a page, in signs, beyond which the next begins: small enough to read one attempt in half a millisecond. */
export const pageSigns = 131_072;
/** A page written by us is never larger; a damaged one is not to fill the memory. */
const pageLimitBytes = 64 * 1_048_576;

export function lineOf({ id, keys, events }: Item): string {
  const whole = wholeLine(id, keys, events);
  // Small enough together, each is: a sign has at most three bytes.
  if (whole !== undefined && whole.length * 3 <= eventLimitBytes) return whole;
  return `[${JSON.stringify(id)},${JSON.stringify(keys)},[${events.map(eventText).join(',')}]]\n`;
}

/** In one piece, which costs half of what it does event by event; undefined if something in it cannot be written. */
function wholeLine(id: string, keys: RecordKeys, events: readonly RecordEvent[]): string | undefined {
  try {
    return `${JSON.stringify([id, keys, events])}\n`;
  } catch {
    return undefined;
  }
}

export function pack(text: string): Uint8Array {
  // Level 1: level 3 costs half as much again and saves nothing here (measured on records).
  return zstdCompressSync(Buffer.from(text), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

export function unpack(bytes: Uint8Array): string {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: pageLimitBytes }).toString();
  } catch (cause) {
    throw new Fault('store-broken', { cause, detail: `a page of records cannot be read: ${describeFault(cause)}` });
  }
}

/** The items of one attempt, or of all. */
export function itemsIn(text: string, id?: string): readonly Item[] {
  const start = id === undefined ? '' : `[${JSON.stringify(id)},`;
  return text
    .split('\n')
    .filter(line => line !== '' && line.startsWith(start))
    .map(line => {
      // Written by `lineOf`.
      const [name, keys, events] = JSON.parse(line) as [string, RecordKeys, readonly RecordEvent[]];
      return { id: name, keys, events };
    });
}
