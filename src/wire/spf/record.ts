// SPDX-License-Identifier: Apache-2.0
/**
 * Record — the terms of an SPF record (RFC 7208 4.6, 5, 6), of either version: the version itself is cut off by who chose the record.
 * A mistake anywhere makes the whole unreadable, also behind what would have matched. Never throws.
 */
import { parseNetwork, type Network } from '../../core/ip.ts';
import { isDomainSpec, isMacroString } from './macro.ts';

export type Qualifier = '+' | '-' | '~' | '?';

export type Mechanism = { readonly qualifier: Qualifier } & (
  | { readonly kind: 'all' }
  | { readonly kind: 'include' | 'exists'; readonly spec: string }
  | { readonly kind: 'a' | 'mx'; readonly spec: string | undefined; readonly prefix4: number; readonly prefix6: number }
  | { readonly kind: 'ptr'; readonly spec: string | undefined }
  | { readonly kind: 'ip'; readonly network: Network }
);

export interface SpfTerms {
  readonly mechanisms: readonly Mechanism[];
  readonly redirect: string | undefined;
  readonly explanation: string | undefined;
}

/** Whether the text is a record of version 1 (RFC 7208 4.5). */
export function isVersion1(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** The terms, or in words what is wrong with them. */
export function parseTerms(text: string): SpfTerms | string {
  const mechanisms: Mechanism[] = [];
  const modifiers = new Map<string, string>();
  for (const term of text.split(' ')) {
    if (term === '') continue;
    const modifier = /^([a-z][a-z0-9_.-]*)=(.*)$/is.exec(term);
    if (modifier) {
      const [, name = '', value = ''] = modifier;
      const key = name.toLowerCase();
      const isKnown = key === 'redirect' || key === 'exp';
      if (isKnown && modifiers.has(key)) return `${key}= stands twice`;
      if (isKnown ? !isDomainSpec(value) : !isMacroString(value, 'modifier')) return wrong(term);
      if (isKnown) modifiers.set(key, value);
      continue;
    }
    const mechanism = parseMechanism(term);
    if (!mechanism) return wrong(term);
    mechanisms.push(mechanism);
  }
  return { mechanisms, redirect: modifiers.get('redirect'), explanation: modifiers.get('exp') };
}

function parseMechanism(term: string): Mechanism | undefined {
  const [, sign = '', name = '', rest = ''] = /^([+?~-]?)([a-z][a-z0-9_-]*)([:/].*)?$/is.exec(term) ?? [];
  const qualifier = sign === '-' || sign === '~' || sign === '?' ? sign : '+';
  const value = rest.startsWith(':') ? rest.slice(1) : undefined;
  const kind = name.toLowerCase();
  switch (kind) {
    case 'all':
      return rest === '' ? { qualifier, kind } : undefined;
    case 'include':
    case 'exists':
      return value !== undefined && isDomainSpec(value) ? { qualifier, kind, spec: value } : undefined;
    case 'ptr':
      return rest === '' || (value !== undefined && isDomainSpec(value)) ? { qualifier, kind, spec: value } : undefined;
    case 'a':
    case 'mx':
      return parseWithPrefix(qualifier, kind, rest);
    case 'ip4':
    case 'ip6': {
      const network = value === undefined ? undefined : parseIpTerm(kind, value);
      return network && { qualifier, kind: 'ip', network };
    }
    default:
      return undefined;
  }
}

function parseWithPrefix(qualifier: Qualifier, kind: 'a' | 'mx', rest: string): Mechanism | undefined {
  const [, target, four, six] = /^(:.*?)?(?:\/(\d+))?(?:\/\/(\d+))?$/s.exec(rest) ?? [undefined, ':'];
  const spec = target?.slice(1);
  const prefix4 = prefixOf(four, 32);
  const prefix6 = prefixOf(six, 128);
  if ((spec !== undefined && !isDomainSpec(spec)) || prefix4 === undefined || prefix6 === undefined) return undefined;
  return { qualifier, kind, spec, prefix4, prefix6 };
}

function prefixOf(text: string | undefined, most: number): number | undefined {
  if (text === undefined) return most;
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function parseIpTerm(kind: 'ip4' | 'ip6', value: string): Network | undefined {
  const slash = value.indexOf('/');
  const prefix = slash < 0 ? undefined : value.slice(slash + 1);
  const address = slash < 0 ? value : value.slice(0, slash);
  if (address.includes(':') !== (kind === 'ip6') || address.includes('%')) return undefined;
  if (prefix !== undefined && prefixOf(prefix, kind === 'ip4' ? 32 : 128) === undefined) return undefined;
  return parseNetwork(value);
}

function wrong(term: string): string {
  return `${term.replace(/[^\x21-\x7e]/g, '?').slice(0, 80)} cannot be read`;
}
