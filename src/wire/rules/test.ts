// SPDX-License-Identifier: Apache-2.0
/** Test — what stands after a rule's name: `Subject =~ /…/i [if-unset: x]`, `exists:X-Mailer`, `eval:name(values)`, an expression, arithmetic. */
import type { Sentence } from '../../core/sentence.ts';
import { parseMeta } from './meta.ts';
import { headerParts, type HeaderPart, type HeaderQuery, type Place, type Test, type UriCondition } from './types.ts';

export interface TestFault {
  readonly position: number;
  readonly reason: Sentence;
}

export function isTestFault(test: Test | TestFault): test is TestFault {
  return 'reason' in test;
}

const said = {
  form: { en: 'what is tested cannot be read', ja: '検査の内容を読み取れません' },
  part: { en: 'this part of a header is not known', ja: 'ヘッダのこの部分指定は不明です' },
  eval: { en: 'the call cannot be read', ja: '関数呼び出しを読み取れません' },
} as const satisfies Record<string, Sentence>;

/** `place` is where `text` begins. */
export function readTest(key: string, text: string, place: Place): Test | TestFault {
  const at = (offset: number): Place => ({ ...place, column: place.column + offset });
  switch (key) {
    case 'meta': {
      const node = parseMeta(text);
      return 'reason' in node ? node : { kind: 'meta', expression: node };
    }
    case 'header':
    case 'mimeheader': {
      const exists = /^exists:(\S+)$/.exec(text);
      if (exists) {
        const query = readQuery(exists[1] ?? '');
        return query ? { kind: 'exists', query, isNegated: false } : { position: 7, reason: said.part };
      }
      if (text.startsWith('eval:')) return readCall('header', text);
      return readMatch(key, text, at);
    }
    case 'body':
    case 'rawbody':
    case 'full':
    case 'uri':
      if (text.startsWith('eval:')) return readCall(key, text);
      return { kind: key, expression: { text: text.trim(), place } };
    case 'uri_detail':
      return readUriDetail(text, at);
    default:
      return { position: 0, reason: said.form };
  }
}

const headerForm = /^(\S+)\s*([=!]~)\s*([^]+?)$/;

function readMatch(kind: 'header' | 'mimeheader', text: string, at: (offset: number) => Place): Test | TestFault {
  const match = headerForm.exec(text);
  if (!match) return { position: 0, reason: said.form };
  const [, name = '', operator = '', rest = ''] = match;
  const query = readQuery(name);
  if (!query) return { position: name.indexOf(':') + 1, reason: said.part };
  const unset = /\s+\[if-unset:\s+([^]+)\]\s*$/.exec(rest);
  const expression = unset ? rest.slice(0, unset.index) : rest;
  return {
    kind,
    query,
    isNegated: operator === '!~',
    expression: { text: expression.trimEnd(), place: at(text.length - rest.length) },
    unset: unset?.[1],
  };
}

function readQuery(text: string): HeaderQuery | undefined {
  const [name = '', ...parts] = text.split(':');
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) return undefined;
  const take = new Set<HeaderPart>();
  for (const part of parts) {
    const known = headerParts.find(one => one === part);
    if (known === undefined) return undefined;
    take.add(known);
  }
  return { name, take };
}

function readCall(over: Extract<Test, { kind: 'eval' }>['over'], text: string): Test | TestFault {
  const match = /^eval:(\w+)\s*(?:\(([^]*)\))?;?\s*$/.exec(text);
  if (!match) return { position: 0, reason: said.eval };
  const [, name = '', inside = ''] = match;
  const values = readValues(inside);
  return values ? { kind: 'eval', over, name, values } : { position: text.indexOf('(') + 1, reason: said.eval };
}

const value = /\s*(?:'([^']*)'|"([^"]*)"|([^\s,'"()]+))\s*(,|$)/y;

function readValues(text: string): readonly string[] | undefined {
  const values: string[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    value.lastIndex = at;
    const match = value.exec(text);
    if (!match) return undefined;
    values.push(match[1] ?? match[2] ?? match[3] ?? '');
    at = value.lastIndex;
  }
  return values;
}

const uriForm = /\s*(raw|type|cleaned|text|domain|host)\s*([=!]~)\s*/y;

/** `text =~ /…/ type =~ /^a$/`: conditions one after the other, all of which one address must fulfil. */
function readUriDetail(text: string, at: (offset: number) => Place): Test | TestFault {
  const conditions: UriCondition[] = [];
  let offset = 0;
  while (text.slice(offset).trim() !== '') {
    uriForm.lastIndex = offset;
    const head = uriForm.exec(text);
    const start = uriForm.lastIndex;
    const end = head ? endOfExpression(text, start) : -1;
    if (!head || end < 0) return { position: offset, reason: said.form };
    conditions.push({
      key: head[1] ?? '',
      isNegated: head[2] === '!~',
      expression: { text: text.slice(start, end), place: at(start) },
    });
    offset = end;
  }
  return conditions.length > 0 ? { kind: 'uri-detail', conditions } : { position: 0, reason: said.form };
}

function endOfExpression(text: string, start: number): number {
  const opener = text.startsWith('m', start) ? start + 1 : start;
  const pairs: Readonly<Record<string, string>> = { '{': '}', '(': ')', '<': '>', '[': ']' };
  const closer = pairs[text[opener] ?? ''] ?? text[opener] ?? '';
  for (let i = opener + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === closer) {
      let end = i + 1;
      while (/[a-z]/.test(text[end] ?? '')) end++;
      return end;
    }
  }
  return -1;
}
