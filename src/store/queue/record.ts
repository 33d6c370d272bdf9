// SPDX-License-Identifier: Apache-2.0
/**
 * Record — the frame of everything in a segment: magic, kind, lengths and a CRC before JSON and bytes.
 * The CRC begins with the segment's salt: text that a stranger mails us cannot pass for a record of ours when a damaged segment is searched.
 */
import { crc32 } from 'node:zlib';

/** `opening` is a segment's first; `put` a message; `copy` a message moved from an older segment, with its standing; `note` what became of one. */
export type RecordKind = 'opening' | 'put' | 'copy' | 'note';

export interface RecordHead {
  readonly kind: RecordKind;
  readonly jsonBytes: number;
  readonly blobBytes: number;
  readonly crc: number;
}

/** `SREC` */
export const recordMagic = Buffer.from('SREC', 'latin1');
export const headBytes = 20;
/** No record of ours comes near; a length beyond is damage. */
export const jsonLimitBytes = 64 * 1_048_576;
export const blobLimitBytes = 128 * 1_048_576;

const kinds = ['opening', 'put', 'copy', 'note'] as const;
const coveredBytes = 16;

/** A record before it is written; the lengths are in bytes. */
export interface RecordParts {
  readonly kind: RecordKind;
  readonly json: string;
  readonly jsonBytes: number;
  readonly blobs: readonly Buffer[];
  readonly blobBytes: number;
}

export function recordParts(kind: RecordKind, value: object, blobs: readonly Buffer[]): RecordParts {
  const json = JSON.stringify(value);
  let blobBytes = 0;
  for (const blob of blobs) blobBytes += blob.length;
  return { kind, json, jsonBytes: Buffer.byteLength(json), blobs, blobBytes };
}

/** Writes the record into a buffer that has room for it from `at`; where it ends. */
export function encodeInto(into: Buffer, at: number, parts: RecordParts, salt: number): number {
  encodeHead(into, at, parts);
  let end = at + headBytes;
  end += into.write(parts.json, end);
  for (const blob of parts.blobs) end += blob.copy(into, end);
  const crc = crc32(into.subarray(at + headBytes, end), crc32(into.subarray(at, at + coveredBytes), salt));
  into.writeUInt32LE(crc, at + coveredBytes);
  return end;
}

/** The record as buffers to be written; the blobs are not copied. */
export function encodeRecord(parts: RecordParts, salt: number): readonly [Buffer, ...Buffer[]] {
  const start = Buffer.allocUnsafe(headBytes + parts.jsonBytes);
  encodeHead(start, 0, parts);
  start.write(parts.json, headBytes);
  let crc = crc32(start.subarray(headBytes), crc32(start.subarray(0, coveredBytes), salt));
  for (const blob of parts.blobs) crc = crc32(blob, crc);
  start.writeUInt32LE(crc, coveredBytes);
  return [start, ...parts.blobs];
}

/** Reads a head; undefined if it is none. */
export function decodeHead(head: Buffer): RecordHead | undefined {
  if (head.length < headBytes || !head.subarray(0, recordMagic.length).equals(recordMagic)) return undefined;
  const kind = kinds[head.readUInt32LE(4)];
  const jsonBytes = head.readUInt32LE(8);
  const blobBytes = head.readUInt32LE(12);
  if (kind === undefined || jsonBytes > jsonLimitBytes || blobBytes > blobLimitBytes) return undefined;
  return { kind, jsonBytes, blobBytes, crc: head.readUInt32LE(coveredBytes) };
}

export function recordBytes(head: Pick<RecordHead, 'jsonBytes' | 'blobBytes'>): number {
  return headBytes + head.jsonBytes + head.blobBytes;
}

/** Whether a whole record is what was written. */
export function isIntact(record: Buffer, salt: number): boolean {
  const head = decodeHead(record);
  if (!head || record.length !== recordBytes(head)) return false;
  return crc32(record.subarray(headBytes), crc32(record.subarray(0, coveredBytes), salt)) === head.crc;
}

export function jsonOf(record: Buffer, head: RecordHead): unknown {
  return JSON.parse(record.toString('utf8', headBytes, headBytes + head.jsonBytes));
}

export function blobsOf(record: Buffer, head: RecordHead): Buffer {
  return record.subarray(headBytes + head.jsonBytes, recordBytes(head));
}

function encodeHead(into: Buffer, at: number, { kind, jsonBytes, blobBytes }: RecordParts): void {
  recordMagic.copy(into, at);
  into.writeUInt32LE(kinds.indexOf(kind), at + 4);
  into.writeUInt32LE(jsonBytes, at + 8);
  into.writeUInt32LE(blobBytes, at + 12);
}
