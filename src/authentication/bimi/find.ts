// SPDX-License-Identifier: Apache-2.0
/**
 * Find — the BIMI record that holds for a message: that of its author's domain, else of the organization; by the selector that the author signed, else
 * `default`. Only where DMARC passes for a domain that asks for forged mail to be set aside or refused, all of it. Never throws.
 */
import type { Dns } from '../../core/dns.ts';
import { isBimiRecord, readBimiRecord, readSelector, type BimiRecord } from '../../wire/bimi/record.ts';
import { earnsCredit, type DkimResult } from '../dkim-result.ts';
import { Walker } from '../dmarc-walk.ts';
import type { DmarcResult } from '../dmarc.ts';

export type FoundBimi =
  | { readonly kind: 'found'; readonly domain: string; readonly selector: string; readonly record: BimiRecord }
  /** No record, one that says no, one that cannot be used, no strict policy, nobody answers. */
  | { readonly kind: 'none' | 'declined' | 'unusable' | 'no-policy' | 'unavailable'; readonly domain: string };

export async function findBimi(
  dmarc: DmarcResult,
  selector: string,
  dns: Dns,
  signal?: AbortSignal,
): Promise<FoundBimi> {
  const { domain, organization = domain } = dmarc;
  const strictness = await isStrict(dmarc, dns, signal);
  if (strictness !== true) return { kind: strictness === false ? 'no-policy' : 'unavailable', domain };
  for (const at of new Set([domain, organization])) {
    const name = `${selector}._bimi.${at}`;
    const answer = name.length > 253 ? undefined : await dns.ask(name, 'TXT', signal);
    if (answer?.kind === 'unavailable') return { kind: 'unavailable', domain };
    const texts = answer?.kind === 'found' ? answer.records.map(({ data }) => data).filter(isBimiRecord) : [];
    const [text, ...others] = texts;
    if (text === undefined) continue;
    const record = others.length > 0 ? undefined : readBimiRecord(text);
    if (record === 'declined') return { kind: 'declined', domain: at };
    return record ? { kind: 'found', domain: at, selector, record } : { kind: 'unusable', domain: at };
  }
  return { kind: 'none', domain };
}

/** A selector that the author's own signature does not cover is anybody's. */
export function selectorOf(
  fields: readonly string[],
  dkim: readonly DkimResult[],
  aligned: string | undefined,
): string {
  const [field, ...others] = fields;
  if (field === undefined || others.length > 0) return 'default';
  const isSigned = dkim
    .filter(earnsCredit)
    .some(({ domain, signedFields }) => domain === aligned && signedFields.includes('bimi-selector'));
  return (isSigned ? readSelector(field) : undefined) ?? 'default';
}

/** Both the policy that held and the organization's own ask for it; undefined where nobody answers. */
async function isStrict(dmarc: DmarcResult, dns: Dns, signal?: AbortSignal): Promise<boolean | undefined> {
  const { policy, organization } = dmarc;
  if (dmarc.result !== 'pass' || !policy || policy.asks === 'none') return false;
  if (!demands(policy.policies, policy.isTest, policy.text)) return false;
  if (organization === undefined || organization === policy.domain) return true;
  const { found, trouble } = await new Walker(dns, signal).walk(organization);
  if (trouble !== undefined) return undefined;
  const own = found.find(one => one.domain === organization)?.record;
  return own?.policies !== undefined && demands(own.policies, own.isTest, own.text);
}

function demands({ p, sp = p }: { readonly p: string; readonly sp?: string }, isTest: boolean, text: string): boolean {
  const [, percent = '100'] = /;\s*pct\s*=\s*(\d{1,3})\s*(?:;|$)/i.exec(text) ?? [];
  return p !== 'none' && sp !== 'none' && !isTest && (p === 'reject' || Number(percent) >= 100);
}
