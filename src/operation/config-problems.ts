// SPDX-License-Identifier: Apache-2.0
/** Config problems — where a configuration is wrong, what stands there and what is allowed, in sentences. */
import type { z } from 'zod';
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import { schemaAt, wordsOf } from './config-schema.ts';

export interface ProblemParts {
  /** What stands in the file. */
  readonly written: unknown;
  /** The JSON Schema of the configuration. */
  readonly schema: unknown;
  readonly language: Language;
  /** Where all keys are listed. */
  readonly keysAt?: string | undefined;
}

const noSuchKey: Sentence = {
  en: '{key}: there is no such key{where}; see {list}',
  ja: '{key}: そのような項目は{where}ない。一覧: {list}',
};
const where: Sentence = { en: ' in [{table}]', ja: '[{table}] に' };
const notAllowed: Sentence = {
  en: '{key}: {value} is not allowed here; {allowed}',
  ja: '{key}: {value} は使えない。{allowed}',
};
const missing: Sentence = { en: '{key}: a value is missing; {allowed}', ja: '{key}: 値がない。{allowed}' };
const theFile: Sentence = { en: 'the file', ja: 'ファイル' };
const expected: Sentence = { en: 'expected {what}', ja: '{what} を指定する' };
const or: Sentence = { en: ' or ', ja: ' か ' };

export function describeProblem(issue: z.core.$ZodIssue, parts: ProblemParts): readonly string[] {
  const { written, schema, language, keysAt: list = 'sekisho config schema' } = parts;
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const table = path.join('.');
    return issue.keys.map(key =>
      fill(
        noSuchKey,
        { key: [...path, key].join('.'), list, where: table === '' ? '' : fill(where, { table }, language) },
        language,
      ),
    );
  }
  const value = valueAt(written, path);
  // A number that is out of bounds may stand beside a word: `auto`.
  const besides =
    issue.code === 'invalid_union' || issue.code === 'invalid_value' ? [] : wordsOf(schemaAt(schema, path));
  const what = [...new Set([...alternatives(issue, language), ...besides])].join(or[language]);
  const key = path.join('.') || theFile[language];
  const details = { key, value: show(value), allowed: fill(expected, { what }, language) };
  return [fill(value === undefined ? missing : notAllowed, details, language)];
}

/** What may stand there, each a noun. */
function alternatives(issue: z.core.$ZodIssue, language: Language): readonly string[] {
  if (issue.code !== 'invalid_union') return [allowed(issue, language)];
  return issue.errors.flatMap(inner => {
    const all = inner.flatMap(one => alternatives(one, language));
    return all.length > 0 ? [all.join({ en: ' and ', ja: '、かつ ' }[language])] : [];
  });
}

/** Types as TOML calls them. */
const types: ReadonlyMap<string, Sentence> = new Map([
  ['record', { en: 'a table', ja: 'テーブル' }],
  ['object', { en: 'a table', ja: 'テーブル' }],
  ['array', { en: 'a list', ja: 'リスト' }],
  ['int', { en: 'a whole number', ja: '整数' }],
  ['number', { en: 'a number', ja: '数' }],
  ['string', { en: 'a text', ja: '文字列' }],
  ['boolean', { en: 'true or false', ja: 'true か false' }],
]);

function allowed(issue: Exclude<z.core.$ZodIssue, { code: 'invalid_union' }>, language: Language): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'invalid_type':
      return types.get(issue.expected)?.[language] ?? issue.expected;
    case 'too_small':
      return fill({ en: 'at least {n}', ja: '{n} 以上' }, { n: String(issue.minimum) }, language);
    case 'too_big':
      return fill({ en: 'at most {n}', ja: '{n} 以下' }, { n: String(issue.maximum) }, language);
    case 'invalid_key':
      return issue.issues.flatMap(one => alternatives(one, language)).join();
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_element':
    case 'custom': {
      const message = issue.message.replace(/^expected /, '');
      return language === 'en' ? message : (japanese.get(message) ?? message);
    }
  }
}

/** The words of declarations, in Japanese; a test finds each of them here. */
const japanese: ReadonlyMap<string, string> = new Map([
  ['a span such as 90s, 5m or 36h', '90s、5m、36h のような時間'],
  ['a size such as 512B, 64KiB or 25MB', '512B、64KiB、25MB のような大きさ'],
  ['a network such as 192.0.2.0/24', '192.0.2.0/24 のようなネットワーク'],
  ['an address such as https://mail.example.org/proof', 'https://mail.example.org/proof のような URL'],
  ['a top-level domain such as jp', 'jp のようなトップレベルドメイン'],
  ['an address such as https://rdap.example/', 'https://rdap.example/ のような URL'],
  ['an address such as reports@example.org', 'reports@example.org のようなアドレス'],
  ['an address or a network such as 192.0.2.0/24', 'アドレスか、192.0.2.0/24 のようなネットワーク'],
  ['a domain name', 'ドメイン名'],
  [
    'address:port such as 127.0.0.1:2525, [::1]:2525 or *:25',
    '127.0.0.1:2525、[::1]:2525、*:25 のような アドレス:ポート',
  ],
  ['a score, or a probability such as "99 %"', 'スコアか、"99 %" のような確率'],
  ['a name in small letters', '英小文字の名前'],
  ['two capitals such as JP', 'JP のような大文字 2 字'],
  ['the name of a symbol, in capitals', '大文字のシンボル名'],
  ['at most 1MiB: what is longer is not judged whole', '1MiB 以下（それより長いと全体を判定できない）'],
  ['a word or phrase', '単語か語句'],
  [
    'four octets such as 127.0.0.2, 127.0.0.4-11, 127.0.*.3 or 127.0.0.&8',
    '127.0.0.2、127.0.0.4-11、127.0.*.3、127.0.0.&8 のような 4 つの数',
  ],
  ['a short name of letters, digits and hyphens', '英数字とハイフンの短い名前'],
  ['points from 0 on for a list of kind block', 'kind が block のリストには 0 以上の点数'],
  ['points up to 0 for a list of kind allow', 'kind が allow のリストには 0 以下の点数'],
  ['a span of an hour or more', '1 時間以上の時間'],
  ['the number of a network such as AS64500', 'AS64500 のような AS 番号'],
  ['a name of its own for each list', 'リストごとに異なる名前'],
  ['a word of small letters', '英小文字の単語'],
  ['a name in which * stands for anything and # for digits', '* を任意の文字列、# を数字とする名前'],
  ['an extension in lower case without a dot, such as exe', 'exe のような、点のない小文字の拡張子'],
  ['a name such as host.example.org or .example.org', 'host.example.org か .example.org のような名前'],
  [
    'an address such as alice@example.org, or a domain such as example.org or .example.org',
    'alice@example.org のようなアドレスか、example.org、.example.org のようなドメイン',
  ],
  [
    'an address, a network such as 192.0.2.0/24, or a host name such as mail.example.org or .example.org',
    'アドレスか、192.0.2.0/24 のようなネットワークか、mail.example.org、.example.org のようなホスト名',
  ],
  ['Invalid IPv4 address', 'IPv4 アドレス'],
  ['Invalid IPv6 address', 'IPv6 アドレス'],
]);

function valueAt(written: unknown, path: readonly string[]): unknown {
  let at: unknown = written;
  for (const key of path) at = typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(key) : undefined;
  return at;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
