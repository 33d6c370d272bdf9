// SPDX-License-Identifier: Apache-2.0
/**
 * SPF tree — a domain's record with all that it includes, whoever the client is: what each term may cost (RFC 7208 4.6.4) and what it comes to.
 * Bounded: circles are seen, and neither records nor addresses are asked for without end. Never throws.
 */
import { isVersion1, parseTerms, type Mechanism } from '../../wire/spf/record.ts';
import { isDomain } from '../spf/evaluate.ts';
import { textsAt, type SurveyQuestion } from './question.ts';

export interface SpfTerm {
  /** As it is written. */
  readonly text: string;
  /** Absent: it cannot be read, or is a modifier. */
  readonly mechanism?: Mechanism;
  readonly redirect?: string;
  readonly isReadable: boolean;
  /** With those of the records below. */
  readonly lookups: number;
  /** The record that it brings in. */
  readonly below?: SpfNode;
  /** Of `a`, `mx` and `exists`: what the name service answers, where it does; empty counts as void (RFC 7208 4.6.4). */
  readonly addresses?: readonly string[];
  /** Of `mx`. */
  readonly hosts?: number;
  /** It depends on the message. */
  readonly hasMacro: boolean;
}

export interface SpfNode {
  readonly domain: string;
  readonly by?: 'include' | 'redirect';
  /** All texts that claim to be its record; one is right. */
  readonly records: readonly string[];
  /** Of the first record. */
  readonly terms: readonly SpfTerm[];
  readonly lookups: number;
  /** Why nothing is known of it. */
  readonly trouble?: string;
  readonly isCircle?: boolean;
}

const recordsAtMost = 60;
const termsAtMost = 200;
/** For addresses: so many names the owner of a domain may have us ask for. */
const questionsAtMost = 500;

export function readSpfTree(question: Pick<SurveyQuestion, 'domain' | 'dns' | 'signal'>): Promise<SpfNode> {
  return new Reader(question).read(question.domain, []);
}

/** Every record of it, the top first. */
export function nodesOf(node: SpfNode): readonly SpfNode[] {
  return [node, ...node.terms.flatMap(({ below }) => (below ? nodesOf(below) : []))];
}

class Reader {
  readonly #question: Pick<SurveyQuestion, 'dns' | 'signal'>;
  #records = 0;
  #questions = 0;

  constructor(question: Pick<SurveyQuestion, 'dns' | 'signal'>) {
    this.#question = question;
  }

  async read(domain: string, above: readonly string[], by?: 'include' | 'redirect'): Promise<SpfNode> {
    const bare = { domain, ...(by ? { by } : {}), records: [], terms: [], lookups: 0 };
    if (above.includes(domain)) return { ...bare, isCircle: true };
    if (!isDomain(domain)) return bare;
    if (++this.#records > recordsAtMost) return { ...bare, trouble: `more than ${recordsAtMost} records` };
    const answer = await textsAt(this.#question, domain);
    if (answer.kind === 'unavailable') return { ...bare, trouble: answer.reason };
    const records = answer.texts.filter(isVersion1);
    const terms = await Promise.all(
      termsOf(records[0] ?? '').map(text => this.#term(text, domain, [...above, domain])),
    );
    const hasAll = terms.some(({ mechanism }) => mechanism?.kind === 'all');
    // Beside `all` a redirect counts for nothing (RFC 7208 6.1).
    const lookups = terms.reduce((sum, one) => sum + (one.redirect !== undefined && hasAll ? 0 : one.lookups), 0);
    return { ...bare, records, terms, lookups };
  }

  async #term(text: string, domain: string, above: readonly string[]): Promise<SpfTerm> {
    const read = parseTerms(text);
    const plain = { text, isReadable: typeof read !== 'string', lookups: 0, hasMacro: false };
    if (typeof read === 'string') return plain;
    const [mechanism] = read.mechanisms;
    if (!mechanism) return read.redirect === undefined ? plain : this.#redirect(plain, read.redirect, above);
    const spec = 'spec' in mechanism ? mechanism.spec : undefined;
    const hasMacro = spec?.includes('%') ?? false;
    const target = (spec ?? domain).toLowerCase().replace(/\.$/, '');
    const asking = { ...plain, mechanism, lookups: 1, hasMacro };
    if (hasMacro) return asking;
    switch (mechanism.kind) {
      case 'all':
      case 'ip':
        return { ...asking, lookups: 0 };
      case 'ptr':
        return asking;
      case 'exists':
        return { ...asking, ...known(await this.#data([target], 'A')) };
      case 'include': {
        const below = await this.read(target, above, 'include');
        return { ...asking, below, lookups: 1 + below.lookups };
      }
      case 'a':
        return { ...asking, ...known(await this.#addresses([target])) };
      case 'mx': {
        const hosts = (await this.#data([target], 'MX'))?.map(data => data.replace(/^\d+ +/, '')).filter(isDomain);
        if (!hosts) return asking;
        return { ...asking, hosts: hosts.length, ...known(await this.#addresses(hosts.slice(0, hostsAtMost))) };
      }
    }
  }

  async #redirect(plain: SpfTerm, spec: string, above: readonly string[]): Promise<SpfTerm> {
    const target = spec.toLowerCase().replace(/\.$/, '');
    if (spec.includes('%')) return { ...plain, redirect: spec, lookups: 1, hasMacro: true };
    const below = await this.read(target, above, 'redirect');
    return { ...plain, redirect: spec, below, lookups: 1 + below.lookups };
  }

  async #addresses(names: readonly string[]): Promise<readonly string[] | undefined> {
    const [four, six] = await Promise.all([this.#data(names, 'A'), this.#data(names, 'AAAA')]);
    return four && six && [...four, ...six];
  }

  /** Undefined where the name service does not say. */
  async #data(names: readonly string[], type: 'A' | 'AAAA' | 'MX'): Promise<readonly string[] | undefined> {
    this.#questions += names.length;
    if (this.#questions > questionsAtMost) return undefined;
    const answers = await Promise.all(names.map(name => textsAt(this.#question, name, type)));
    if (answers.some(({ kind }) => kind === 'unavailable')) return undefined;
    return answers.flatMap(answer => (answer.kind === 'texts' ? answer.texts : []));
  }
}

/** RFC 7208 4.6.4. */
const hostsAtMost = 10;

function known(addresses: readonly string[] | undefined): Pick<SpfTerm, 'addresses'> {
  return addresses ? { addresses } : {};
}

function termsOf(record: string): readonly string[] {
  return record
    .slice('v=spf1'.length)
    .split(' ', termsAtMost)
    .filter(term => term !== '');
}
