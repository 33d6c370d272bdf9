// SPDX-License-Identifier: Apache-2.0
/** DNS types — numbers of record types and response codes (RFC 1035, 3596, 2782, 6698, 7208), and what a message is made of. */
import type { RecordType } from '../../core/dns.ts';

export const typeNumbers = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  TLSA: 52,
  SPF: 99,
} as const satisfies Record<RecordType, number>;

// The keys of an object of RecordTypes are RecordTypes.
export const recordTypes = Object.keys(typeNumbers) as readonly RecordType[];

const typeNames: ReadonlyMap<number, RecordType> = new Map(recordTypes.map(type => [typeNumbers[type], type]));

/** The name of a record type we read; undefined for every other. */
export function typeName(number: number): RecordType | undefined {
  return typeNames.get(number);
}

export const classIn = 1;

/** Response codes that mean something to us; all others are answers not worth believing. */
export const responseCodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

export interface DnsQuestion {
  /** Without final dot, in lower case; unusual octets are escaped as in a zone file (RFC 1035 5.1). */
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

/** A record of class IN and of a type we read. */
export interface WireRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly ttlSeconds: number;
  /** As text: see core/dns.ts. The strings of TXT are joined, one character per octet (latin1), so that nothing is lost. */
  readonly data: string;
}

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly isTruncated: boolean;
  /** Whether the server asks others for us; one that does not may answer with a referral. */
  readonly canRecurse: boolean;
  readonly responseCode: number;
  /** The question; undefined unless there is exactly one. */
  readonly question: DnsQuestion | undefined;
  readonly answers: readonly WireRecord[];
  readonly authority: readonly WireRecord[];
}
