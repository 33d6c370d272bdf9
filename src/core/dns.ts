// SPDX-License-Identifier: Apache-2.0
/** Dns — what one may ask of the name service, and its answers as values. The resolver that answers is in net/. */
export type RecordType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'PTR' | 'CNAME' | 'NS' | 'SOA' | 'SPF' | 'TLSA' | 'SRV';

/** The record's data as text: an address, a name without final dot, `10 mx.example.org`, joined TXT strings. */
export interface DnsRecord {
  readonly data: string;
  readonly ttlSeconds: number;
}

export type DnsAnswer =
  | { readonly kind: 'found'; readonly records: readonly DnsRecord[] }
  /** The name does not exist (NXDOMAIN). */
  | { readonly kind: 'no-name' }
  /** The name exists and has no such record (NODATA). */
  | { readonly kind: 'no-data' }
  /** No answer worth believing: time-out, SERVFAIL, REFUSED, nonsense. Never a reason to refuse mail. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface Dns {
  /** Asks once, however many ask at the same time; answers are cached by their TTL (RFC 2308, RFC 9520 for failures). Never throws. */
  ask(name: string, type: RecordType, signal?: AbortSignal): Promise<DnsAnswer>;
  /** The answer if it is in the cache: lets a warm check run without a promise. */
  cached(name: string, type: RecordType): DnsAnswer | undefined;
  /** Asks anew whatever is in the cache, and keeps the answer there: for tests of others, whose old answer proves nothing. Absent: `ask` does so. */
  fresh?(name: string, type: RecordType): Promise<DnsAnswer>;
}
