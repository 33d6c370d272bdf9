// SPDX-License-Identifier: Apache-2.0
/**
 * Authentication-Results — writes and reads the field in which one server tells another what it verified (RFC 8601).
 * Reading is lenient, since what we must recognise are forgeries too; it is linear in the length and never throws.
 */
import type { AuthResult } from './result.ts';

export interface AuthenticationResults {
  /** In lower case, without final dot. */
  readonly authservId: string;
  readonly results: readonly AuthResult[];
}

/** The whole field with its final CRLF, a line for each method. A value that cannot be written in ASCII on one line is left out. */
export function formatAuthenticationResults(authservId: string, results: readonly AuthResult[]): string {
  const lines = results.length === 0 ? [' none'] : results.map(formatResult);
  return `Authentication-Results: ${formatValue(authservId) ?? 'unknown'};${lines.map(line => `\r\n\t${line.trim()}`).join(';')}\r\n`;
}

/** Who says it: the authserv-id of a field's value, in lower case, whatever the rest is; empty if there is none. */
export function authservIdOf(value: string): string {
  for (const token of tokensOf(value)) return token.kind === 'word' ? normaliseId(token.text) : '';
  return '';
}

/** Undefined if no authserv-id can be found. Results that break the grammar are passed over. */
export function parseAuthenticationResults(value: string): AuthenticationResults | undefined {
  const authservId = authservIdOf(value);
  if (authservId === '') return undefined;
  const [, ...statements] = splitStatements(value);
  return { authservId, results: statements.flatMap(tokens => readResult(tokens) ?? []) };
}

/** Longer ones would not fit a line with their name (RFC 5322 2.1.1). */
const valueLengthAtMost = 900;
const lineLength = 78;

function formatResult({ method, result, reason, properties }: AuthResult): string {
  const words = [`${keyword(method)}=${keyword(result)}`];
  const said = reason === undefined ? undefined : quote(reason.replace(/[^\x20-\x7e]+/g, '?').slice(0, 200));
  if (said !== undefined) words.push(`reason=${said}`);
  for (const [type, property, value] of properties) {
    const written = formatValue(value);
    if (written !== undefined) words.push(`${keyword(type)}.${keyword(property)}=${written}`);
  }
  let text = '';
  let length = 0;
  for (const word of words) {
    const folds = text !== '' && length + word.length > lineLength;
    text += `${text === '' ? '' : folds ? '\r\n\t ' : ' '}${word}`;
    length = folds ? word.length : length + word.length + 1;
  }
  return text;
}

/** A token, an address or a domain as it is; all else quoted (RFC 8601 2.2). */
function formatValue(value: string): string | undefined {
  if (value.length > valueLengthAtMost || !/^[\x20-\x7e]*$/.test(value)) return undefined;
  return /^[A-Za-z0-9!#$%&'*+.^_`{|}~/-]*@?[A-Za-z0-9!#$%&'*+.^_`{|}~-]+$/.test(value) ? value : quote(value);
}

/** Ours are keywords as they stand; no other text could end the line with this. */
function keyword(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 64) || '-';
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function normaliseId(text: string): string {
  return text.toLowerCase().replace(/\.$/, '');
}

interface Token {
  readonly kind: 'word' | '=' | ';';
  readonly text: string;
}

/** Words, quoted or not, and separators; comments and white space are gone. What is left open ends with the value. */
function* tokensOf(value: string): Generator<Token, void, undefined> {
  let at = 0;
  let isAfterEquals = false;
  while (at < value.length) {
    // True: at is within the value.
    const sign = value[at]!;
    if (sign === '(') at = endOfComment(value, at);
    else if (sign === ';' || (sign === '=' && !isAfterEquals)) {
      yield { kind: sign, text: sign };
      isAfterEquals = sign === '=';
      at++;
    } else if (/[\s)]/.test(sign)) at++;
    else {
      const { text, end } = readWord(value, at, isAfterEquals);
      yield { kind: 'word', text };
      isAfterEquals = false;
      at = end;
    }
  }
}

function readWord(
  value: string,
  from: number,
  mayHoldEquals: boolean,
): { readonly text: string; readonly end: number } {
  let text = '';
  let at = from;
  for (; at < value.length; at++) {
    const sign = value[at]!;
    if (sign === '"') {
      const end = endOfQuoted(value, at);
      text += value.slice(at + 1, end).replace(/\\([^])/g, '$1');
      at = end;
    } else if (/[\s;()]/.test(sign) || (sign === '=' && !mayHoldEquals)) break;
    else text += sign;
  }
  return { text, end: at };
}

/** Where the closing quote is. */
function endOfQuoted(value: string, from: number): number {
  let at = from + 1;
  while (at < value.length && value[at] !== '"') at += value[at] === '\\' ? 2 : 1;
  return at;
}

/** The position after a comment, which may hold others. */
function endOfComment(value: string, from: number): number {
  let depth = 0;
  for (let at = from; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === '(') depth++;
    else if (value[at] === ')' && --depth === 0) return at + 1;
  }
  return value.length;
}

function splitStatements(value: string): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  for (const token of tokensOf(value)) {
    if (token.kind === ';') statements.push([]);
    // True: there is always a last statement.
    else statements.at(-1)!.push(token);
  }
  return statements;
}

function readResult(tokens: readonly Token[]): AuthResult | undefined {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 2 < tokens.length;) {
    const [name, equals, value] = tokens.slice(at, at + 3);
    if (name?.kind !== 'word' || equals?.kind !== '=' || value?.kind !== 'word') {
      at++;
      continue;
    }
    pairs.push([name.text.toLowerCase(), value.text]);
    at += 3;
  }
  const [first, ...rest] = pairs;
  if (!first) return undefined;
  const reason = rest.find(([name]) => name === 'reason')?.[1];
  return {
    method: first[0].replace(/\/\d+$/, ''),
    result: first[1].toLowerCase(),
    ...(reason === undefined ? {} : { reason }),
    properties: rest.flatMap(([name, value]) => {
      const dot = name.indexOf('.');
      return dot > 0 ? [[name.slice(0, dot), name.slice(dot + 1), value] as const] : [];
    }),
  };
}
