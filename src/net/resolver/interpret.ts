// SPDX-License-Identifier: Apache-2.0
/** Interpret — what a reply says about our question, and how long that may be believed; aliases are followed inside the reply. */
import type { DnsAnswer, RecordType } from '../../core/dns.ts';
import { soaMinimumSeconds } from '../../wire/dns/data.ts';
import { responseCodes, type DnsMessage, type WireRecord } from '../../wire/dns/types.ts';
import type { Question } from './exchange.ts';

export interface Interpreted {
  readonly answer: DnsAnswer;
  /** How long to keep it; of no meaning where the answer is unavailable. */
  readonly ttlSeconds: number;
}

/** Longer than this nobody keeps what we believe of a name; a mistaken TTL of years would outlive its correction. */
const ttlSecondsAtMost = 86_400;
/** RFC 2308 5 advises one to three hours for what is not there. */
const negativeTtlSecondsAtMost = 3_600;
/** What is not there, with no word on how long: RFC 2308 5 would not keep it, but each message may ask a dozen times. */
const negativeTtlSecondsUnknown = 5;
/** Longer chains of aliases are a mistake or a trap. */
const aliasesAtMost = 16;

/** A reply that is not worth believing gives `unavailable`. */
export function interpret(message: DnsMessage, question: Question): Interpreted {
  const { responseCode } = message;
  if (responseCode !== responseCodes.NOERROR && responseCode !== responseCodes.NXDOMAIN)
    return unavailable(`the name server answered ${codeName(responseCode)}`);
  const end = followAliases(message.answers, question);
  if (!end) return unavailable('the aliases of this name go in a circle');
  if (end.records.length > 0) {
    const records = end.records.map(({ data, ttlSeconds }) => ({ data, ttlSeconds }));
    const ttlSeconds = Math.min(ttlSecondsAtMost, end.ttlSeconds, ...records.map(record => record.ttlSeconds));
    return { answer: { kind: 'found', records }, ttlSeconds };
  }
  const kind = responseCode === responseCodes.NXDOMAIN ? 'no-name' : 'no-data';
  const soa = message.authority.find(record => record.type === 'SOA');
  const isReferral = !soa && !message.canRecurse && message.authority.some(record => record.type === 'NS');
  if (kind === 'no-data' && isReferral) return unavailable('the name server refers us to others');
  return { answer: { kind }, ttlSeconds: negativeTtlSeconds(soa, end.ttlSeconds) };
}

function negativeTtlSeconds(soa: WireRecord | undefined, aliasTtlSeconds: number): number {
  const own = soa ? Math.min(soa.ttlSeconds, soaMinimumSeconds(soa.data)) : negativeTtlSecondsUnknown;
  return Math.min(own, aliasTtlSeconds, negativeTtlSecondsAtMost);
}

interface End {
  readonly records: readonly WireRecord[];
  /** The least TTL of the aliases on the way. */
  readonly ttlSeconds: number;
}

function followAliases(records: readonly WireRecord[], { name, type }: Question): End | undefined {
  let owner = name;
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let aliases = 0; aliases <= aliasesAtMost; aliases++) {
    const wanted = recordsOf(records, owner, type);
    const alias = wanted.length === 0 ? recordsOf(records, owner, 'CNAME')[0] : undefined;
    if (!alias) return { records: wanted, ttlSeconds };
    owner = alias.data;
    ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds);
  }
  return undefined;
}

function recordsOf(records: readonly WireRecord[], owner: string, type: RecordType): readonly WireRecord[] {
  return records.filter(record => record.type === type && record.name === owner);
}

function codeName(code: number): string {
  return Object.entries(responseCodes).find(([, value]) => value === code)?.[0] ?? `code ${code}`;
}

function unavailable(reason: string): Interpreted {
  return { answer: { kind: 'unavailable', reason }, ttlSeconds: 0 };
}
