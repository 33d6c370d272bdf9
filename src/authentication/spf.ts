// SPDX-License-Identifier: Apache-2.0
/**
 * SPF — whether the domain in MAIL FROM, or in HELO, lets this client send in its name (RFC 7208).
 * The engine is mailauth in strict mode, loaded at the first domain that has a record: most have none, and are answered from the cache without a wait.
 * A name service that fails gives `temperror`, which means nothing. Never throws.
 */
import type { Address } from '../core/address.ts';
import type { Dns, DnsAnswer } from '../core/dns.ts';
import { engineResolver } from './engine-dns.ts';
import { Engine } from './engine.ts';

export type SpfVerdict = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror';

export interface SpfResult {
  readonly result: SpfVerdict;
  /** Whose domain was looked at: of MAIL FROM, of HELO where the sender is null, of nobody where there is no domain to ask. */
  readonly identity: 'mailfrom' | 'helo' | 'nobody';
  readonly domain: string;
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
  /** One for all questions; without it, one for this question. */
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
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
        return answer.records.some(({ data }) => /^v=spf1(?: |$)/i.test(data)) ? evaluate(question, none) : none;
    }
  };
  const known = dns.cached(domain, 'TXT');
  return known ? proceed(known) : dns.ask(domain, 'TXT', signal).then(proceed);
}

/** Whether the record lets everyone on earth send: then a pass proves nothing. */
export function passesAnyone({ result, record = '' }: SpfResult): boolean {
  return result === 'pass' && /\s\+?all(\s|$)/i.test(record);
}

const longestText = 500;

async function evaluate(question: SpfQuestion, none: SpfResult): Promise<SpfResult> {
  const { ip, helo, sender, dns, engine = new Engine(), signal } = question;
  const spf = await engine.spf();
  const answer = await spf({
    ip,
    helo,
    ...(sender ? { sender: `${sender.local}@${sender.domain}` } : {}),
    // What the macro %{r} shows of us to the domain's name servers (RFC 7208 7.3).
    mta: 'unknown',
    resolver: engineResolver(dns, signal),
    strict: true,
  });
  const result = asVerdict(answer.status.result);
  const isError = result === 'temperror' || result === 'permerror';
  const reason = isError ? (answer.status.comment ?? '').replace(/^.*?during lookup of .*?: /s, '') : '';
  return {
    ...none,
    result,
    ...(answer.rr ? { record: answer.rr.slice(0, longestText) } : {}),
    ...(answer.explanation ? { explanation: answer.explanation.slice(0, longestText) } : {}),
    ...(reason ? { reason: reason.slice(0, longestText) } : {}),
  };
}

const verdicts: readonly SpfVerdict[] = ['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror'];

function asVerdict(word: string): SpfVerdict {
  return verdicts.find(verdict => verdict === word) ?? 'neutral';
}

function isDomain(domain: string): boolean {
  return domain.length <= 253 && /^(?:[^.[\]\s]{1,63}\.)+[^.[\]\s]{1,63}$/.test(domain);
}
