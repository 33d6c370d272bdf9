// SPDX-License-Identifier: Apache-2.0
/**
 * SPF — whether the domain in MAIL FROM, or in HELO, lets this client send in its name (RFC 7208).
 * Evaluated by spf/evaluate.ts where the domain has a record: most have none, and are answered from the cache without a wait.
 * A name service that fails gives `temperror`, which means nothing. Never throws.
 */
import type { Address } from '../core/address.ts';
import type { Dns, DnsAnswer } from '../core/dns.ts';
import { noProof, type AuthResult } from '../wire/authres/result.ts';
import { isVersion1 } from '../wire/spf/record.ts';
import { evaluate, isDomain, type FindRecord, type SpfVerdict } from './spf/evaluate.ts';
import { SpfError } from './spf/lookups.ts';

export type { SpfVerdict } from './spf/evaluate.ts';

export interface SpfResult {
  readonly result: SpfVerdict;
  /** Whose domain was looked at: of MAIL FROM, of HELO where the sender is null, of nobody where there is no domain to ask. */
  readonly identity: 'mailfrom' | 'helo' | 'nobody';
  readonly domain: string;
  /** Of a pass that nearly any client on earth would get: it proves nothing. */
  readonly passesAnyone?: true;
  /** The record of the domain, if it has one. */
  readonly record?: string;
  /** What the domain's owner wants to be told to those who fail. A stranger's text. */
  readonly explanation?: string;
  /** For `temperror` and `permerror`: what went wrong. */
  readonly reason?: string;
}

/** Where there is no domain to ask, or no reason to ask it. */
export const askedOfNobody: SpfResult = { result: 'none', identity: 'nobody', domain: '' };

export interface SpfQuestion {
  readonly ip: string;
  readonly helo: string;
  /** null: the identity is the one of HELO. */
  readonly sender: Address | null;
  readonly dns: Dns;
  readonly signal?: AbortSignal;
  /** For the macro t, in seconds since 1970. */
  readonly nowSeconds?: number;
}

/** At once where the name service's cache says that there is no record. */
export function checkSpf(question: SpfQuestion): SpfResult | Promise<SpfResult> {
  const { sender, helo, dns, signal } = question;
  const identity = sender ? 'mailfrom' : 'helo';
  const domain = sender ? sender.domain : helo.toLowerCase().replace(/\.$/, '');
  // RFC 7208 4.3: what is no name of several labels has no record.
  if (!isDomain(domain)) return askedOfNobody;
  const none: SpfResult = { result: 'none', identity, domain };
  const proceed = (answer: DnsAnswer): SpfResult | Promise<SpfResult> => {
    switch (answer.kind) {
      case 'no-name':
      case 'no-data':
        return none;
      case 'unavailable':
        return { ...none, result: 'temperror', reason: answer.reason };
      case 'found':
        return answer.records.some(({ data }) => isVersion1(data)) ? evaluated(question, none) : none;
    }
  };
  const known = dns.cached(domain, 'TXT');
  return known ? proceed(known) : dns.ask(domain, 'TXT', signal).then(proceed);
}

/** The domain that has let this client send in its name: what DMARC goes by. */
export function passedDomain({ result, domain }: SpfResult): string | undefined {
  return result === 'pass' && domain !== '' ? domain : undefined;
}

/** The same, unless it lets anyone: only this one may be taken for who it says it is, and earn anything. */
export function provenDomain(spf: SpfResult): string | undefined {
  return spf.passesAnyone ? undefined : passedDomain(spf);
}

/** Whether the record says nothing but that no mail comes from the domain. */
export function sendsNoMail({ result, record = '' }: SpfResult): boolean {
  return result === 'fail' && /^v=spf1 +-all *$/i.test(record);
}

/** As Authentication-Results says it. What passes by letting anyone send is marked, so that whoever reads it later takes it for no proof. */
export function spfResultOf(
  { result, passesAnyone, domain, reason }: SpfResult,
  identity: 'mailfrom' | 'helo',
): AuthResult {
  const why = passesAnyone ? 'the domain lets anyone send' : reason;
  return {
    method: 'spf',
    result,
    ...(why === undefined ? {} : { reason: why }),
    properties: [['smtp', identity, domain], ...(passesAnyone ? [noProof] : [])],
  };
}

const longestText = 500;

async function evaluated(
  { ip, helo, sender, dns, signal, nowSeconds = 0 }: SpfQuestion,
  none: SpfResult,
): Promise<SpfResult> {
  const { domain } = none;
  const answer = await evaluate({
    ip,
    helo,
    domain,
    // Nobody's local part is postmaster's (RFC 7208 4.3).
    sender: { local: sender?.local || 'postmaster', domain },
    find: findVersion1,
    dns,
    signal,
    nowSeconds,
  });
  const { result, passesAnyone, record, explanation, reason } = answer;
  return {
    ...none,
    result,
    ...(passesAnyone ? { passesAnyone } : {}),
    ...(record ? { record: record.slice(0, longestText) } : {}),
    ...(explanation ? { explanation: explanation.slice(0, longestText) } : {}),
    ...(reason ? { reason: reason.slice(0, longestText) } : {}),
  };
}

/** RFC 7208 4.5. */
const findVersion1: FindRecord = async (domain, lookups) => {
  const [whole, ...others] = (await lookups.askFreely(domain, 'TXT')).filter(isVersion1);
  if (others.length > 0) throw new SpfError('permerror', `${domain} has several records`);
  return whole === undefined ? undefined : { whole, terms: whole.slice('v=spf1'.length) };
};
