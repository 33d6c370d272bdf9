// SPDX-License-Identifier: Apache-2.0
/**
 * DMARC — tree walk, alignment and policy discovery of RFC 9989: a JSON list of cases, each with the questions that were asked of the name
 * service, what they were answered, and what came of it. Where the published assertion differs from what was recorded, the assertion counts.
 */
import { isDeepStrictEqual } from 'node:util';
import { evaluateDmarc, type DmarcResult } from '../../src/authentication/dmarc.ts';
import { Walker } from '../../src/authentication/dmarc-walk.ts';
import { authorDomainsOf } from '../../src/authentication/dmarc-author.ts';
import type { Dns, DnsAnswer, RecordType } from '../../src/core/dns.ts';
import type { Miss } from './run.ts';
import { readJson, reasonOf, suiteFiles } from './where.ts';

type Zone = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Query {
  readonly name: string;
  readonly type: RecordType;
  readonly answer?: readonly unknown[];
  readonly error?: string;
}

interface Call {
  readonly fn: 'verifyDmarc' | 'getDmarcRecord';
  readonly zone: Zone | null;
  readonly queries: readonly Query[];
  readonly input: unknown;
  readonly output: unknown;
}

interface Case {
  readonly name: string;
  readonly calls: readonly Call[];
  /** `pass`, or `fail: expected RECORDED to equal ASSERTED`. */
  readonly mailauth: string;
}

/** `path` is a JSON file, or the folder of some. */
export async function run(path: string) {
  const misses: Miss[] = [];
  let total = 0;
  for (const file of await suiteFiles(path, '.json')) {
    const cases = await readJson(file);
    if (!Array.isArray(cases)) continue;
    for (const one of cases as readonly Case[]) {
      total++;
      const why = await miss(one).catch(reasonOf);
      const known = why === undefined ? undefined : gapOf(one);
      if (why !== undefined) misses.push({ name: String(one?.name), why, ...(known ? { known } : {}) });
    }
  }
  return { passed: total - misses.length, total, misses };
}

