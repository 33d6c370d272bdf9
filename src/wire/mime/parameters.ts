// SPDX-License-Identifier: Apache-2.0
/**
 * Parameters — `value; name=value; name*0*=…` of Content-Type and Content-Disposition (RFC 2045 5.1, RFC 2231).
 * Reads what programs write: unquoted spaces, missing quotes, encoded words in values, comments. The first of equal names that is not empty counts.
 */
import { decodeCharset } from './charset.ts';
import type { Defect } from './types.ts';
import { decodeRawText, decodeWords } from './words.ts';

export interface Parameterised {
  /** In lower case, comments and white space taken out. */
  readonly value: string;
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface Segment {
  readonly index: number;
  readonly isExtended: boolean;
  readonly text: string;
}

const parameterLimit = 100;
/** How far a missing semicolon is looked for. */
const bareLimit = 500;

export function parseParameters(raw: string, defects?: Set<Defect>): Parameterised {
  const semicolon = endOfHead(raw);
  const value = cleanToken(raw.slice(0, semicolon));
  if (semicolon >= raw.length) return { value, parameters: new Map() };
  const plain = new Map<string, string>();
  const segmented = new Map<string, Segment[]>();
  let at = semicolon;
  for (let count = 0; at < raw.length && count < parameterLimit; count++) {
    const read = readParameter(raw, at + 1);
    at = read.end;
    if (read.name === '') continue;
    const parts = /^([^*]+)\*(?:(\d{1,3})(\*)?)?$/.exec(read.name);
    if (!parts) {
      if (!plain.get(read.name)) plain.set(read.name, read.value);
      continue;
    }
    const name = parts[1] ?? '';
    const segment = {
      index: Number(parts[2] ?? 0),
      isExtended: parts[2] === undefined || parts[3] === '*',
      text: read.value,
    };
    const same = segmented.get(name);
    if (same) same.push(segment);
    else segmented.set(name, [segment]);
  }
  const parameters = new Map<string, string>();
  for (const [name, text] of plain) parameters.set(name, decodeWords(text, defects));
  // What RFC 2231 says stands above the plain form that is there for old programs.
  for (const [name, segments] of segmented) parameters.set(name, joinSegments(segments, defects));
  return { value, parameters };
}

function readParameter(raw: string, start: number): { name: string; value: string; end: number } {
  let at = skipBlank(raw, start);
  const nameStart = at;
  while (at < raw.length && raw[at] !== '=' && raw[at] !== ';') at++;
  const name = cleanToken(raw.slice(nameStart, at));
  if (raw[at] !== '=') return { name: '', value: '', end: at };
  at = skipBlank(raw, at + 1);
  if (raw[at] === '"') return { name, ...readQuoted(raw, at) };
  const end = endOfBare(raw, at);
  return { name, value: trimBlank(withoutComment(raw.slice(at, end))), end };
}

function readQuoted(raw: string, start: number): { value: string; end: number } {
  let value = '';
  let at = start + 1;
  let run = at;
  while (at < raw.length && raw[at] !== '"') {
    if (raw[at] === '\\' && isEscape(raw, at)) {
      value += raw.slice(run, at);
      run = at + 1;
      at++;
    }
    at++;
  }
  value += raw.slice(run, at);
  return { value, end: endOfBare(raw, at + 1) };
}

/** In raw Shift_JIS a backslash may be the second half of a character. */
function isEscape(raw: string, at: number): boolean {
  return raw[at + 1] === '"' || raw[at + 1] === '\\' || raw.charCodeAt(at - 1) < 0x80;
}

/** Where the parameters begin; the semicolon before them may be missing, as in `multipart/mixed boundary=a`. */
function endOfHead(raw: string): number {
  const semicolon = raw.indexOf(';');
  const end = semicolon < 0 ? raw.length : semicolon;
  return raw.lastIndexOf('=', end) < 0 ? end : endOfBare(raw, 0);
}

/** An unquoted value may hold spaces, as in `name=my file.txt`; a semicolon, or a name and `=` after white space, ends it. */
function endOfBare(raw: string, start: number): number {
  const semicolon = raw.indexOf(';', start);
  const end = semicolon < 0 ? raw.length : semicolon;
  const next = raw.slice(start, Math.min(end, start + bareLimit)).search(/[ \t][\w*-]+=/);
  return next < 0 ? end : start + next;
}

function joinSegments(segments: Segment[], defects: Set<Defect> | undefined): string {
  segments.sort((a, b) => a.index - b.index);
  let charset = '';
  const pieces: Buffer[] = [];
  let expected = segments[0]?.index ?? 0;
  for (const segment of segments) {
    // A gap ends the value; of two with the same number the first counts.
    if (segment.index < expected) continue;
    if (segment.index > expected) break;
    expected++;
    let text = segment.text;
    if (segment.isExtended && pieces.length === 0) {
      const declared = /^([^']*)'[^']*'/.exec(text);
      if (declared) {
        charset = declared[1] ?? '';
        text = text.slice(declared[0].length);
      }
    }
    pieces.push(segment.isExtended ? percentDecode(text) : Buffer.from(text, 'latin1'));
  }
  const bytes = Buffer.concat(pieces);
  if (charset === '') {
    const text = bytes.toString('latin1', 0, bytes.length);
    return text.includes('=?') ? decodeWords(text, defects) : decodeRawText(text);
  }
  return decodeCharset(bytes, charset, defects).text;
}

function percentDecode(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const pair = bytes[at] === 0x25 ? text.slice(at + 1, at + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(pair)) {
      bytes[length++] = Number.parseInt(pair, 16);
      at += 2;
    } else bytes[length++] = bytes[at]!; // at < length
  }
  return bytes.subarray(0, length);
}

function skipBlank(raw: string, start: number): number {
  let at = start;
  while (raw[at] === ' ' || raw[at] === '\t') at++;
  return at;
}

function cleanToken(text: string): string {
  const bare = text.includes('(') ? withoutComment(text) : text;
  return bare.replace(/[ \t\r\n"]+/g, '').toLowerCase();
}

/** Comments at the end of a value or beside a token; they may nest. */
function withoutComment(text: string): string {
  if (!text.includes('(')) return text;
  let out = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '(') depth++;
    else if (sign === ')' && depth > 0) depth--;
    else if (depth === 0) out += sign;
  }
  return depth > 0 ? text : out;
}

/** Not `trim()`: in bytes read as latin1, 0xA0 is half a character. */
function trimBlank(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '');
}
