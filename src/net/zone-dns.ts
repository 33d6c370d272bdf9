// SPDX-License-Identifier: Apache-2.0
/**
 * Zone DNS — answers from a fixture instead of a network: for tests, and for judging stored mail with the DNS it came with.
 * Knows aliases, wildcards (RFC 4592) and names that exist only because others lie below them. Everything is in the cache from the start.
 */
import type { Dns, DnsAnswer, RecordType } from '../core/dns.ts';
import { normaliseName } from '../wire/dns/name.ts';

/** The records of one name by type, as text (core/dns.ts). */
export type ZoneEntry = { readonly [T in RecordType]?: string | readonly string[] } & {
  /** Every type that is not listed is `unavailable`, with this reason. */
  readonly fails?: string;
};

/** By name. An entry without records is a name that exists. */
export type Zone = Readonly<Record<string, ZoneEntry>>;

const ttlSeconds = 300;
const aliasesAtMost = 16;

export function zoneDns(zone: Zone): Dns {
  const entries = new Map<string, ZoneEntry>();
  const existing = new Set<string>();
  for (const [written, entry] of Object.entries(zone)) {
    const name = normaliseName(written) ?? written;
    entries.set(name, entry);
    for (let above: string | undefined = name; above !== undefined; above = parentOf(above)) existing.add(above);
  }
  const answer = (asked: string, type: RecordType): DnsAnswer => {
    let name = normaliseName(asked);
    for (let aliases = 0; name !== undefined && aliases <= aliasesAtMost; aliases++) {
      const entry = entries.get(name) ?? (existing.has(name) ? {} : wildcardFor(name, entries, existing));
      if (!entry) return { kind: 'no-name' };
      const records = listOf(entry[type]);
      if (records.length > 0) return { kind: 'found', records: records.map(data => ({ data, ttlSeconds })) };
      const [alias] = listOf(entry.CNAME);
      if (alias === undefined)
        return entry.fails === undefined ? { kind: 'no-data' } : { kind: 'unavailable', reason: entry.fails };
      name = normaliseName(alias);
    }
    return name === undefined
      ? { kind: 'no-name' }
      : { kind: 'unavailable', reason: 'the aliases of this name go in a circle' };
  };
  return { ask: (name, type) => Promise.resolve(answer(name, type)), cached: answer };
}

/** For machines without a network: every question is `unavailable`, so nothing is concluded from any. */
export const offlineDns: Dns = zoneOfNothing();

function zoneOfNothing(): Dns {
  const answer: DnsAnswer = { kind: 'unavailable', reason: 'no DNS' };
  return { ask: () => Promise.resolve(answer), cached: () => answer };
}

function listOf(data: string | readonly string[] | undefined): readonly string[] {
  if (data === undefined) return [];
  return typeof data === 'string' ? [data] : data;
}

/** The wildcard directly below the nearest name that exists. */
function wildcardFor(
  name: string,
  entries: ReadonlyMap<string, ZoneEntry>,
  existing: ReadonlySet<string>,
): ZoneEntry | undefined {
  let above = parentOf(name);
  while (above !== undefined && !existing.has(above)) above = parentOf(above);
  return entries.get(above === undefined ? '*' : `*.${above}`);
}

/** The name without its first label; a dot after a backslash belongs to the label. */
function parentOf(name: string): string | undefined {
  for (let at = 0; at < name.length; at++) {
    if (name[at] === '\\') at++;
    else if (name[at] === '.' && at + 1 < name.length) return name.slice(at + 1);
  }
  return undefined;
}
