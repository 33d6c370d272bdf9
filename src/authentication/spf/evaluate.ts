// SPDX-License-Identifier: Apache-2.0
/**
 * Evaluate — check_host() of RFC 7208 4, for the records of either version: which record of a domain counts is the caller's to say.
 * Never throws: what is wrong with a record is `permerror`, what the name service does not tell is `temperror`.
 */
import { setImmediate } from 'node:timers/promises';
import type { Dns } from '../../core/dns.ts';
import { formatIp, isSameIp, networkHas, parseIp, reverseName } from '../../core/ip.ts';
import { systemRandom, type Random } from '../../core/random.ts';
import { asksForName, expand, expandDomain, isMacroString, type MacroValues } from '../../wire/spf/macro.ts';
import { parseTerms, type Mechanism, type Qualifier, type SpfTerms } from '../../wire/spf/record.ts';
import { asksOfClient, dependsOnQuestion, holdsTooMuch, isTooWide } from './breadth.ts';
import { Lookups, namesAtMost, SpfError } from './lookups.ts';

export type SpfVerdict = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror';

/** The record that counts, its version cut off; undefined if there is none. More than one is a mistake of the domain's. */
export type FindRecord = (domain: string, lookups: Lookups) => Promise<FoundRecord | undefined>;

export interface FoundRecord {
  readonly whole: string;
  readonly terms: string;
}

export interface Question {
  readonly ip: string;
  readonly helo: string;
  readonly domain: string;
  readonly sender: { readonly local: string; readonly domain: string };
  readonly find: FindRecord;
  readonly dns: Dns;
  readonly signal?: AbortSignal | undefined;
  readonly nowSeconds?: number;
  /** For the client that is drawn to see who else would pass. */
  readonly random?: Random;
}

export interface Evaluation {
  readonly result: SpfVerdict;
  /** Of a pass that nearly any client would get: it says nothing of this one; see breadth.ts. */
  readonly passesAnyone?: true;
  readonly record?: string;
  /** Of a fail: the domain owner's words. */
  readonly explanation?: string;
  readonly reason?: string;
}

export async function evaluate(question: Question): Promise<Evaluation> {
  const ipBytes = parseIp(question.ip);
  if (!ipBytes) return { result: 'permerror', reason: 'the client has no address' };
  const host = new Host(question, ipBytes);
  try {
    const evaluation = await host.check(question.domain, true);
    const isOpen = evaluation.result === 'pass' && host.hasAskedOfClient && (await passesByChance(question, ipBytes));
    return isOpen ? { ...evaluation, passesAnyone: true } : evaluation;
  } catch (error) {
    if (!(error instanceof SpfError)) throw error;
    return { result: error.result, ...host.recordSoFar(), reason: error.message };
  }
}

/**
 * Whether a client whose address is drawn would pass too: a zone that answers whatever it is asked is no list. Drawn, since who
 * serves the zone would answer a known address otherwise. Trouble on this second way proves nothing.
 */
async function passesByChance(question: Question, ip: Uint8Array): Promise<boolean> {
  const { random = systemRandom } = question;
  const drawn = random.bytes(ip.length);
  // A unicast address: of IPv4 below 224, of IPv6 in 2000::/3 (RFC 4291 2.4).
  const [first = 0] = drawn;
  drawn[0] = ip.length === 4 ? 1 + (first % 223) : 0x20 | (first & 0x1f);
  try {
    const other = new Host({ ...question, ip: formatIp(drawn) }, drawn);
    return (await other.check(question.domain, true)).result === 'pass';
  } catch (error) {
    if (error instanceof SpfError) return false;
    throw error;
  }
}

/** Whether a mechanism holds for the client, or for nearly any. */
type Match = 'no' | 'client' | 'anyone';

class Host {
  readonly #question: Question;
  readonly #ip: Uint8Array;
  readonly #lookups: Lookups;
  #record: string | undefined;
  #names: Promise<readonly string[]> | undefined;
  /** A name was asked for that is another for each client or sender: what it says was perhaps made for the question. */
  hasAskedOfClient = false;

