// SPDX-License-Identifier: Apache-2.0
/**
 * Mailbox — the one mailbox of a header field that may hold no more (RFC 4407 2, step 5). Stricter than the list reader in wire/mime: what could be
 * read as another mailbox by another reader is none, since here one address is proven and perhaps another one shown. Linear; never throws.
 */
import type { Address } from '../../core/address.ts';
import { decodeRawText } from '../mime/words.ts';
import { parseMailbox } from '../smtp/path.ts';

/** Longer fields hold no single mailbox. */
const longestField = 4_096;

/** `raw` holds one char per octet, as `HeaderField.raw` does. Undefined if it holds none, several, one that cannot be read, or one without a domain name. */
export function readSingleMailbox(raw: string): Address | undefined {
  if (raw.length > longestField) return undefined;
  const entries = entriesOf(raw);
  const [entry] = entries ?? [];
  if (entry === undefined || entries?.length !== 1) return undefined;
  const address = readEntry(entry);
  // A literal is no domain name, and has no records.
  return address && address.domain !== '' && !address.domain.startsWith('[') ? address : undefined;
}

interface Entry {
  /** What stands before or without angle brackets, comments taken out. */
  text: string;
  /** What stands between them. */
  angle: string | undefined;
  /** Whether text follows the closing bracket. */
  hasTail: boolean;
  /** The text without its quoted strings. */
  bare: string;
}

/** Undefined where something is opened and not closed, and where a group is. Empty entries between commas are no entries (RFC 5322 4.4). */
function entriesOf(raw: string): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  let entry: Entry = { text: '', angle: undefined, hasTail: false, bare: '' };
  const finish = (): void => {
    if (entry.text.trim() !== '' || entry.angle !== undefined) entries.push(entry);
    entry = { text: '', angle: undefined, hasTail: false, bare: '' };
  };
  for (let at = 0; at < raw.length; at++) {
    const sign = raw.charAt(at);
    if (sign === '(' || sign === '"' || sign === '<') {
      const end = closing(raw, at);
      if (end < 0) return undefined;
      if (sign === '(') {
        entry.text += ' ';
        entry.bare += ' ';
      } else if (sign === '"') {
        if (entry.angle !== undefined) entry.hasTail = true;
        entry.text += raw.slice(at, end + 1);
      } else {
        if (entry.angle !== undefined) return undefined;
        entry.angle = raw.slice(at + 1, end);
      }
      at = end;
    } else if (sign === ',') finish();
    else if (sign === ':' || sign === ';' || sign === '>') return undefined;
    else {
      if (entry.angle !== undefined && sign !== ' ' && sign !== '\t') entry.hasTail = true;
      const length = sign === '\\' ? 2 : 1;
      entry.text += raw.slice(at, at + length);
      entry.bare += raw.slice(at, at + length);
      at += length - 1;
    }
  }
  finish();
  return entries;
}

function readEntry({ text, angle, hasTail, bare }: Entry): Address | undefined {
  if (angle === undefined) return readAddress(text);
  if (hasTail) return undefined;
  const address = readAddress(withoutRoute(angle));
  if (!bare.includes('@') || address === undefined) return address;
  // `alice@example.org <alice@example.org>` is written every day; two different ones are two mailboxes.
  const shown = readAddress(bare);
  return shown?.local === address.local && shown.domain === address.domain ? address : undefined;
}

/** White space and comments may stand around dots and the at sign (RFC 5322 4.4), and nowhere else in an address. */
function readAddress(text: string): Address | undefined {
  const tight = withoutComments(text)
    ?.replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '');
  if (tight === undefined) return undefined;
  const quoted = tight.startsWith('"') ? closing(tight, 0) + 1 : 0;
  const rest = tight.slice(quoted).replace(/ ?([.@]) ?/g, '$1');
  if (rest.includes(' ')) return undefined;
  return parseMailbox(decodeRawText(tight.slice(0, quoted) + rest));
}

/** `@a,@b:user@c` (RFC 5322 4.4). */
function withoutRoute(angle: string): string {
  const colon = angle.indexOf(':');
  return /^[ \t]*@[^"<>]*$/.test(angle.slice(0, Math.max(colon, 0))) ? angle.slice(colon + 1) : angle;
}

function withoutComments(text: string): string | undefined {
  if (!text.includes('(')) return text;
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign !== '(' && sign !== '"') {
      out += sign;
      continue;
    }
    const end = closing(text, at);
    if (end < 0) return undefined;
    out += sign === '(' ? ' ' : text.slice(at, end + 1);
    at = end;
  }
  return out;
}

const closings: Readonly<Record<string, string>> = { '"': '"', '(': ')', '<': '>' };

/** Where what opens at `start` is closed; -1 if it never is. Comments nest; between angle brackets quotes and comments hide the closing one. */
function closing(raw: string, start: number): number {
  const open = raw.charAt(start);
  const end = closings[open];
  let depth = 0;
  let isQuoted = false;
  for (let at = start + 1; at < raw.length; at++) {
    const sign = raw.charAt(at);
    if (sign === '\\') at++;
    else if (open === '<' && sign === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === '(' && open !== '"') depth++;
    else if (sign === ')' && depth > 0) depth--;
    else if (sign === end && depth === 0) return at;
    else if (open === '<' && sign === '<' && depth === 0) return -1;
  }
  return -1;
}
