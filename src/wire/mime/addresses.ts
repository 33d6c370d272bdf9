// SPDX-License-Identifier: Apache-2.0
/**
 * Addresses — the lists in From, To, Cc, Reply-To (RFC 5322 3.4), with groups, comments, quotes, encoded names, and what is broken in them.
 * Never fails: an entry whose address cannot be read has none. Linear in its input.
 */
import type { Address } from '../../core/address.ts';
import { parseMailbox } from '../smtp/path.ts';
import { decodeRawText, decodeWords } from './words.ts';

export interface NamedAddress {
  /** Decoded, without quotes; a comment stands in where no name is. Empty if there is neither. */
  readonly name: string;
  /** Null where nothing readable as an address stands. */
  readonly address: Address | null;
  /** The entry as written, one char per byte. */
  readonly raw: string;
}

type Token =
  | {
      readonly kind: 'text' | 'quoted' | 'comment' | 'angle';
      readonly start: number;
      readonly end: number;
      readonly value: string;
    }
  | { readonly kind: 'comma' | 'semicolon' | 'colon'; readonly start: number; readonly end: number };

type ContentToken = Extract<Token, { value: string }>;

/**
 * `raw` holds one char per byte, as `HeaderField.raw` does. Members of groups stand in the list like others; empty groups leave nothing. Reading
 * ends with entry number `atMost`: each takes 5 to 15 µs.
 */
export function parseAddressList(
  raw: string,
  { atMost = Number.POSITIVE_INFINITY }: { readonly atMost?: number } = {},
): readonly NamedAddress[] {
  const list: NamedAddress[] = [];
  let entry: ContentToken[] = [];
  const finish = () => {
    const first = entry[0];
    const last = entry.at(-1);
    if (first && last) {
      const named = readEntry(entry, tidy(raw.slice(first.start, last.end)));
      if (named) list.push(named);
    }
    entry = [];
  };
  for (const token of tokensOf(raw)) {
    if (list.length >= atMost) return list;
    switch (token.kind) {
      case 'comma':
      case 'semicolon':
        finish();
        break;
      case 'colon':
        // What stands before it is the name of a group, unless an address has begun: then it is a port or a slip.
        if (!entry.some(part => part.kind === 'angle' || (part.kind === 'text' && part.value.includes('@'))))
          entry = [];
        break;
      case 'text':
      case 'quoted':
      case 'comment':
      case 'angle':
        entry.push(token);
    }
  }
  finish();
  return list;
}

function readEntry(entry: readonly ContentToken[], raw: string): NamedAddress | undefined {
  const angle = entry.findLast(token => token.kind === 'angle');
  const comments = entry.filter(token => token.kind === 'comment').map(token => tidy(token.value));
  const said = entry.filter(token => token.kind === 'text' || token.kind === 'quoted');
  const isBlank = said.every(token => token.kind === 'text' && tidy(token.value) === '');
  if (angle) {
    const name = nameOf(said) || decodeWords(comments.join(' '));
    return { name, address: readAddress(angle.value), raw };
  }
  if (isBlank) return comments.length > 0 ? { name: decodeWords(comments.join(' ')), address: null, raw } : undefined;
  const spec = said
    .map(token => (token.kind === 'quoted' ? `"${token.value.replace(/["\\]/g, '\\$&')}"` : token.value))
    .join('');
  const whole = readAddress(spec);
  if (whole) return { name: decodeWords(comments.join(' ')), address: whole, raw };
  // `Alice alice@example.org`, without the angle brackets.
  const words = tidy(spec);
  const lastWord = words.lastIndexOf(' ') + 1;
  const address = lastWord > 0 ? readAddress(words.slice(lastWord)) : null;
  if (address) {
    const name = nameOf([{ kind: 'text', start: 0, end: lastWord, value: words.slice(0, lastWord) }]);
    return { name, address, raw };
  }
  return { name: nameOf(said) || decodeWords(comments.join(' ')), address: null, raw };
}

