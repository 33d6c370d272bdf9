// SPDX-License-Identifier: Apache-2.0
/**
 * Exempt — who is never asked to come back: clients by address, network or confirmed name, and recipients who do not want their mail kept waiting.
 * Written as postgrey writes them. Pure; what is wrong with an entry is a sentence.
 */
import type { Address } from '../../core/address.ts';
import { isWithin, toALabels } from '../../core/domain.ts';
import { networkHas, parseIp, parseNetwork, type Network } from '../../core/ip.ts';
import type { Sentence } from '../../core/sentence.ts';
import { readExpression } from '../../wire/regex/expression.ts';
import { translate } from '../../wire/regex/translate.ts';

export type ExemptKind = 'client' | 'recipient';

export type ExemptEntry =
  | { readonly kind: 'client'; readonly text: string; readonly network: Network }
  /** The name itself and all under it. */
  | { readonly kind: 'client' | 'recipient'; readonly text: string; readonly domain: string }
  | { readonly kind: 'client' | 'recipient'; readonly text: string; readonly expression: RegExp }
  /** `user@` is that user in any domain. */
  | { readonly kind: 'recipient'; readonly text: string; readonly local: string; readonly at: string };

export type ReadEntry = ExemptEntry | { readonly problem: Sentence };

const longest = 250;

export function readEntry(kind: ExemptKind, written: string): ReadEntry {
  const text = written.trim();
  if (text.length > longest)
    return { problem: { en: `longer than ${longest} signs`, ja: `${longest} 文字を超えている` } };
  if (text.startsWith('/')) {
    const read = readExpression(text);
    // Names and domains have no case.
    const made = 'reason' in read ? read : translate({ ...read, flags: `${read.flags}i` }, 'latin1');
    return 'reason' in made ? { problem: made.reason } : { kind, text, expression: made.regex };
  }
  return kind === 'client' ? readClient(text) : readRecipient(text);
}

export function exemptsClient(entry: ExemptEntry, ip: string, names: readonly string[]): boolean {
  if (entry.kind !== 'client') return false;
  if ('network' in entry) {
    const bytes = parseIp(ip);
    return bytes !== undefined && networkHas(entry.network, bytes);
  }
  if ('domain' in entry) return names.some(name => isWithin(name, entry.domain));
  return 'expression' in entry && [...names, ip].some(text => entry.expression.test(text));
}

export function exemptsRecipient(entry: ExemptEntry, { local, domain }: Address): boolean {
  if (entry.kind !== 'recipient') return false;
  if ('domain' in entry) return isWithin(domain, entry.domain);
  if ('expression' in entry) return entry.expression.test(`${local}@${domain}`.slice(0, 320));
  if (!('local' in entry)) return false;
  // As postgrey has it: an extension does not matter.
  const [plain = ''] = local.toLowerCase().split('+');
  return [plain, local.toLowerCase()].includes(entry.local) && (entry.at === '' || entry.at === domain);
}

function readClient(text: string): ReadEntry {
  // `192.0.2` is all that begins so.
  const octets = text.split('.');
  const isBegin = /^\d{1,3}(\.\d{1,3}){0,2}\.?$/.test(text);
  const network = parseNetwork(isBegin ? beginning(octets.filter(Boolean)) : text);
  if (network) return { kind: 'client', text, network };
  return readDomain('client', text);
}

function beginning(octets: readonly string[]): string {
  return `${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${octets.length * 8}`;
}

function readRecipient(text: string): ReadEntry {
  const at = text.lastIndexOf('@');
  if (at < 0) return readDomain('recipient', text);
  const [local, domain] = [text.slice(0, at).toLowerCase(), text.slice(at + 1)];
  const name = domain === '' ? '' : toALabels(domain);
  if (local === '' || /\s/.test(local) || (domain !== '' && name === ''))
    return { problem: { en: 'no address', ja: 'アドレスとして読めない' } };
  return { kind: 'recipient', text, local, at: name };
}

function readDomain(kind: ExemptKind, text: string): ReadEntry {
  const domain = toALabels(text.replace(/^\./, ''));
  if (domain === '' || domain.split('.').includes('') || /^[\d.]+$/.test(domain))
    return {
      problem: {
        en:
          kind === 'client'
            ? 'neither an address, a network, a host name nor /an expression/'
            : 'neither an address, a domain nor /an expression/',
        ja:
          kind === 'client'
            ? 'IP アドレス、ネットワーク、ホスト名、/正規表現/ のいずれでもない'
            : 'アドレス、ドメイン、/正規表現/ のいずれでもない',
      },
    };
  return { kind, text, domain };
}

export interface LineProblem {
  readonly line: number;
  readonly text: string;
  readonly problem: Sentence;
}

/** A file of postgrey's, `whitelist_clients` or `whitelist_recipients`: an entry a line, `#` begins a comment. */
export function readExemptFile(kind: ExemptKind, text: string) {
  const entries: ExemptEntry[] = [];
  const problems: LineProblem[] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    // In an expression # may stand for itself.
    const bare = (raw.trimStart().startsWith('/') ? raw : raw.replace(/#.*$/, '')).trim();
    if (bare === '' || bare.startsWith('#')) return;
    const read = readEntry(kind, bare);
    if ('problem' in read) problems.push({ line: i + 1, text: bare, problem: read.problem });
    else entries.push(read);
  });
  return { entries, problems };
}
