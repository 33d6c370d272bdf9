// SPDX-License-Identifier: Apache-2.0
/**
 * DMARC record — the text at `_dmarc.DOMAIN`, read as RFC 9989 4.7 has it. What no longer counts (`pct`, `ri`, `rf`), what is not known and what
 * cannot be read is passed over and named under `ignored`. Linear; never throws.
 */
import { readReportUris, type ReportUri } from './report-uri.ts';

export const dmarcPolicies = ['none', 'quarantine', 'reject'] as const;
export type DmarcPolicy = (typeof dmarcPolicies)[number];

export interface DmarcPolicies {
  readonly p: DmarcPolicy;
  /** For sub-domains that exist. */
  readonly sp?: DmarcPolicy;
  /** For those that do not. */
  readonly np?: DmarcPolicy;
}

export interface DmarcRecord {
  /** Undefined: neither a policy nor an address for reports can be made out, and the record asks for nothing (RFC 9989 4.10.1). */
  readonly policies: DmarcPolicies | undefined;
  readonly dkimAlignment: 'relaxed' | 'strict';
  readonly spfAlignment: 'relaxed' | 'strict';
  /** Whether names directly below belong to different hands (`y`), or this is the top of one's own (`n`). */
  readonly psd: 'y' | 'n' | 'u';
  /** t=y, and pct=0 which meant the same: one step milder. */
  readonly isTest: boolean;
  /** Where aggregate reports go. */
  readonly rua: readonly ReportUri[];
  /** Where failure reports go; none are sent. */
  readonly ruf: readonly ReportUri[];
  /** Tags that count for nothing, as `name=value`. */
  readonly ignored: readonly string[];
  readonly text: string;
}

/** Whether a TXT record claims to be one: the version comes first, and its value is exact (RFC 9989 4.7). */
export function isDmarcRecord(text: string): boolean {
  return /^[ \t]*[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}

const tagsAtMost = 100;

/** Undefined for what is no DMARC record, and for one that has a tag twice (RFC 6376 3.2). */
export function parseDmarcRecord(text: string): DmarcRecord | undefined {
  if (!isDmarcRecord(text)) return undefined;
  const tags = new Map<string, string>();
  const ignored: string[] = [];
  const [, ...items] = text.split(';', tagsAtMost);
  for (const item of items.map(one => one.trim()).filter(Boolean)) {
    const split = item.indexOf('=');
    const name = split < 0 ? item.toLowerCase() : item.slice(0, split).trim().toLowerCase();
    const value = split < 0 ? '' : item.slice(split + 1).trim();
    if (tags.has(name)) return undefined;
    tags.set(name, value);
    if (!isSound(name, value)) ignored.push(shorten(item));
  }
  const rua = readReportUris(tags.get('rua') ?? '');
  return {
    policies: policiesOf(tags, rua.length > 0),
    dkimAlignment: modeOf(tags.get('adkim')),
    spfAlignment: modeOf(tags.get('aspf')),
    psd: oneOf(['y', 'n', 'u'], tags.get('psd')) ?? 'u',
    isTest: tags.get('t')?.toLowerCase() === 'y' || /^0+$/.test(tags.get('pct') ?? ''),
    rua,
    ruf: readReportUris(tags.get('ruf') ?? ''),
    ignored,
    text: text.trim(),
  };
}

/** A policy that cannot be read makes all of them `none` where reports are asked for, and the record void where they are not (RFC 9989 4.10.1). */
function policiesOf(tags: ReadonlyMap<string, string>, wantsReports: boolean): DmarcPolicies | undefined {
  const [p, sp, np] = ['p', 'sp', 'np'].map(name => oneOf(dmarcPolicies, tags.get(name)));
  const isBroken = p === undefined || (tags.has('sp') && !sp) || (tags.has('np') && !np);
  if (isBroken) return wantsReports ? { p: 'none' } : undefined;
  return { p, ...(sp ? { sp } : {}), ...(np ? { np } : {}) };
}

function isSound(name: string, value: string): boolean {
  switch (name) {
    case 'p':
    case 'sp':
    case 'np':
      return oneOf(dmarcPolicies, value) !== undefined;
    case 'adkim':
    case 'aspf':
      return /^[rs]$/i.test(value);
    case 'psd':
      return /^[ynu]$/i.test(value);
    case 't':
      return /^[yn]$/i.test(value);
    case 'fo':
      return /^[01ds](?:[ \t]*:[ \t]*[01ds])*$/i.test(value);
    case 'rua':
    case 'ruf':
      return readReportUris(value).length > 0;
    default:
      return false;
  }
}

function modeOf(value: string | undefined): 'relaxed' | 'strict' {
  return value?.toLowerCase() === 's' ? 'strict' : 'relaxed';
}

function oneOf<T extends string>(words: readonly T[], value: string | undefined): T | undefined {
  return words.find(word => word === value?.toLowerCase());
}

function shorten(item: string): string {
  return item.length > 64 ? `${item.slice(0, 63)}…` : item;
}