function nameOf(tokens: readonly ContentToken[]): string {
  const text = tokens.map(token => token.value).join('');
  return decodeWords(tidy(text)).trim();
}

/** In which there is nothing to take out or to decode. */
const plainAddress = /^[\w.+-]+@[\w.-]+$/;

/** White space and comments may stand around dots and the at sign (RFC 5322 4.4); a source route is read over. */
function readAddress(text: string): Address | null {
  if (plainAddress.test(text)) return parseMailbox(text) ?? null;
  const bare = text.includes('(') ? withoutComments(text) : text;
  const tight = tidy(bare).replace(/ ?([.@]) ?/g, '$1');
  const mailbox = /^@[^:]*:/.test(tight) ? tight.slice(tight.indexOf(':') + 1) : tight;
  return parseMailbox(decodeRawText(mailbox)) ?? null;
}

function tokensOf(raw: string): readonly Token[] {
  const tokens: Token[] = [];
  let textStart = 0;
  // Once no closing sign is left, openings are plain text: no second search for what is not there.
  const missing = new Set<string>();
  for (let at = 0; at < raw.length;) {
    if (isPlain[raw.charCodeAt(at)] === 1) {
      at++;
      continue;
    }
    const sign = raw[at] ?? '';
    const kind = separators[sign];
    const closed = sign in closings && !missing.has(sign) ? closing(raw, at) : -1;
    if (kind === undefined && closed < 0) {
      if (sign in closings) missing.add(sign);
      // `a\,b` outside quotes: not allowed, and meant.
      at += sign === '\\' ? 2 : 1;
      continue;
    }
    if (at > textStart) tokens.push({ kind: 'text', start: textStart, end: at, value: raw.slice(textStart, at) });
    const end = kind === undefined ? closed + 1 : at + 1;
    if (kind) tokens.push({ kind, start: at, end });
    else {
      const inner = raw.slice(at + 1, closed);
      if (sign === '<') tokens.push({ kind: 'angle', start: at, end, value: inner });
      else {
        const value = inner.replace(/\\(.)/gs, '$1');
        tokens.push({ kind: sign === '"' ? 'quoted' : 'comment', start: at, end, value });
      }
    }
    at = end;
    textStart = at;
  }
  if (raw.length > textStart)
    tokens.push({ kind: 'text', start: textStart, end: raw.length, value: raw.slice(textStart) });
  return tokens;
}

const separators: Readonly<Record<string, 'comma' | 'semicolon' | 'colon'>> = {
  ',': 'comma',
  ';': 'semicolon',
  ':': 'colon',
};
const closings: Readonly<Record<string, string>> = { '"': '"', '(': ')', '<': '>' };
/** By byte: those that neither part entries, nor open anything, nor escape. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) => (',;:"(<\\'.includes(String.fromCharCode(byte)) ? 0 : 1));

/** Where what opens at `start` is closed; -1 if it never is. Comments nest, and inside angle brackets quotes hide a `>`. */
function closing(raw: string, start: number): number {
  const open = raw[start];
  let depth = 0;
  let isQuoted = false;
  for (let at = start + 1; at < raw.length; at++) {
    const sign = raw[at];
    if (sign === '\\') at++;
    else if (open === '"' && sign === '"') return at;
    else if (open === '(' && sign === '(') depth++;
    else if (open === '(' && sign === ')' && depth-- === 0) return at;
    else if (open === '<' && sign === '"') isQuoted = !isQuoted;
    else if (open === '<' && sign === '>' && !isQuoted) return at;
  }
  return open === '<' ? raw.indexOf('>', start) : -1;
}

function withoutComments(text: string): string {
  let out = '';
  for (const token of tokensOf(text)) {
    if (token.kind !== 'comment') out += text.slice(token.start, token.end);
  }
  return out;
}

/** White space made one space, and none at the ends. Not `\s`: in bytes read as latin1, 0xA0 is half a character, as in the UTF-8 of à. */
function tidy(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}
