// SPDX-License-Identifier: Apache-2.0
/**
 * Traits — by what messages of one campaign are known to be of it: the text as a whole, where its links lead, the subject without what changes in it, and
 * how the client greets. Only hashes: nothing of the mail can be read out of them.
 */
import { createHash } from 'node:crypto';
import { bandsOf, signatureOf, type Signature } from './signature.ts';

export interface Traits {
  /** Undefined of short texts. */
  readonly signature: Signature | undefined;
  /** By which the signature is found again. */
  readonly bands: readonly string[];
  readonly links: readonly string[];
  /** Undefined where it says little. */
  readonly subject: string | undefined;
  readonly hello: string | undefined;
}

export interface TraitsOf {
  readonly subject: string;
  /** Subject and text, folded. */
  readonly folded: string;
  readonly links: readonly { readonly url: string; readonly host: string }[];
  readonly hello: string;
}

/** Of different families in one message. */
const linksKept = 3;

export function traitsOf({ subject, folded, links, hello }: TraitsOf): Traits {
  const signature = signatureOf(folded);
  const families = new Set<string>();
  for (const link of links) {
    if (families.size >= linksKept) break;
    if (link.host !== '') families.add(linkFamily(link.url, link.host));
  }
  const about = subjectFamily(subject);
  const name = helloFamily(hello);
  return {
    signature,
    bands: signature ? bandsOf(signature).map(band => hashed('band', band)) : [],
    links: [...families].map(family => hashed('link', family)),
    subject: about === undefined ? undefined : hashed('subject', about),
    hello: name === undefined ? undefined : hashed('hello', name),
  };
}

/** The subject without marks of answers and lists, numbers, and words that look drawn by lot; undefined if what is left says little. */
export function subjectFamily(subject: string): string | undefined {
  const bare = subject
    .normalize('NFKC')
    .toLowerCase()
    .slice(0, 300)
    .replace(/^(?:\s*(?:(?:re|fwd?|aw|wg|sv|vs|tr|返信|転送)(?:\[\d{1,3}\]|\^\d{1,3})?\s*:|\[[^\]]{0,40}\]))+/, '');
  const words = (bare.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).filter(word => !isDrawn(word));
  const signs = words.join('').match(/[\u3040-\u30ff\u3400-\u9fff]/gu)?.length ?? 0;
  return words.length >= 3 || signs >= 8 ? words.join(' ') : undefined;
}

/** Host and path: numbers and words drawn by lot as a mark, of the query only the names. */
export function linkFamily(url: string, host: string): string {
  const rest = url.replace(/^[^:]{1,8}:[/\\]{0,20}[^/\\?#]*/, '').slice(0, 500);
  const [path = '', query = ''] = rest.split('#', 1)[0]?.split('?', 2) ?? [];
  const steps = path
    .toLowerCase()
    .split('/')
    .slice(0, 6)
    .map(step => (isDrawn(step) ? '*' : step));
  const names = query
    .toLowerCase()
    .split('&')
    .slice(0, 6)
    .map(pair => pair.split('=', 1)[0] ?? '')
    .filter(name => !isDrawn(name));
  return `${host.toLowerCase()}${steps.join('/')}?${names.join('&')}`;
}

/** Names that many unrelated machines have say nothing, nor do addresses. */
function helloFamily(hello: string): string | undefined {
  const name = hello.toLowerCase().slice(0, 255);
  return name === '' || name.startsWith('[') || /^[\d.]+$/.test(name) || /^localhost\b/.test(name) ? undefined : name;
}

/** Digits, or a word with hardly a vowel, or one longer than people write. */
function isDrawn(word: string): boolean {
  if (/\d/.test(word) || word.length > 24) return true;
  return /^[a-z]{5,}$/.test(word) && (word.match(/[aeiouy]/g)?.length ?? 0) * 6 < word.length;
}

function hashed(kind: string, text: string): string {
  return createHash('sha256').update(`${kind} ${text}`).digest('base64url').slice(0, 12);
}
