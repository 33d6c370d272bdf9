// SPDX-License-Identifier: Apache-2.0
/**
 * SPF mend — the record to publish instead of one that is wrong: what is meant stays, what breaks it goes, and what asks too often becomes addresses.
 * Undefined where no single record would do. Pure.
 */
import { parseTerms } from '../../wire/spf/record.ts';
import type { SpfNode, SpfTerm } from './spf-tree.ts';

const lookupsAtMost = 10;
/** RFC 7208 3.4: longer records may not fit one answer. */
const longestRecord = 450;

/** Terms that were read of all the domain's records, one after the other. */
export function mendSpf(terms: readonly SpfTerm[]): string | undefined {
  const meant = once(terms.flatMap(mended));
  const last = meant.findIndex(({ mechanism }) => mechanism?.kind === 'all');
  const kept = last < 0 ? meant : meant.slice(0, last).filter(({ redirect }) => redirect === undefined);
  const redirect = last < 0 ? meant.find(one => one.redirect !== undefined) : undefined;
  const modifiers = meant.filter(one => isModifier(one) && one.redirect === undefined);
  const body = kept.filter(one => !isModifier(one));
  const end = last < 0 ? (redirect ? redirect.text : '~all') : endOf(meant[last]);
  const fewer = within(body, redirect?.lookups ?? 0);
  if (!fewer) return undefined;
  const words = [...fewer.map(({ text }) => text), ...modifiers.map(({ text }) => text), end];
  return ['v=spf1', ...words].join(' ');
}

/** What is to be read in the place of a term; nothing of one that only breaks the record. */
function mended(term: SpfTerm): readonly SpfTerm[] {
  const { mechanism, below } = term;
  if (!term.isReadable) return repaired(term);
  if (mechanism?.kind === 'ptr') return [];
  if (mechanism?.kind === 'exists' && term.addresses?.length === 0) return [];
  if ((mechanism?.kind === 'a' || mechanism?.kind === 'mx') && term.addresses?.length === 0) return [];
  if (below && below.trouble === undefined && (below.isCircle === true || below.records.length === 0)) return [];
  return [term];
}

/** Slips that many make: `ipv4:`, `ip:`, an address behind `a:`, a comma or full stop at the end. */
function repaired(term: SpfTerm): readonly SpfTerm[] {
  const bare = term.text.replace(/[,;.]+$/, '').replace(/^([+?~-]?)(\w+)=(?!.*=)/, '$1$2:');
  const [, sign = '', value = ''] = /^([+?~-]?)(?:ipv?[46]?|a|mx):(.*)$/i.exec(bare) ?? [];
  for (const text of [bare, `${sign}${value.includes(':') ? 'ip6' : 'ip4'}:${value}`]) {
    const read = parseTerms(text);
    const [mechanism] = typeof read === 'string' ? [] : read.mechanisms;
    if (mechanism) return [{ text, mechanism, isReadable: true, lookups: lookupsOf(mechanism.kind), hasMacro: false }];
  }
  return [];
}

function lookupsOf(kind: string): number {
  return kind === 'ip' || kind === 'all' ? 0 : 1;
}

function endOf(term: SpfTerm | undefined): string {
  // Whoever lets everyone send has not meant to.
  return term?.mechanism?.qualifier === '+' || term === undefined ? '~all' : term.text;
}

/** Fewer questions: first the domain's own names as addresses, then what others' records come to, the dearest first. */
function within(terms: readonly SpfTerm[], beside: number): readonly SpfTerm[] | undefined {
  let now = terms;
  const count = (): number => now.reduce((sum, one) => sum + one.lookups, beside);
  for (const canReplace of [isOwnName, isInclude])
    while (count() > lookupsAtMost) {
      const [dearest] = now
        .filter(one => canReplace(one) && addressesOf(one))
        .sort((one, other) => other.lookups - one.lookups);
      const instead = dearest && addressesOf(dearest);
      if (!dearest || !instead) break;
      now = once(now.flatMap(one => (one === dearest ? instead : [one])));
    }
  const length = now.reduce((sum, { text }) => sum + text.length + 1, 20);
  return count() > lookupsAtMost || length > longestRecord ? undefined : now;
}

function isOwnName({ mechanism }: SpfTerm): boolean {
  return mechanism?.kind === 'a' || mechanism?.kind === 'mx';
}

function isInclude({ mechanism }: SpfTerm): boolean {
  return mechanism?.kind === 'include';
}

/** The same as addresses; undefined where it is more than addresses. */
function addressesOf({ mechanism, addresses, below, hasMacro, text }: SpfTerm): readonly SpfTerm[] | undefined {
  if (mechanism?.qualifier !== '+' || hasMacro) return undefined;
  switch (mechanism.kind) {
    case 'ip':
      return [addressTerm(text.replace(/^\+/, ''))];
    case 'a':
    case 'mx': {
      const { prefix4, prefix6 } = mechanism;
      return addresses?.map(ip => {
        const [name, prefix, whole] = ip.includes(':') ? ['ip6', prefix6, 128] : ['ip4', prefix4, 32];
        return addressTerm(`${name}:${ip}${prefix === whole ? '' : `/${prefix}`}`);
      });
    }
    case 'include':
      return below ? addressesIn(below) : undefined;
    case 'all':
    case 'exists':
    case 'ptr':
      return undefined;
  }
}

function addressesIn({ terms, records, trouble }: SpfNode): readonly SpfTerm[] | undefined {
  if (records.length !== 1 || trouble !== undefined) return undefined;
  const found: SpfTerm[] = [];
  for (const term of terms) {
    // An included record passes or says nothing: how it ends does not matter, unless it lets everyone.
    if (term.mechanism?.kind === 'all' && term.mechanism.qualifier !== '+') return found;
    if (isModifier(term) && term.redirect === undefined) continue;
    const inner = term.redirect !== undefined && term.below ? addressesIn(term.below) : addressesOf(term);
    if (!inner) return undefined;
    found.push(...inner);
  }
  return found;
}

function addressTerm(text: string): SpfTerm {
  const read = parseTerms(text);
  const [mechanism] = typeof read === 'string' ? [] : read.mechanisms;
  return { text, ...(mechanism ? { mechanism } : {}), isReadable: true, lookups: 0, hasMacro: false };
}

function isModifier({ mechanism, isReadable }: SpfTerm): boolean {
  return mechanism === undefined && isReadable;
}

function once(terms: readonly SpfTerm[]): readonly SpfTerm[] {
  const seen = new Set<string>();
  return terms.filter(({ text }) => {
    const name = text.toLowerCase().replace(/^\+/, '');
    return !seen.has(name) && seen.add(name);
  });
}
