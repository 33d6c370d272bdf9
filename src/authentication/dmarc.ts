// SPDX-License-Identifier: Apache-2.0
/**
 * DMARC — whether SPF or DKIM speaks for the domain that the reader sees, and what that domain asks for if neither does (RFC 9989).
 * Organizations are found by walking the tree of names; no list of public suffixes is asked. A name service that fails gives `temperror`
 * wherever its answer could have mattered, which means nothing; it never turns a pass into a fail. Never throws.
 */
import type { Dns } from '../core/dns.ts';
import { isWithin } from '../core/domain.ts';
import type { DmarcPolicies, DmarcPolicy, DmarcRecord } from '../wire/dmarc/record.ts';
import type { ReportUri } from '../wire/dmarc/report-uri.ts';
import { Walker, type FoundRecord, type Walk } from './dmarc-walk.ts';

export type DmarcVerdict = 'pass' | 'fail' | 'none' | 'temperror';

/** The record that holds for a domain, and what it comes to. */
export interface DmarcPolicyFound {
  /** Where the record stands. */
  readonly domain: string;
  readonly policies: DmarcPolicies;
  /** What is asked for if a message of this author fails: `sp` and `np` chosen, a test one step milder. */
  readonly asks: DmarcPolicy;
  readonly isTest: boolean;
  readonly dkimAlignment: 'relaxed' | 'strict';
  readonly spfAlignment: 'relaxed' | 'strict';
  readonly rua: readonly ReportUri[];
  /** Tags that count for nothing. */
  readonly ignored: readonly string[];
  readonly text: string;
}

export interface DmarcResult {
  readonly result: DmarcVerdict;
  /** Of the author, as A-labels. */
  readonly domain: string;
  /** The organizational domain; undefined where the walk ended early. */
  readonly organization: string | undefined;
  readonly policy?: DmarcPolicyFound;
  /** The identities that speak for the author, the first of each kind. */
  readonly spf?: string;
  readonly dkim?: string;
  /** Why there is no more to be said. */
  readonly reason?: string;
}

export interface DmarcQuestion {
  readonly domain: string;
  /** Domains for which SPF passed (of MAIL FROM). */
  readonly spf: readonly string[];
  /** Domains of signatures that hold. */
  readonly dkim: readonly string[];
  /** Domains of which SPF or DKIM could not find out: each might have spoken for the author. */
  readonly undecided?: readonly string[];
  readonly dns: Dns;
  readonly signal?: AbortSignal;
}

/** A message may name many domains below the author's, each of which takes a walk. */
const walksAtMost = 10;

export async function evaluateDmarc(question: DmarcQuestion): Promise<DmarcResult> {
  const { domain, dns, signal } = question;
  const walker = new Walker(dns, signal);
  const walk = await walker.walk(domain);
  const { organization } = walk;
  const held = recordFor(domain, walk);
  if (!held && walk.trouble !== undefined) return { result: 'temperror', domain, organization, reason: walk.trouble };
  if (!held?.record.policies) return { result: 'none', domain, organization };
  const policy = await policyOf(held, held.record.policies, question);
  const align = new Alignment(walker, domain, walk);
  const spf = await align.first(question.spf, policy.spfAlignment);
  const dkim = await align.first(question.dkim, policy.dkimAlignment);
  const common = { domain, organization, policy, ...(spf ? { spf } : {}), ...(dkim ? { dkim } : {}) };
  if (spf !== undefined || dkim !== undefined) return { result: 'pass', ...common };
  if (align.trouble !== undefined) return { result: 'temperror', ...common, reason: align.trouble };
  const modes = policy.spfAlignment === 'strict' && policy.dkimAlignment === 'strict' ? 'strict' : 'relaxed';
  const undecided = await align.first(question.undecided ?? [], modes);
  if (undecided !== undefined || align.trouble !== undefined)
    return { result: 'temperror', ...common, reason: align.trouble ?? `nothing is known of ${undecided} just now` };
  return { result: 'fail', ...common };
}