  constructor(question: Question, ip: Uint8Array) {
    this.#question = question;
    this.#ip = ip;
    this.#lookups = new Lookups(question.dns, question.signal);
  }

  recordSoFar(): { readonly record?: string } {
    return this.#record === undefined ? {} : { record: this.#record };
  }

  /** `isOwn`: not of an included record, whose explanation nobody hears (RFC 7208 6.2). */
  async check(domain: string, isOwn: boolean): Promise<Evaluation> {
    const found = isDomain(domain) ? await this.#question.find(domain, this.#lookups) : undefined;
    if (!found) return { result: 'none' };
    this.#record ??= found.whole;
    if (found.terms.length > recordAtMost) throw new SpfError('permerror', `the record of ${domain} is too long`);
    // Strangers choose the length, and how many such records are included; others have their turn between.
    if (found.terms.length > longRecord) await setImmediate();
    const terms = parseTerms(found.terms);
    if (typeof terms === 'string') throw new SpfError('permerror', terms);
    for (const mechanism of terms.mechanisms) {
      const match = await this.#match(mechanism, domain, terms);
      if (match === 'no') continue;
      const result = resultOf[mechanism.qualifier];
      const explanation = result === 'fail' && isOwn ? await this.#explain(terms, domain) : undefined;
      const open = result === 'pass' && match === 'anyone' ? { passesAnyone: true as const } : {};
      return { result, ...open, ...this.recordSoFar(), ...(explanation ? { explanation } : {}) };
    }
    if (terms.redirect === undefined) return { result: 'neutral', ...this.recordSoFar() };
    this.#lookups.countTerm();
    const target = await this.#target(terms.redirect, domain);
    const further = await this.check(target, isOwn);
    if (further.result === 'none') throw new SpfError('permerror', `${target}, which it redirects to, has no record`);
    return further;
  }

