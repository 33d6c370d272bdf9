// SPDX-License-Identifier: Apache-2.0
/**
 * Unpack — the files in a gzip or zip, or the file itself, told by their first bytes: reports come in all three. At most `unpackedLimitBytes` in all;
 * a bomb is given up when it has made so many. Does not know Zip64, encryption or methods other than stored and deflated: nobody sends reports so.
 * Fails with `bad-input`.
 */
import { gunzip, inflateRaw } from 'node:zlib';
import { promisify } from 'node:util';
import { Fault } from '../../core/faults.ts';

export const unpackedLimitBytes = 10_485_760;
/** A report is one file; some put a note beside it. */
const filesAtMost = 8;

export async function unpack(bytes: Buffer): Promise<readonly Buffer[]> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return [await unpacked(promisify(gunzip), bytes, unpackedLimitBytes)];
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return unzip(bytes);
  if (bytes.length > unpackedLimitBytes) throw bad('it is too large');
  return [bytes];
}

type Inflate = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

async function unpacked(inflate: Inflate, bytes: Buffer, limit: number): Promise<Buffer> {
  // Zero is no limit to zlib.
  const maxOutputLength = Math.max(1, limit);
  try {
    return await inflate(bytes, { maxOutputLength });
  } catch (cause) {
    const isBomb = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw new Fault('bad-input', {
      detail: isBomb ? `it unpacks to more than ${unpackedLimitBytes} bytes` : 'it cannot be unpacked',
      cause,
    });
  }
}

/** By the directory at its end: what stands before each file may leave out its size. */
async function unzip(bytes: Buffer): Promise<readonly Buffer[]> {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'));
  if (end < 0 || end + 22 > bytes.length) throw bad('the zip has no directory');
  const count = bytes.readUInt16LE(end + 10);
  if (count > filesAtMost) throw bad(`the zip holds ${count} files`);
  const files: Buffer[] = [];
  let at = bytes.readUInt32LE(end + 16);
  let left = unpackedLimitBytes;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw bad('the directory of the zip is broken');
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const local = bytes.readUInt32LE(at + 42);
    const nameLength = bytes.readUInt16LE(at + 28);
    const isFolder = bytes[at + 45 + nameLength] === 0x2f;
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (isFolder) continue;
    if (local + 30 > bytes.length || bytes.readUInt32LE(local) !== 0x04034b50)
      throw bad('a file of the zip is missing');
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(start, start + packed);
    if (content.length < packed) throw bad('a file of the zip is cut off');
    if (method !== 0 && method !== 8) throw bad('the zip is packed in a way unknown here');
    const file = method === 8 ? await unpacked(promisify(inflateRaw), content, left) : content;
    left -= file.length;
    if (left < 0) throw bad(`it unpacks to more than ${unpackedLimitBytes} bytes`);
    files.push(file);
  }
  return files;
}

function bad(detail: string): Fault {
  return new Fault('bad-input', { detail });
}
