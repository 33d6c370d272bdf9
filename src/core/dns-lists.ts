// SPDX-License-Identifier: Apache-2.0
/** DNS lists — what one may ask of lists in DNS (RFC 5782), black and white, and what they answer, as values. Who asks them is in net/dns-lists/. */
import type { DnsAnswer } from './dns.ts';

/** What a list is asked about: the address of the client, the name in HELO, the domain of the sender, a domain that was proven. */
export const listSubjects = ['client', 'hello', 'sender', 'proven'] as const;
export type ListSubject = (typeof listSubjects)[number];

/** One list as the operator wants it used. */
export interface DnsListSpec {
  readonly zone: string;
  /** As symbols and people call it; of one name there is one. */
  readonly name: string;
  readonly kind: 'block' | 'allow' | 'reputation';
  readonly asks: readonly ListSubject[];
  readonly mode: 'observe' | 'enforce';
  /** Whether it knows IPv6. */
  readonly ipv6: boolean;
  /** Points by answer: see wire/dnslist/code.ts. */
  readonly codes: Readonly<Record<string, number>>;
  /** For an answer that no code names. */
  readonly points: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly tests: 'rfc5782' | 'none';
  /** What stands before the zone in the test of domains, in place of RFC 5782's TEST and INVALID. */
  readonly testListed?: string | undefined;
  readonly testUnlisted?: string | undefined;
}

export type ListOutcome = { readonly list: DnsListSpec } & (
  | { readonly kind: 'listed'; readonly of: string; readonly codes: readonly string[]; readonly points: number }
  | { readonly kind: 'not-listed' }
  /** No answer worth believing. Never a reason to blame anybody. */
  | { readonly kind: 'silent'; readonly reason: string }
  /** It failed its test and is not asked. */
  | { readonly kind: 'off'; readonly fault: ListFault }
  /** What the others said was clear, so it was not waited for. */
  | { readonly kind: 'not-awaited' }
);

/** How a list, asked in one form, is doing. */
export interface ListStatus {
  readonly name: string;
  readonly zone: string;
  readonly form: ListForm;
  readonly state: 'untested' | 'on' | 'off';
  /** Why it is off. */
  readonly fault: ListFault | undefined;
  /** Unix ms: when the state began, and when it was tested last. */
  readonly since: number;
  readonly testedAt: number | undefined;
  /** Since the start of the process. */
  readonly asked: number;
  readonly listed: number;
  readonly silent: number;
}

/** What is wrong with a list. */
export interface ListFault {
  /** `everything`: it lists what must not be listed; `nothing`: not even its own test entry; `refuses`: 127.255.255.x; `nonsense`: what no list answers. */
  readonly code: 'everything' | 'nothing' | 'refuses' | 'nonsense' | 'silent';
  /** The answer, or why there was none. */
  readonly detail: string;
}

export type ListForm = 'ipv4' | 'ipv6' | 'domain';

export interface DnsLists {
  readonly specs: readonly DnsListSpec[];
  /** All lists that are asked about such, side by side; `subjects` are addresses, or domains as A-labels. At once where everything is known. Never throws. */
  ask(what: ListSubject, subjects: readonly string[]): readonly ListOutcome[] | Promise<readonly ListOutcome[]>;
  status(): readonly ListStatus[];
}

/** Asks nobody: for what needs none. */
export const noDnsLists: DnsLists = { specs: [], ask: () => [], status: () => [] };

/** The addresses in an answer. */
export function addressesIn(answer: DnsAnswer): readonly string[] {
  return answer.kind === 'found' ? answer.records.map(({ data }) => data) : [];
}
