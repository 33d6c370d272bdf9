// SPDX-License-Identifier: Apache-2.0
/**
 * Networks — from where a domain lets its mail come, as its record lists it (RFC 7208 5): `ip4`, `ip6`, `a` and `mx`, through `include` and `redirect`.
 * What a record asks of each client anew (`exists`, `ptr`, macros) names no networks and is left out; so is what it excepts, and what is so wide
 * that it says nothing. Never throws: the name service's silence is `unavailable`.
 */
import type { Dns, DnsAnswer, RecordType } from '../../core/dns.ts';
import { formatIp, networkHas, parseIp, parseNetwork, type Network } from '../../core/ip.ts';
import { isVersion1, parseTerms, type Mechanism } from '../../wire/spf/record.ts';
import { isDomain, recordAtMost } from './evaluate.ts';
import { Lookups, namesAtMost, SpfError } from './lookups.ts';

export type DomainNetworks =
  | { readonly kind: 'found'; readonly networks: readonly Network[]; readonly ttlSeconds: number }
  /** No record, or one that cannot be read: nobody is let send by it. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The record and all that it includes. */
const networksAtMost = 2_000;
/** Each is held against all networks. Whoever stands behind more than these is not let send by what is read here. */
const exceptedAtMost = 100;
/** What is wider says nothing of who sends: Microsoft's widest are /14 and /32. */
const widest = { 4: 10, 16: 24 } as const;
const recordsAtMost = 20;

export async function networksOfDomain(domain: string, dns: Dns, signal?: AbortSignal): Promise<DomainNetworks> {
  const walk = new Walk(dns, signal);
  try {
    return await walk.begin(domain);
  } catch (error) {
    if (!(error instanceof SpfError)) throw error;
    if (error.result === 'temperror') return { kind: 'unavailable', reason: error.message };
    // A record beyond the limits still lets those send who stand before them.
    return walk.found();
  }
}

class Walk {
  readonly #lookups: Lookups;
  readonly #networks: Network[] = [];
  readonly #excepted: Network[] = [];
  #ttlSeconds = 86_400;
  #records = 0;

  constructor(dns: Dns, signal: AbortSignal | undefined) {
    const noting = (answer: DnsAnswer): DnsAnswer => {
      if (answer.kind === 'found')
        for (const { ttlSeconds } of answer.records) this.#ttlSeconds = Math.min(this.#ttlSeconds, ttlSeconds);
      return answer;
    };
    const noted: Dns = {
      ask: async (name, type, until) => noting(await dns.ask(name, type, until)),
      cached(name, type) {
        const known = dns.cached(name, type);
        return known && noting(known);
      },
    };
    this.#lookups = new Lookups(noted, signal);
  }

  async begin(domain: string): Promise<DomainNetworks> {
    return (await this.#read(domain)) ? this.found() : { kind: 'none' };
  }

  found(): DomainNetworks {
    const networks = this.#networks.filter(
      one => !this.#excepted.some(other => networkHas(one, other.bytes) || networkHas(other, one.bytes)),
    );
    return { kind: 'found', networks, ttlSeconds: this.#ttlSeconds };
  }

  /** False where there is no record to read. */
  async #read(domain: string): Promise<boolean> {
    if (!isDomain(domain) || ++this.#records > recordsAtMost) return false;
    const [whole, ...others] = (await this.#lookups.askFreely(domain, 'TXT')).filter(isVersion1);
    if (whole === undefined || others.length > 0 || whole.length > recordAtMost) return false;
    const terms = parseTerms(whole.slice('v=spf1'.length));
    if (typeof terms === 'string') return false;
    for (const mechanism of terms.mechanisms) await this.#take(mechanism, domain);
    const isOver = terms.mechanisms.some(({ kind }) => kind === 'all');
    if (terms.redirect !== undefined && !isOver) {
      this.#lookups.countTerm();
      const target = plainName(terms.redirect);
      if (target !== undefined) await this.#read(target);
    }
    return true;
  }

  async #take(mechanism: Mechanism, domain: string): Promise<void> {
    const isPass = mechanism.qualifier === '+';
    switch (mechanism.kind) {
      case 'all':
      case 'ptr':
      case 'exists':
        return;
      case 'ip':
        this.#add(mechanism.network, isPass);
        return;
      case 'include': {
        this.#lookups.countTerm();
        const target = plainName(mechanism.spec);
        // Whom an include excepts, its other terms may still let send: only a pass is taken over (RFC 7208 5.2).
        if (target !== undefined && isPass) await this.#read(target);
        return;
      }
      case 'a': {
        this.#lookups.countTerm();
        const name = mechanism.spec === undefined ? domain : plainName(mechanism.spec);
        if (name !== undefined) await this.#addHost(name, mechanism, isPass);
        return;
      }
      case 'mx': {
        this.#lookups.countTerm();
        const name = mechanism.spec === undefined ? domain : plainName(mechanism.spec);
        if (name === undefined) return;
        const hosts = await this.#lookups.ask(name, 'MX');
        const names = hosts.map(host => host.replace(/^\d+ +/, '').replace(/\.$/, '')).filter(host => host !== '');
        for (const host of names.slice(0, namesAtMost)) await this.#addHost(host, mechanism, isPass);
      }
    }
  }

  async #addHost(
    name: string,
    { prefix4, prefix6 }: { readonly prefix4: number; readonly prefix6: number },
    isPass: boolean,
  ): Promise<void> {
    const both = ['A', 'AAAA'] as const satisfies readonly RecordType[];
    // Most hosts have only one of the two: what is missing is not counted against the record.
    const found = await Promise.all(both.map(type => this.#lookups.askFreely(name, type)));
    for (const address of found.flat()) {
      const bytes = parseIp(address);
      const network = bytes && parseNetwork(`${formatIp(bytes)}/${bytes.length === 4 ? prefix4 : prefix6}`);
      if (network) this.#add(network, isPass);
    }
  }

  #add(network: Network, isPass: boolean): void {
    if (network.prefix < widest[network.bytes.length === 4 ? 4 : 16]) return;
    if (!isPass && this.#excepted.length >= exceptedAtMost)
      throw new SpfError('permerror', `more than ${exceptedAtMost} networks are excepted`);
    if (isPass && this.#networks.length >= networksAtMost) return;
    (isPass ? this.#networks : this.#excepted).push(network);
  }
}

/** A name without macros; those name something else for every client. */
function plainName(spec: string): string | undefined {
  return spec.includes('%') ? undefined : spec.replace(/\.$/, '');
}
