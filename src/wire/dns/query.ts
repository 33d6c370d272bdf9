// SPDX-License-Identifier: Apache-2.0
/** DNS query — the octets of one question, recursion desired, with EDNS (RFC 6891) unless a server has shown that it knows none. */
import type { RecordType } from '../../core/dns.ts';
import { writeName } from './name.ts';
import { classIn, typeNumbers } from './types.ts';

/** Answers up to this size come over UDP unfragmented on every usual path (DNS flag day 2020). */
export const udpSizeBytes = 1232;

export interface Query {
  readonly id: number;
  readonly name: string;
  readonly type: RecordType;
  readonly hasEdns: boolean;
}

/** Undefined if the name is none. */
export function encodeQuery({ id, name, type, hasEdns }: Query): Buffer | undefined {
  const question = writeName(name);
  if (!question) return undefined;
  const bytes = Buffer.alloc(12 + question.length + 4 + (hasEdns ? 11 : 0));
  bytes.writeUInt16BE(id, 0);
  // Recursion desired.
  bytes.writeUInt16BE(0x0100, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt16BE(hasEdns ? 1 : 0, 10);
  question.copy(bytes, 12);
  let at = bytes.writeUInt16BE(typeNumbers[type], 12 + question.length);
  at = bytes.writeUInt16BE(classIn, at);
  if (hasEdns) {
    // OPT: the root's name, type 41, our size in place of the class; extended code, version and flags all zero.
    at = bytes.writeUInt16BE(41, at + 1);
    bytes.writeUInt16BE(udpSizeBytes, at);
  }
  return bytes;
}
