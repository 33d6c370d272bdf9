// SPDX-License-Identifier: Apache-2.0
/**
 * Small — just enough of the rule language to hold our own rules to their cases: header, body, uri, mimeheader and meta, on folded text.
 * Fails on a line of a rule file that it does not know. What a rule file may say besides is the engine's affair.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold } from '../../src/content/fold.ts';
import { allParts } from '../../src/wire/mime/all-parts.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import type { MimeMessage } from '../../src/wire/mime/types.ts';

export interface OwnRule {
  readonly name: string;
  readonly kind: string;
  readonly what: string;
  /** Not there for sub-rules, whose name begins with `__`. */
  readonly score?: number;
  readonly describe?: string;
  readonly describeJa?: string;
}

export const folder = join(import.meta.dirname, '../../rules');
const line =
  /^(?:(header|body|uri|meta|mimeheader)|(score)|(describe)|(lang ja describe)) (\w+) (.+)$|^(?:#.*|charset utf-8|)$/;

export function ownRules(): readonly OwnRule[] {
  const rules = new Map<string, OwnRule>();
  for (const file of readdirSync(folder).filter(name => name.endsWith('.cf'))) {
    for (const text of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const match = line.exec(text);
      assert.ok(match, `${file}: ${text}`);
      const [, kind, score, english, japanese, name, what] = match;
      if (name === undefined || what === undefined) continue;
      const known = rules.get(name);
      if (kind !== undefined) {
        assert.equal(known, undefined, `${name} is there twice`);
        rules.set(name, { name, kind, what: what.replaceAll('\\#', '#') });
        continue;
      }
      assert.ok(known, `${name}: described before it is there`);
      if (score) rules.set(name, { ...known, score: Number(what) });
      if (english) rules.set(name, { ...known, describe: what });
      if (japanese) rules.set(name, { ...known, describeJa: what });
    }
  }
  return [...rules.values()];
}

/** Gives the names of the rules that hit a message, `__` ones included. */
export function ownEngine(rules: readonly OwnRule[]): (bytes: Buffer) => ReadonlySet<string> {
  const tests = rules.map(rule => [rule.name, compiled(rule), rule.kind === 'meta'] as const);
  const plain = tests.filter(([, , isMeta]) => !isMeta);
  const metas = tests.filter(([, , isMeta]) => isMeta);
  return bytes => {
    const view = viewOf(parseMessage(bytes));
    const hits = new Set<string>();
    for (const [name, test] of plain) if (test(view, hits)) hits.add(name);
    // A meta may name metas that stand after it: until nothing more hits.
    for (let before = -1; before !== hits.size;) {
      before = hits.size;
      for (const [name, test] of metas) if (test(view, hits)) hits.add(name);
    }
    return hits;
  };
}

interface View {
  readonly message: MimeMessage;
  readonly body: readonly string[];
  readonly uris: readonly string[];
}

type Test = (view: View, hits: ReadonlySet<string>) => boolean;

function compiled({ name, kind, what }: OwnRule): Test {
  if (kind === 'meta') return meta(name, what);
  const [, field = '', slashed = ''] = /^(?:([\w:-]+) =~ )?(\/.*)$/.exec(what) ?? [];
  const [, pattern, flags] = /^\/(.+)\/(i?)$/.exec(slashed) ?? [];
  assert.ok(pattern !== undefined && flags !== undefined, `${name}: no expression: ${what}`);
  const expression = new RegExp(pattern, `${flags}u`);
  switch (kind) {
    case 'body':
      return ({ body }) => body.some(one => expression.test(one));
    case 'uri':
      return ({ uris }) => uris.some(one => expression.test(one));
    case 'mimeheader':
      return ({ message }) =>
        [...allParts(message)].some(part =>
          part.headers.all(field.toLowerCase()).some(one => expression.test(one.raw)),
        );
    default:
      return ({ message }) => headerTexts(message, field).some(one => expression.test(one));
  }
}

function meta(name: string, what: string): Test {
  assert.match(what, /^[\w\s()&|!]+$/, name);
  assert.doesNotMatch(what, /!\s*\(/, name);
  const names = what.match(/\w+/g) ?? [];
  const evaluate = (words: string[], hits: ReadonlySet<string>): boolean => {
    let value = conjunction(words, hits);
    while (words[0] === '||') {
      words.shift();
      value = conjunction(words, hits) || value;
    }
    return value;
  };
  const conjunction = (words: string[], hits: ReadonlySet<string>): boolean => {
    let value = term(words, hits);
    while (words[0] === '&&') {
      words.shift();
      value = term(words, hits) && value;
    }
    return value;
  };
  const term = (words: string[], hits: ReadonlySet<string>): boolean => {
    const word = words.shift();
    // Only of tests, which are all known by then: not of another meta.
    if (word === '!') return !hits.has(words.shift() ?? '');
    if (word !== '(') return hits.has(word ?? '');
    const value = evaluate(words, hits);
    assert.equal(words.shift(), ')', name);
    return value;
  };
  assert.ok(names.length > 1, `${name}: names but one rule`);
  return (_, hits) => evaluate(what.match(/\w+|&&|\|\||[()!]/g) ?? [], hits);
}

function headerTexts(message: MimeMessage, field: string): readonly string[] {
  const [key = '', modifier] = field.toLowerCase().split(':');
  const texts = message.headers.all(key).map(({ text }) => fold(text));
  return modifier === 'addr' ? texts.map(text => /<([^<>]*)>/.exec(text)?.[1] ?? text) : texts;
}

const longestText = 100_000;

function viewOf(message: MimeMessage): View {
  const body = [fold(message.headers.first('subject')?.text ?? '')];
  const uris: string[] = [];
  for (const part of allParts(message)) {
    if (part.type !== 'text') continue;
    const page = part.subtype === 'html' ? part.page(longestText) : undefined;
    const text = page?.text ?? part.text(longestText);
    if (page) uris.push(...page.links.map(({ href }) => href), ...page.images.map(({ src }) => src));
    uris.push(...(text.match(/\bhttps?:\/\/[^\s<>"']{1,500}/gi) ?? []));
    body.push(...text.split(/\r?\n\s*\n/).map(paragraph => fold(paragraph.replace(/\s+/g, ' ').trim())));
  }
  return { message, body, uris };
}