/** The author's own record, else its organization's, else that of the suffix above (RFC 9989 4.10.1). */
function recordFor(domain: string, { found, organization, trouble }: Walk): FoundRecord | undefined {
  const own = found.find(one => one.domain === domain);
  if (own) return own;
  // A record between the author and what could not be asked is not its policy: another may stand above.
  if (trouble !== undefined) return undefined;
  const last = found.at(-1);
  return found.find(one => one.domain === organization) ?? (last?.record.psd === 'y' ? last : undefined);
}

async function policyOf(
  { domain: at, record }: FoundRecord,
  policies: DmarcPolicies,
  { domain, dns, signal }: DmarcQuestion,
): Promise<DmarcPolicyFound> {
  const asked = at === domain ? policies.p : await policyBelow(policies, () => exists(domain, dns, signal));
  return {
    domain: at,
    policies,
    asks: record.isTest ? oneStepMilder(asked) : asked,
    ...shownOf(record),
  };
}

function shownOf(record: DmarcRecord) {
  const { isTest, dkimAlignment, spfAlignment, rua, ignored, text } = record;
  return { isTest, dkimAlignment, spfAlignment, rua, ignored, text };
}

async function policyBelow(
  { p, sp = p, np }: DmarcPolicies,
  ask: () => Promise<boolean | undefined>,
): Promise<DmarcPolicy> {
  if (np === undefined || np === sp) return sp;
  switch (await ask()) {
    case true:
      return sp;
    case false:
      return np;
    case undefined:
      // One of the two holds: the milder does no harm.
      return order.indexOf(np) < order.indexOf(sp) ? np : sp;
  }
}

const order: readonly DmarcPolicy[] = ['none', 'quarantine', 'reject'];

function oneStepMilder(policy: DmarcPolicy): DmarcPolicy {
  return policy === 'reject' ? 'quarantine' : 'none';
}

/** A name exists if it has any record or stands above others (RFC 9989 3.2.13): only NXDOMAIN denies it, and not that of an alias's target. */
async function exists(name: string, dns: Dns, signal: AbortSignal | undefined): Promise<boolean | undefined> {
  for (const type of ['A', 'CNAME'] as const) {
    const { kind } = await dns.ask(name, type, signal);
    if (kind === 'unavailable') return undefined;
    if (kind !== 'no-name') return true;
  }
  return false;
}

class Alignment {
  readonly #walker: Walker;
  readonly #author: string;
  readonly #walk: Walk;
  #walks = 0;
  /** Why a domain that might be aligned could not be compared. */
  trouble: string | undefined;

  constructor(walker: Walker, author: string, walk: Walk) {
    this.#walker = walker;
    this.#author = author;
    this.#walk = walk;
  }

  /** The first that is aligned (RFC 9989 4.10.2). */
  async first(domains: readonly string[], mode: 'relaxed' | 'strict'): Promise<string | undefined> {
    for (const written of new Set(domains)) {
      const domain = written.replace(/\.$/, '');
      if (domain === '') continue;
      if (mode === 'strict' ? domain === this.#author : await this.#isRelated(domain)) return domain;
    }
    return undefined;
  }

  async #isRelated(domain: string): Promise<boolean> {
    if (domain === this.#author) return true;
    const { organization, trouble } = this.#walk;
    if (organization === undefined) {
      if (shareTop(domain, this.#author)) this.trouble ??= trouble;
      return false;
    }
    // An organization is its members' own name or one above: whoever is not below it cannot belong to it.
    if (!isWithin(domain, organization)) return false;
    if (++this.#walks > walksAtMost) {
      this.trouble ??= 'the message names too many domains';
      return false;
    }
    const walk = await this.#walker.walk(domain);
    if (walk.trouble !== undefined) this.trouble ??= walk.trouble;
    return walk.organization === organization;
  }
}

function shareTop(a: string, b: string): boolean {
  return a.slice(a.lastIndexOf('.') + 1) === b.slice(b.lastIndexOf('.') + 1);
}