  async #match(mechanism: Mechanism, domain: string, { mechanisms }: SpfTerms): Promise<Match> {
    const begin = (spec: string | undefined) => this.#begin(spec, domain);
    switch (mechanism.kind) {
      case 'all':
        return 'anyone';
      case 'ip':
        if (!networkHas(mechanism.network, this.#ip)) return 'no';
        return holdsTooMuch(mechanisms, this.#ip.length) ? 'anyone' : 'client';
      case 'include':
        return this.#included(await begin(mechanism.spec));
      case 'exists': {
        const isThere = (await this.#lookups.ask(await begin(mechanism.spec), 'A')).length > 0;
        return isThere ? (asksOfClient(mechanism.spec) ? 'client' : 'anyone') : 'no';
      }
      case 'a':
        return this.#at(await begin(mechanism.spec), mechanism);
      case 'mx': {
        const hosts = await this.#lookups.ask(await begin(mechanism.spec), 'MX');
        const names = hosts.map(host => host.replace(/^\d+ +/, '').replace(/\.$/, '')).filter(name => name !== '');
        if (names.length > namesAtMost)
          throw new SpfError('permerror', `a domain it asks for has more than ${namesAtMost} mail servers`);
        for (const name of names) {
          const match = await this.#at(name, mechanism);
          if (match !== 'no') return match;
        }
        return 'no';
      }
      case 'ptr': {
        const target = (await begin(mechanism.spec)).toLowerCase();
        const isNamed = (await this.#clientNames()).some(name => name === target || name.endsWith(`.${target}`));
        return isNamed ? 'client' : 'no';
      }
    }
  }

  /** Counts the term, and gives the name it is about. */
  #begin(spec: string | undefined, domain: string): string | Promise<string> {
    this.#lookups.countTerm();
    return spec === undefined ? domain : this.#target(spec, domain);
  }

  async #included(target: string): Promise<Match> {
    const { result, passesAnyone } = await this.check(target, false);
    if (result === 'none') throw new SpfError('permerror', `${target}, which it includes, has no record`);
    return result === 'pass' ? (passesAnyone ? 'anyone' : 'client') : 'no';
  }

  async #at(
    name: string,
    { prefix4, prefix6 }: { readonly prefix4: number; readonly prefix6: number },
  ): Promise<Match> {
    const isFour = this.#ip.length === 4;
    const addresses = await this.#lookups.ask(name, isFour ? 'A' : 'AAAA');
    const prefix = isFour ? prefix4 : prefix6;
    const isAmong = addresses.some(address => {
      const bytes = parseIp(address);
      return bytes !== undefined && networkHas({ bytes, prefix }, this.#ip);
    });
    return isAmong ? (isTooWide(prefix, this.#ip.length) ? 'anyone' : 'client') : 'no';
  }

  /** Names of the client that lead back to it, in lower case. Trouble here means only that there are none (RFC 7208 5.5). */
  #clientNames(): Promise<readonly string[]> {
    return (this.#names ??= this.#findNames());
  }

  async #findNames(): Promise<readonly string[]> {
    const names = await this.#quietly(() => this.#lookups.ask(reverseName(this.#ip), 'PTR'));
    const type = this.#ip.length === 4 ? 'A' : 'AAAA';
    const validated: string[] = [];
    for (const written of names.slice(0, namesAtMost)) {
      const name = written.replace(/\.$/, '').toLowerCase();
      const addresses = await this.#quietly(() => this.#lookups.askFreely(name, type));
      if (addresses.some(address => isSameIp(this.#ip, parseIp(address)))) validated.push(name);
    }
    return validated;
  }

  async #quietly(ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof SpfError && error.result === 'temperror') return [];
      throw error;
    }
  }

  async #target(spec: string, domain: string): Promise<string> {
    if (dependsOnQuestion(spec)) this.hasAskedOfClient = true;
    return expandDomain(spec, await this.#values(spec, domain));
  }

  async #values(text: string, domain: string): Promise<MacroValues> {
    const { sender, helo, ip, nowSeconds = 0 } = this.#question;
    return {
      sender,
      helo,
      ip,
      ipBytes: this.#ip,
      domain,
      receiver: 'unknown',
      nowSeconds,
      name: asksForName(text) ? await this.#bestName(domain) : 'unknown',
    };
  }

  async #bestName(domain: string): Promise<string> {
    const names = await this.#clientNames();
    const wanted = domain.toLowerCase();
    return (
      names.find(name => name === wanted) ?? names.find(name => name.endsWith(`.${wanted}`)) ?? names[0] ?? 'unknown'
    );
  }

  /** What the domain's owner says; nothing where there is any doubt of it (RFC 7208 6.2). */
  async #explain({ explanation: spec }: SpfTerms, domain: string): Promise<string | undefined> {
    if (spec === undefined) return undefined;
    try {
      const [text, ...others] = await this.#lookups.askFreely(await this.#target(spec, domain), 'TXT');
      if (
        text === undefined ||
        text.length > explanationAtMost ||
        others.length > 0 ||
        !isMacroString(text, 'explanation')
      )
        return undefined;
      return expand(text, await this.#values(text, domain));
    } catch (error) {
      if (error instanceof SpfError) return undefined;
      throw error;
    }
  }
}

/** Octets. Real ones have 50 to 500, those with all addresses written out some thousands; one of 64 kB takes 30 ms to read. */
export const recordAtMost = 16_384;
const longRecord = 2_048;

/** Each macro in it may become an address. */
const explanationAtMost = 2_048;

const resultOf = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' } as const satisfies Record<
  Qualifier,
  SpfVerdict
>;

/** RFC 7208 4.3: what is no name of several labels has no record. */
export function isDomain(domain: string): boolean {
  return domain.length <= 253 && /^(?:[^.[\]\s]{1,63}\.)+[^.[\]\s]{1,63}$/.test(domain);
}
