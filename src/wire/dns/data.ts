// SPDX-License-Identifier: Apache-2.0
/** DNS data — the data of one record as text; undefined where the octets are not what the type asks for. */
import type { RecordType } from '../../core/dns.ts';
import { formatIp, parseIp } from '../../core/ip.ts';
import { readName } from './name.ts';

export function readData(bytes: Buffer, type: RecordType, start: number, end: number): string | undefined {
  switch (type) {
    case 'A':
      return end - start === 4 ? formatIp(bytes.subarray(start, end)) : undefined;
    case 'AAAA':
      return end - start === 16 ? formatV6(bytes.subarray(start, end)) : undefined;
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return nameUpTo(bytes, start, end);
    case 'MX':
      return afterNumbers(bytes, start, end, 1);
    case 'SRV':
      return afterNumbers(bytes, start, end, 3);
    case 'SOA':
      return readSoa(bytes, start, end);
    case 'TXT':
    case 'SPF':
      return readStrings(bytes, start, end);
    case 'TLSA':
      return readTlsa(bytes, start, end);
  }
}

/** The last number of SOA data: how long its zone lets a negative answer be kept (RFC 2308 5). */
export function soaMinimumSeconds(data: string): number {
  return Number(data.slice(data.lastIndexOf(' ') + 1));
}

/** An IPv4 address mapped into AAAA is an IPv4 address, as everywhere. */
function formatV6(bytes: Buffer): string {
  const text = formatIp(bytes);
  const canonical = parseIp(text);
  return canonical ? formatIp(canonical) : text;
}

function nameUpTo(bytes: Buffer, start: number, end: number): string | undefined {
  const read = readName(bytes, start);
  return read?.next === end ? read.name : undefined;
}

/** `10 mx.example.org`: numbers of two octets, then a name. */
function afterNumbers(bytes: Buffer, start: number, end: number, count: number): string | undefined {
  const nameAt = start + 2 * count;
  if (nameAt >= end) return undefined;
  const name = nameUpTo(bytes, nameAt, end);
  if (name === undefined) return undefined;
  const numbers = Array.from({ length: count }, (_, i) => bytes.readUInt16BE(start + 2 * i));
  return [...numbers, name].join(' ');
}

function readSoa(bytes: Buffer, start: number, end: number): string | undefined {
  const server = readName(bytes, start);
  const person = server && readName(bytes, server.next);
  if (!person || person.next + 20 !== end) return undefined;
  const numbers = [0, 4, 8, 12, 16].map(offset => bytes.readUInt32BE(person.next + offset));
  return [server.name, person.name, ...numbers].join(' ');
}

/** No string at all breaks RFC 1035 3.3.14, yet servers send it; it is the empty text. */
function readStrings(bytes: Buffer, start: number, end: number): string | undefined {
  let text = '';
  for (let at = start; at < end;) {
    const next = at + 1 + bytes.readUInt8(at);
    if (next > end) return undefined;
    text += bytes.toString('latin1', at + 1, next);
    at = next;
  }
  return text;
}

function readTlsa(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start < 4) return undefined;
  return [...bytes.subarray(start, start + 3), bytes.toString('hex', start + 3, end)].join(' ');
}
