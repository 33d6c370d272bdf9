// SPDX-License-Identifier: Apache-2.0
/**
 * Encoded words — header text for people (RFC 2047), as lenient as the programs that show it: words inside quotes, stuck to
 * text, with spaces in them, without an end, in base64 that is cut anywhere, and characters split across words.
 * Raw 8-bit text and raw ISO-2022-JP between the words is read in the likeliest charset. Linear in its input; never fails.
 */
import { decodeBase64Texts } from './base64.ts';
import { decodeCharset, decodeUnlabelled } from './charset.ts';
import type { Defect } from './types.ts';

interface Word {
  readonly start: number;
  readonly end: number;
  readonly charset: string;
  readonly encoding: 'b' | 'q';
  readonly coded: string;
}

/** `raw` holds one char per byte, as `HeaderField.raw` does. */
export function decodeWords(raw: string, defects?: Set<Defect>): string {
  if (!raw.includes('=?')) return decodeRawText(raw);
  const words = findWords(raw, defects);
  if (words.length === 0) return decodeRawText(raw);
  let out = '';
  let at = 0;
  for (let i = 0; i < words.length;) {
    const first = words[i]!; // i < length
    const between = raw.slice(at, first.start);
    // White space between two words is there for folding only (RFC 2047 6.2).
    if (i === 0 || !isBlankText(between)) out += decodeRawText(between);
    let next = i + 1;
    while (next < words.length && continues(words[next - 1]!, words[next]!, raw)) next++; // next < length
    out += decodeRun(words.slice(i, next), defects);
    at = words[next - 1]!.end; // next > i
    i = next;
  }
  return out + decodeRawText(raw.slice(at));
}

/** Text that holds no words. */
export function decodeRawText(raw: string): string {
  // Most header text is plain ASCII: no copying for it.
  if (!/[\x1b\x80-\xff]/.test(raw)) return raw;
  return decodeUnlabelled(Buffer.from(raw, 'latin1')).text;
}

function findWords(raw: string, defects: Set<Defect> | undefined): Word[] {
  const words: Word[] = [];
  // Behind this place no `?=` follows: known after the first search in vain, so that many openings cost no more than one.
  let noEndAfter = Infinity;
  let at = raw.indexOf('=?');
  while (at >= 0) {
    const word = wordAt(raw, at, noEndAfter);
    if (word === undefined) {
      at = raw.indexOf('=?', at + 2);
      continue;
    }
    if (word.end > raw.length) {
      noEndAfter = at;
      defects?.add('bad-encoded-word');
      words.push({ ...word, end: raw.length });
      break;
    }
    words.push(word);
    at = raw.indexOf('=?', word.end);
  }
  return words;
}

/** Without an end mark, the word goes to the end of the text, and `end` lies behind it. */
function wordAt(raw: string, start: number, noEndAfter: number): Word | undefined {
  const mark = raw.indexOf('?', start + 2);
  // Charset names are short; what is longer is no word and is not searched further.
  if (mark < 0 || mark - start > 80 || mark === start + 2 || raw[mark + 2] !== '?') return undefined;
  const encoding = raw[mark + 1]?.toLowerCase();
  if (encoding !== 'b' && encoding !== 'q') return undefined;
  const charset = raw.slice(start + 2, mark);
  if (/[\s"(),:;<>@[\\\]]/.test(charset)) return undefined;
  const textStart = mark + 3;
  const end = start > noEndAfter ? -1 : endOfWord(raw, textStart, encoding);
  return {
    start,
    end: end < 0 ? raw.length + 1 : end + 2,
    // A language may follow the charset (RFC 2231 5).
    charset: charset.replace(/\*.*/, ''),
    encoding,
    coded: raw.slice(textStart, end < 0 ? raw.length : end),
  };
}

/** `?=` ends a word, but `?=3F` in Q is more likely a question mark that was forgotten to be encoded, before an encoded byte. */
function endOfWord(raw: string, start: number, encoding: 'b' | 'q'): number {
  const end = raw.indexOf('?=', start);
  if (end < 0 || encoding === 'b' || !/^[0-9A-F]{2}/.test(raw.slice(end + 2, end + 4))) return end;
  const later = raw.indexOf('?=', end + 2);
  return later > 0 && later - end < 80 && !raw.slice(end + 2, later).includes('=?') ? later : end;
}

/** Whether two words are one text in one charset, so that a character may be split between them. */
function continues(word: Word, next: Word, raw: string): boolean {
  return next.charset.toLowerCase() === word.charset.toLowerCase() && isBlankText(raw.slice(word.end, next.start));
}

function decodeRun(words: readonly Word[], defects: Set<Defect> | undefined): string {
  const pieces: Buffer[] = [];
  let carried = '';
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!; // i < length
    if (word.encoding === 'q') {
      pieces.push(decodeQ(word.coded, defects));
      continue;
    }
    const coded = carried + word.coded.replace(/\s+/g, '');
    // Some programs cut base64 anywhere: what is no whole group goes on in the next word.
    const isCut = coded.length % 4 !== 0 && !coded.endsWith('=') && words[i + 1]?.encoding === 'b';
    carried = isCut ? coded : '';
    if (!isCut) pieces.push(decodeB(coded, defects));
  }
  return decodeCharset(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), words[0]?.charset ?? '', defects).text;
}

function decodeB(coded: string, defects: Set<Defect> | undefined): Buffer {
  if (/[^A-Za-z0-9+/=]/.test(coded)) defects?.add('bad-encoded-word');
  const padding = coded.indexOf('=');
  if (padding < 0 || padding >= coded.length - 2) return Buffer.from(coded, 'base64');
  return decodeBase64Texts(Buffer.from(coded, 'latin1'));
}

function decodeQ(coded: string, defects: Set<Defect> | undefined): Buffer {
  const bytes = Buffer.from(coded, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!; // at < length
    if (byte === 0x5f) {
      bytes[length++] = 0x20;
      continue;
    }
    const pair = byte === 0x3d ? coded.slice(at + 1, at + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(pair)) {
      bytes[length++] = Number.parseInt(pair, 16);
      at += 2;
      continue;
    }
    if (byte === 0x3d) defects?.add('bad-encoded-word');
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

function isBlankText(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}