/** Where the assertion is not what RFC 9989 says. */
const gaps: readonly (readonly [RegExp, string])[] = [
  [
    /^does not inherit the org policy when the author domain publishes multiple/,
    '9989 4.10 steps 2 and 6: several records are all discarded, and the walk goes on to the parent, whose record then holds',
  ],
  [
    /^Should (parse all common tags|handle split TXT records)$/,
    '9989 A.6 and 9.3: pct is historic; it is named among the ignored tags and is no part of a result',
  ],
  [
    /^Should return false for headerFrom array with multiple elements/,
    '9989 5.3.1: several authors of one domain are one author domain, which is evaluated',
  ],
  [/^Should not query "_dmarc\./, '9989 4.10: an address literal is no name, so there is nothing to ask'],
];

function gapOf({ name }: Case): string | undefined {
  return gaps.find(([pattern]) => pattern.test(name))?.[1];
}

async function miss({ name, calls, mailauth }: Case): Promise<string | undefined> {
  if (calls.length === 0) return withoutDns(name);
  for (const call of calls) {
    const why = await missed(call);
    if (why !== undefined) return why;
  }
  if (mailauth === 'pass') return undefined;
  const [, recorded, asserted] = /^fail: expected (.*?) to (?:deeply )?(?:equal|be) (.*)$/.exec(mailauth) ?? [];
  return (await says(calls, asserted)) ? undefined : `as recorded (${recorded}), asserted is ${asserted}`;
}

/** An assertion about a name that came out: ours is right if ours came to that name. */
async function says(calls: readonly Call[], asserted = ''): Promise<boolean> {
  const [, name = ''] = /^'([a-z0-9-]+(?:\.[a-z0-9-]+)+)'$/.exec(asserted) ?? [];
  const call = calls.at(-1);
  if (name === '' || call?.fn !== 'verifyDmarc') return false;
  const { result } = await evaluated(call);
  const walks = [result.spf, result.dkim].filter(one => one !== undefined);
  const walker = new Walker(dnsOf(call));
  const organizations = await Promise.all(walks.map(async one => (await walker.walk(one)).organization));
  return organizations.length > 0 && organizations.every(one => one === name);
}

/** A case about name servers that fail has no calls: whatever is asked, the outcome must be that nothing is known. */
async function withoutDns(name: string): Promise<string | undefined> {
  if (!/DNS (server )?error/i.test(name)) return 'nothing to try';
  const answer: DnsAnswer = { kind: 'unavailable', reason: 'SERVFAIL' };
  const dns: Dns = { ask: () => Promise.resolve(answer), cached: () => undefined };
  const { result } = await evaluateDmarc({ domain: 'example.com', spf: [], dkim: ['example.com'], dns });
  return result === 'temperror' ? undefined : `${result}, expected temperror`;
}

async function missed(call: Call): Promise<string | undefined> {
  const [ours, theirs] =
    call.fn === 'verifyDmarc' ? await verified(call) : [await discovered(call), discoveredIn(call.output)];
  return isDeepStrictEqual(ours, theirs) ? undefined : `${JSON.stringify(ours)}, expected ${JSON.stringify(theirs)}`;
}

/** As mailauth wrote down what it came to. */
interface Verified {
  readonly status: { readonly result: string; readonly header: { readonly from: string } };
  readonly domain: string;
  readonly policyDomain?: string;
  readonly policy?: string;
  readonly p?: string;
  readonly sp?: string;
  readonly np?: string;
  readonly testMode?: boolean;
  readonly rr?: string;
  readonly alignment?: { readonly spf: Aligned; readonly dkim: Aligned };
}

interface Aligned {
  readonly result?: string;
  readonly strict: boolean;
}

interface Discovered {
  readonly rr: string;
  readonly recordDomain: string;
  readonly orgDomain: string;
  readonly p?: string;
  readonly sp?: string;
  readonly aspf?: string;
  readonly adkim?: string;
  readonly rua?: string;
}

interface Input {
  readonly headerFrom: string | readonly string[];
  readonly spfDomains: readonly (string | { readonly domain: string })[];
  readonly dkimDomains: readonly (string | { readonly domain: string })[];
}

async function evaluated(call: Call): Promise<{ readonly result: DmarcResult; readonly from: string }> {
  const { headerFrom, spfDomains, dkimDomains } = call.input as Input;
  const written = [headerFrom].flat().map(from => (from.includes('@') ? from : `author@${from}`));
  const { domains } = authorDomainsOf([written.join(', ')]);
  const [domain = ''] = domains;
  if (domains.length !== 1) throw new Error(`${domains.length} author domains`);
  const result = await evaluateDmarc({ domain, spf: names(spfDomains), dkim: names(dkimDomains), dns: dnsOf(call) });
  return { result, from: domain };
}

async function verified(call: Call): Promise<readonly [unknown, unknown]> {
  const { result, from } = await evaluated(call);
  const theirs = call.output as Verified;
  const { policy } = result;
  // RFC 9989 A.6 reads pct=0 as a test: what is asked for differs from where it is ignored, what the message comes to does not.
  const isPct = /\bpct\s*=\s*0\b/.test(policy?.text ?? '');
  const ours = {
    result: result.result,
    from,
    ...(policy
      ? {
          organization: result.organization,
          policyDomain: policy.domain,
          p: policy.policies.p,
          sp: policy.policies.sp ?? policy.policies.p,
          np: policy.policies.np,
          text: policy.text,
          strict: [policy.spfAlignment === 'strict', policy.dkimAlignment === 'strict'],
          aligned: [result.spf, result.dkim],
          ...(isPct ? {} : { asks: policy.asks, isTest: policy.isTest }),
        }
      : {}),
  };
  const expected = {
    result: theirs.status.result,
    from: theirs.status.header.from,
    ...(theirs.policyDomain
      ? {
          organization: theirs.domain,
          policyDomain: theirs.policyDomain,
          p: theirs.p,
          sp: theirs.sp,
          np: theirs.np,
          text: theirs.rr,
          strict: [theirs.alignment?.spf.strict, theirs.alignment?.dkim.strict],
          aligned: [theirs.alignment?.spf.result, theirs.alignment?.dkim.result],
          ...(isPct ? {} : { asks: theirs.policy, isTest: theirs.testMode }),
        }
      : {}),
  };
  return [ours, expected];
}

/** The record that was found: its text, where it stands, and what of it counts. */
async function discovered(call: Call): Promise<unknown> {
  const [domain = ''] = call.input as readonly string[];
  const { policy, organization } = await evaluateDmarc({ domain, spf: [], dkim: [], dns: dnsOf(call) });
  return policy
    ? {
        text: policy.text,
        recordDomain: policy.domain,
        organization,
        p: policy.policies.p,
        sp: policy.policies.sp,
        strict: [policy.spfAlignment, policy.dkimAlignment],
        rua: policy.rua.map(({ uri }) => uri),
      }
    : false;
}

function discoveredIn(output: unknown): unknown {
  if (output === false || output === null) return false;
  const theirs = output as Discovered;
  const mode = (letter: unknown) => (letter === 's' ? 'strict' : 'relaxed');
  return {
    text: theirs.rr,
    recordDomain: theirs.recordDomain,
    organization: theirs.orgDomain,
    p: theirs.p,
    sp: theirs.sp,
    strict: [mode(theirs.aspf), mode(theirs.adkim)],
    rua: theirs.rua?.split(',') ?? [],
  };
}

function names(domains: Input['spfDomains']): readonly string[] {
  return domains.map(one => (typeof one === 'string' ? one : one.domain));
}

/** What the case answers, and for what it was not asked, its zone; a name in neither does not exist. */
function dnsOf({ queries, zone }: Call): Dns {
  const none: DnsAnswer = { kind: 'no-name' };
  const answer = (name: string, type: RecordType): DnsAnswer => {
    const asked = queries.find(one => one.name === name && one.type === type);
    if (asked) return answerOf(asked);
    const entry = zone?.[name];
    if (!entry) return none;
    return entry[type] === undefined ? { kind: 'no-data' } : answerOf({ name, type, answer: entry[type] as unknown[] });
  };
  return { ask: (name, type) => Promise.resolve(answer(name, type)), cached: () => undefined };
}

function answerOf({ answer, error }: Query): DnsAnswer {
  if (error === 'ENOTFOUND') return { kind: 'no-name' };
  if (error === 'ENODATA') return { kind: 'no-data' };
  if (error !== undefined) return { kind: 'unavailable', reason: error };
  if (!answer || answer.length === 0) return { kind: 'no-data' };
  const records = answer.map(row => ({ data: Array.isArray(row) ? row.join('') : String(row), ttlSeconds: 300 }));
  return { kind: 'found', records };
}
