// SPDX-License-Identifier: Apache-2.0
/**
 * Scan — reads a segment from front to end, telling each intact record, and says what could not be read.
 * A record torn by a kill or a power failure ends it; damage in the middle is stepped over, since what follows was promised too.
 */
import { readUpTo } from '../files.ts';
import type { Files } from '../files.ts';
import { decodeHead, headBytes, isIntact, recordBytes, recordMagic } from './record.ts';
import type { RecordHead } from './record.ts';

export interface ScannedRecord {
  readonly head: RecordHead;
  /** Good only while it is told. */
  readonly record: Buffer;
  readonly at: number;
}

export interface ScanResult {
  /** Where the last intact record ends. */
  readonly endAt: number;
  /** Bytes that belong to no intact record. */
  readonly cutOffBytes: number;
  /** Whether that is more than a torn last record or zeros. */
  readonly isDamaged: boolean;
}

const windowBytes = 1_048_576;
/** Checking candidates for the next record after damage costs reading each whole; a hostile mail could offer many. */
const searchLimitBytes = 1_073_741_824;

/** Reads records from byte `from` up to byte `end`. */
export async function scanRecords(
  files: Files,
  fd: number,
  { from, end, salt }: { readonly from: number; readonly end: number; readonly salt: number },
  tell: (record: ScannedRecord) => void,
): Promise<ScanResult> {
  const view = new View(files, fd, end);
  let searchedBytes = 0;
  let at = from;
  let endAt = from;
  let cutOffBytes = 0;
  let isDamaged = false;
  while (at < end) {
    const found = await intactAt(view, at, salt);
    if (found) {
      tell(found);
      at += found.record.length;
      endAt = at;
      continue;
    }
    let next = await findNext(view, at + 1);
    while (next !== undefined && searchedBytes < searchLimitBytes) {
      const head = decodeHead(await view.bytes(next, headBytes));
      if (head && next + recordBytes(head) <= end) {
        searchedBytes += recordBytes(head);
        if (await intactAt(view, next, salt)) break;
      }
      next = await findNext(view, next + 1);
    }
    if (next === undefined || searchedBytes >= searchLimitBytes) next = end;
    isDamaged ||= next < end || !(await isTornTail(view, at));
    cutOffBytes += next - at;
    at = next;
  }
  return { endAt, cutOffBytes, isDamaged };
}

async function intactAt(view: View, at: number, salt: number): Promise<ScannedRecord | undefined> {
  const head = decodeHead(await view.bytes(at, headBytes));
  if (!head || at + recordBytes(head) > view.end) return undefined;
  const record = await view.bytes(at, recordBytes(head));
  return isIntact(record, salt) ? { head, record, at } : undefined;
}

async function findNext(view: View, from: number): Promise<number | undefined> {
  for (let at = from; at < view.end; at += windowBytes) {
    const found = (await view.bytes(at, windowBytes + recordMagic.length)).indexOf(recordMagic);
    if (found >= 0) return at + found;
  }
  return undefined;
}

/** Whether what is at `at` is only what a write that never ended leaves: the beginning of a record that reaches beyond the end of the file, or zeros. */
async function isTornTail(view: View, at: number): Promise<boolean> {
  const start = await view.bytes(at, headBytes);
  const head = decodeHead(start);
  if (head) return at + recordBytes(head) > view.end;
  if (start.length < headBytes && start.equals(recordMagic.subarray(0, start.length))) return true;
  if (start.length < headBytes && start.subarray(0, recordMagic.length).equals(recordMagic)) return true;
  for (let from = at; from < view.end; from += windowBytes) {
    if ((await view.bytes(from, windowBytes)).some(byte => byte !== 0)) return false;
  }
  return true;
}

/** A window on the file that moves along. */
class View {
  readonly end: number;
  readonly #files: Files;
  readonly #fd: number;
  #window: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(files: Files, fd: number, end: number) {
    this.#files = files;
    this.#fd = fd;
    this.end = end;
  }

  /** `count` bytes from `at`, fewer at the end; good until the next call. */
  async bytes(at: number, count: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(count, this.end - at));
    if (at < this.#at || at + wanted > this.#at + this.#window.length) {
      const size = Math.max(0, Math.min(Math.max(windowBytes, wanted), this.end - at));
      const into = this.#window.length === size ? this.#window : Buffer.allocUnsafeSlow(size);
      const got = await readUpTo(this.#files, this.#fd, into, at);
      this.#window = into.subarray(0, got);
      this.#at = at;
    }
    return this.#window.subarray(at - this.#at, at - this.#at + wanted);
  }
}
