// SPDX-License-Identifier: Apache-2.0
/** DNS reply — the octets of the reply that a name server sends, names compressed. The records must be sound: they are ours. */
import type { RecordType } from '../../core/dns.ts';
import { parseIp } from '../../core/ip.ts';
import { writeName } from './name.ts';
import { udpSizeBytes } from './query.ts';
import { classIn, typeNumbers, type DnsQuestion, type WireRecord } from './types.ts';

export interface Reply {
  readonly id: number;
  readonly question?: DnsQuestion | undefined;
  readonly responseCode?: number;
  readonly isTruncated?: boolean;
  /** From a server that has the zone itself, and resolves for nobody. */
  readonly isAuthoritative?: boolean;
  /** To one who spoke EDNS (RFC 6891): our size is told. */
  readonly hasEdns?: boolean;
  readonly answers?: readonly WireRecord[];
  readonly authority?: readonly WireRecord[];
}

export function encodeReply(reply: Reply): Buffer {
  const { answers = [], authority = [], question } = reply;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(reply.id, 0);
  const by = reply.isAuthoritative ? 0x8500 : 0x8180;
  header.writeUInt16BE(by | (reply.isTruncated ? 0x0200 : 0) | (reply.responseCode ?? 0), 2);
  header.writeUInt16BE(question ? 1 : 0, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt16BE(authority.length, 8);
  header.writeUInt16BE(reply.hasEdns ? 1 : 0, 10);
  const writer = new Writer(header);
  if (question) {
    writer.name(question.name);
    writer.number(question.type);
    writer.number(question.class);
  }
  for (const record of [...answers, ...authority]) writer.record(record);
  if (reply.hasEdns) writer.raw(edns);
  return writer.bytes;
}

/** The root's name, type 41, our size, no flags, no data. */
const edns = Buffer.from([0, 0, 41, udpSizeBytes >> 8, udpSizeBytes & 255, 0, 0, 0, 0, 0, 0]);

class Writer {
  bytes: Buffer;
  readonly #known = new Map<string, number>();

  constructor(header: Buffer) {
    this.bytes = header;
  }

  raw(more: Uint8Array): void {
    this.bytes = Buffer.concat([this.bytes, more]);
  }

  number(value: number, width = 2): void {
    const octets = Buffer.alloc(width);
    octets.writeUIntBE(value, 0, width);
    this.raw(octets);
  }

  name(text: string): void {
    let rest = writeName(text)!;
    while (rest[0] !== 0) {
      const key = rest.toString('latin1').toLowerCase();
      const at = this.#known.get(key);
      if (at !== undefined) return this.number(0xc000 | at);
      if (this.bytes.length < 0x4000) this.#known.set(key, this.bytes.length);
      const end = rest[0]! + 1;
      this.raw(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    this.raw(rest);
  }

  record({ name, type, ttlSeconds, data }: WireRecord): void {
    this.name(name);
    this.number(typeNumbers[type]);
    this.number(classIn);
    this.number(ttlSeconds, 4);
    const lengthAt = this.bytes.length;
    this.number(0);
    this.#data(type, data);
    this.bytes.writeUInt16BE(this.bytes.length - lengthAt - 2, lengthAt);
  }

  #data(type: RecordType, data: string): void {
    const words = data.split(' ');
    switch (type) {
      case 'A':
      case 'AAAA':
        return this.raw(parseIp(data)!);
      case 'NS':
      case 'CNAME':
      case 'PTR':
        return this.name(data);
      case 'MX':
      case 'SRV':
        for (const word of words.slice(0, -1)) this.number(Number(word));
        return this.name(words.at(-1)!);
      case 'SOA':
        for (const word of words.slice(0, 2)) this.name(word);
        for (const word of words.slice(2)) this.number(Number(word), 4);
        return;
      case 'TLSA':
        for (const word of words.slice(0, 3)) this.number(Number(word), 1);
        return this.raw(Buffer.from(words[3] ?? '', 'hex'));
      case 'TXT':
      case 'SPF': {
        const octets = Buffer.from(data, 'latin1');
        for (let at = 0; at === 0 || at < octets.length; at += 255) {
          const part = octets.subarray(at, at + 255);
          this.number(part.length, 1);
          this.raw(part);
        }
      }
    }
  }
}
