// SPDX-License-Identifier: Apache-2.0
/**
 * Collected — what we saw of others' mail on one day (UTC), counted per policy domain in the state store until it was reported: one entry for
 * mail of one client that came to the same. At most 1,000 entries a domain and day are kept apart by `count`; more are left out of the report.
 */
import { createHash } from 'node:crypto';
import { storedUnder, type StateStore } from '../../store/state/contract.ts';
import type { PublishedPolicy, ReportRow } from '../../wire/dmarc/aggregate.ts';
import type { DmarcResult } from '../dmarc.ts';

export interface Collected {
  readonly published: PublishedPolicy;
  /** The rua tag's URIs. */
  readonly rua: readonly string[];
  readonly row: ReportRow;
}

/** What was seen of one message, besides its DMARC result. */
export interface Seen {
  readonly sourceIp: string;
  readonly envelopeFrom: string;
  readonly disposition: 'none' | 'quarantine' | 'reject';
  readonly dkim: readonly { readonly domain: string; readonly selector: string; readonly result: string }[];
  readonly spf: { readonly domain: string; readonly result: string };
}

const prefix = 'reports/seen/';
const keptMs = 4 * 86_400_000;
const dayMs = 86_400_000;
const entriesAtMost = 1_000;
const triesAtMost = 5;

/** Undefined where there is nobody to tell: no record, no address for reports, or no result. */
export function collectable({ result, domain, policy, spf, dkim }: DmarcResult, seen: Seen): Collected | undefined {
  if (!policy || policy.rua.length === 0 || (result !== 'pass' && result !== 'fail')) return undefined;
  const isMilder = result === 'fail' && policy.asks !== 'none' && policy.asks !== seen.disposition;
  const { p, sp = '', np = '' } = policy.policies;
  return {
    published: {
      domain: policy.domain,
      p,
      sp,
      np,
      dkimAlignment: policy.dkimAlignment,
      spfAlignment: policy.spfAlignment,
      isTest: policy.isTest,
    },
    rua: policy.rua.map(({ uri, limitBytes }) => (limitBytes === undefined ? uri : `${uri}!${limitBytes}`)),
    row: {
      sourceIp: seen.sourceIp,
      count: 1,
      disposition: result === 'pass' && seen.disposition === 'none' ? 'pass' : seen.disposition,
      dkim: dkim === undefined ? 'fail' : 'pass',
      spf: spf === undefined ? 'fail' : 'pass',
      overrides: isMilder ? ['local_policy'] : [],
      headerFrom: domain,
      envelopeFrom: seen.envelopeFrom,
      dkimResults: seen.dkim.filter(one => one.domain !== '').slice(0, 10),
      spfResults: seen.spf.domain === '' ? [] : [seen.spf],
    },
  };
}

/** Adds one message. Gives up silently after some tries where many processes count the same at once: a report is no account book. */
export async function collect(state: StateStore, collected: Collected, now: number): Promise<void> {
  const text = JSON.stringify(collected);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 24);
  const under = `${prefix}${dayOf(now)}/${collected.published.domain}`;
  const key = `${under}/${hash}`;
  for (let tries = 0; tries < triesAtMost; tries++) {
    const before = await state.get(key, now);
    if (before === undefined && (await state.count(`${under}/entries`, 1, 2 * dayMs, now)) > entriesAtMost) return;
    const count = before === undefined ? 1 : read(before).row.count + 1;
    const next = JSON.stringify({ ...collected, row: { ...collected.row, count } });
    if (await state.swap(key, before, next, keptMs, now)) return;
  }
}

/** What was seen on a day, by policy domain. */
export async function collectedOn(
  state: StateStore,
  day: string,
  now: number,
): Promise<ReadonlyMap<string, readonly Collected[]>> {
  const all: Collected[] = [];
  for await (const { value } of storedUnder(state, `${prefix}${day}/`, now)) all.push(read(value));
  return Map.groupBy(all, ({ published }) => published.domain);
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** True: nothing else is written under this prefix. */
function read(value: string): Collected {
  return JSON.parse(value);
}
