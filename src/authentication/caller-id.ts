// SPDX-License-Identifier: Apache-2.0
/**
 * Caller ID — the ancestor of Sender ID: a domain's document at `_ep.` that names its senders, compared with the client. Nobody is known to publish
 * one any more; it is evaluated to be listed. Never throws; at most ten questions.
 */
import type { Dns, RecordType } from '../core/dns.ts';
import { isSameIp, networkHas, parseIp } from '../core/ip.ts';
import { looksLikePolicy, parsePolicy, type CallerIdPolicy } from '../wire/callerid/policy.ts';
import { isDomain } from './spf/evaluate.ts';
import { Lookups, SpfError } from './spf/lookups.ts';

export interface CallerIdResult {
  readonly result: 'pass' | 'fail' | 'neutral' | 'none' | 'permerror' | 'temperror';
  readonly domain: string;
  readonly reason?: string;
}

export interface CallerIdQuestion {
  readonly ip: string;
  readonly domain: string;
  readonly dns: Dns;
  readonly signal?: AbortSignal;
}

/** At once where the name service's cache says that there is no document. */
export function checkCallerId(question: CallerIdQuestion): CallerIdResult | Promise<CallerIdResult> {
  const { domain, dns, signal } = question;
  const none: CallerIdResult = { result: 'none', domain };
  const ip = parseIp(question.ip);
  if (!isDomain(domain) || !ip) return none;
  const known = dns.cached(`_ep.${domain}`, 'TXT');
  if (known && known.kind !== 'found' && known.kind !== 'unavailable') return none;
  return evaluate(new Asker(new Lookups(dns, signal)), domain, ip).then(
    result => ({ ...none, result }),
    (error: unknown) => {
      if (!(error instanceof SpfError)) throw error;
      return { ...none, result: error.result, reason: error.message.slice(0, 200) };
    },
  );
}

async function evaluate(asker: Asker, domain: string, ip: Uint8Array): Promise<CallerIdResult['result']> {
  const policy = await asker.policyOf(domain);
  if (!policy) return 'none';
  const isListed = await lists(asker, policy, domain, ip, new Set([domain]));
  if (policy.isTest) return 'neutral';
  return isListed ? 'pass' : 'fail';
}

async function lists(
  asker: Asker,
  policy: CallerIdPolicy,
  domain: string,
  ip: Uint8Array,
  seen: Set<string>,
): Promise<boolean> {
  if (policy.sendsNoMail) return false;
  if (policy.networks.some(network => networkHas(network, ip))) return true;
  if (policy.hasMx && (await asker.isMailServer(domain, ip))) return true;
  for (const other of policy.indirect) {
    if (seen.has(other)) continue;
    seen.add(other);
    const further = await asker.policyOf(other);
    if (further && (await lists(asker, further, other, ip, seen))) return true;
  }
  return false;
}

/** Every question counts as a term of SPF does: at most ten. */
class Asker {
  readonly #lookups: Lookups;

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  async policyOf(domain: string): Promise<CallerIdPolicy | undefined> {
    const texts = await this.#ask(`_ep.${domain}`, 'TXT');
    if (!texts.some(looksLikePolicy)) return undefined;
    const policy = parsePolicy(texts.join(''));
    if (!policy) throw new SpfError('permerror', `the document at _ep.${domain} cannot be read`);
    return policy;
  }

  async isMailServer(domain: string, ip: Uint8Array): Promise<boolean> {
    for (const host of await this.#ask(domain, 'MX')) {
      const addresses = await this.#ask(host.replace(/^\d+ +/, '').replace(/\.$/, ''), ip.length === 4 ? 'A' : 'AAAA');
      if (addresses.some(address => isSameIp(ip, parseIp(address)))) return true;
    }
    return false;
  }

  #ask(name: string, type: RecordType): Promise<readonly string[]> {
    this.#lookups.countTerm();
    return this.#lookups.askFreely(name, type);
  }
}
