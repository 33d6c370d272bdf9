// SPDX-License-Identifier: Apache-2.0
/**
 * DNS message — reads header, question, answers and authority of a message; the additional section is nobody's need here.
 * Octets that break the grammar anywhere in these give undefined, never an exception: half an answer is not believed.
 */
import { readData } from './data.ts';
import { readName } from './name.ts';
import { classIn, typeName, type DnsMessage, type DnsQuestion, type WireRecord } from './types.ts';

export function decodeMessage(bytes: Buffer): DnsMessage | undefined {
  if (bytes.length < 12) return undefined;
  const flags = bytes.readUInt16BE(2);
  const questions = readQuestions(bytes, bytes.readUInt16BE(4));
  if (!questions) return undefined;
  const header = {
    id: bytes.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    canRecurse: (flags & 0x0080) !== 0,
    responseCode: flags & 0x000f,
    question: questions.only,
  };
  // A truncated message may end anywhere, and is asked for again by TCP: nothing of it is used.
  if (header.isTruncated) return { ...header, answers: [], authority: [] };
  const answers = readRecords(bytes, questions.next, bytes.readUInt16BE(6));
  const authority = answers && readRecords(bytes, answers.next, bytes.readUInt16BE(8));
  return authority && { ...header, answers: answers.records, authority: authority.records };
}

function readQuestions(
  bytes: Buffer,
  count: number,
): { readonly only: DnsQuestion | undefined; readonly next: number } | undefined {
  let at = 12;
  let only: DnsQuestion | undefined;
  for (let i = 0; i < count; i++) {
    const name = readName(bytes, at);
    if (!name || name.next + 4 > bytes.length) return undefined;
    only = { name: name.name, type: bytes.readUInt16BE(name.next), class: bytes.readUInt16BE(name.next + 2) };
    at = name.next + 4;
  }
  return { only: count === 1 ? only : undefined, next: at };
}

function readRecords(
  bytes: Buffer,
  from: number,
  count: number,
): { readonly records: readonly WireRecord[]; readonly next: number } | undefined {
  const records: WireRecord[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const name = readName(bytes, at);
    if (!name || name.next + 10 > bytes.length) return undefined;
    const type = typeName(bytes.readUInt16BE(name.next));
    const isIn = bytes.readUInt16BE(name.next + 2) === classIn;
    const ttl = bytes.readUInt32BE(name.next + 4);
    const start = name.next + 10;
    at = start + bytes.readUInt16BE(name.next + 8);
    if (at > bytes.length) return undefined;
    if (!type || !isIn) continue;
    const data = readData(bytes, type, start, at);
    if (data === undefined) return undefined;
    // A TTL with the highest bit set counts as zero (RFC 2181 8).
    records.push({ name: name.name, type, ttlSeconds: ttl > 0x7fffffff ? 0 : ttl, data });
  }
  return { records, next: at };
}
