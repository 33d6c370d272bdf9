// SPDX-License-Identifier: Apache-2.0
/** DKIM part — the keys that a domain publishes under the selectors that are known, and what is wrong with them (RFC 6376 3.6.1, RFC 8301, RFC 8463). */
import type { Remark, SurveyedRecord, SurveyPart } from '../../core/domain-survey.ts';
import { DkimKeys } from '../dkim-keys.ts';
import { noAnswer, remark, shown, textsAt, type SurveyQuestion } from './question.ts';

const selectorsAtMost = 20;
const recordsAtMost = 3;

export async function surveyDkim(question: SurveyQuestion): Promise<SurveyPart> {
  const { ownKeys } = question;
  const selectors = [...new Set([...question.selectors, ...ownKeys.keys()])].slice(0, selectorsAtMost);
  if (selectors.length === 0)
    return { method: 'dkim', records: [], remarks: [await nothingKnown(question)], publish: [] };
  const keys = await Promise.all(selectors.map(selector => surveyKey(question, selector)));
  const remarks = keys.flatMap(one => one.remarks);
  const kinds = new Set(keys.flatMap(({ kind }) => kind ?? []));
  const only = kinds.size === 1 && kinds.has('ed25519') ? [remark('dkim-only-ed25519', 'doubtful', ...words.only)] : [];
  return {
    method: 'dkim',
    records: keys.flatMap(({ records }) => records),
    remarks: [...remarks, ...only],
    publish: keys.flatMap(({ publish }) => publish),
  };
}

interface SurveyedKey {
  readonly records: readonly SurveyedRecord[];
  readonly remarks: readonly Remark[];
  readonly publish: readonly SurveyedRecord[];
  readonly kind?: 'rsa' | 'ed25519';
}

async function surveyKey(question: SurveyQuestion, selector: string): Promise<SurveyedKey> {
  const { domain, ownKeys } = question;
  const name = `${selector}._domainkey.${domain}`;
  const answer = await textsAt(question, name);
  if (answer.kind === 'unavailable')
    return { records: [], remarks: [noAnswer('dkim-unavailable', name, answer.reason)], publish: [] };
  const records = answer.texts.slice(0, recordsAtMost).map(text => ({ name, type: 'TXT' as const, text }));
  const ours = ownKeys.get(selector);
  const own = ours === undefined ? [] : [{ name, type: 'TXT' as const, text: ours }];
  const [text] = answer.texts;
  if (text === undefined)
    return { records, remarks: [remark('dkim-none', 'wrong', ...words.missing, { name })], publish: own };
  const several =
    answer.texts.length > 1
      ? [remark('dkim-several', 'wrong', ...words.several, { name, count: answer.texts.length })]
      : [];
  const { remarks, kind, mended } = judgeKey(selector, text);
  const isOther = ours !== undefined && kind !== undefined && !sameKey(ours, text);
  const other = isOther ? [remark('dkim-other-key', 'wrong', ...words.other, { selector })] : [];
  const needsOther = remarks.some(({ gravity }) => gravity === 'wrong') || several.length > 0 || isOther;
  const instead = own.length > 0 ? own : mended === undefined ? [] : [{ name, type: 'TXT' as const, text: mended }];
  return {
    records,
    remarks: [...several, ...other, ...remarks],
    publish: needsOther ? instead : [],
    ...(kind ? { kind } : {}),
  };
}

interface KeyJudgement {
  readonly remarks: readonly Remark[];
  readonly kind?: 'rsa' | 'ed25519';
  /** The same key, written as it should be. */
  readonly mended?: string;
}

function judgeKey(selector: string, text: string): KeyJudgement {
  const read = new DkimKeys().read(text);
  if ('wrong' in read) {
    const mended = mendKey(text);
    return {
      remarks: [remark('dkim-damaged', 'wrong', ...words.damaged, { selector, reason: read.wrong })],
      ...(mended === undefined ? {} : { mended }),
    };
  }
  const { record, key } = read.value;
  if (!key) return { remarks: [remark('dkim-revoked', 'doubtful', ...words.revoked, { selector })] };
  const details = { selector, bits: key.bits };
  const found: Remark[] = [];
  if (key.type === 'rsa' && key.bits < 1_024) found.push(remark('dkim-weak', 'wrong', ...words.tooShort, details));
  else if (key.type === 'rsa' && key.bits < 2_048)
    found.push(remark('dkim-short', 'doubtful', ...words.short, details));
  else if (key.bits > 4_096) found.push(remark('dkim-long', 'doubtful', ...words.long, details));
  if (record.hashes && !record.hashes.includes('sha256'))
    found.push(remark('dkim-sha1', 'wrong', ...words.sha1, details));
  if (record.isTest) found.push(remark('dkim-test', 'doubtful', ...words.test, details));
  if (record.granularity !== undefined && record.granularity !== '*')
    found.push(remark('dkim-granularity', 'doubtful', ...words.granularity, details));
  const told: Words = key.type === 'rsa' ? words.rsa : words.ed25519;
  const fine = remark('dkim-fine', 'fine', ...told, details);
  return { remarks: found.length > 0 ? found : [fine], kind: key.type };
}

/** What copying does to a key: quotes and backslashes of zone files, the frame of PEM files, line ends. */
function mendKey(text: string): string | undefined {
  const bare = text
    .replace(/-----[A-Z ]*-----/g, '')
    .replace(/\\[nr]/g, '')
    .replace(/["'\\\s]/g, '');
  const [, p = bare] = /(?:^|;)p=([^;]*)/i.exec(bare) ?? [];
  const octets = p.replace(/[^A-Za-z0-9+/]/g, '');
  for (const type of ['rsa', 'ed25519'])
    for (const end of ['', '=', '==']) {
      const mended = `v=DKIM1; k=${type}; p=${octets}${end}`;
      const read = new DkimKeys().read(mended);
      if (octets.length > 40 && 'value' in read && read.value.key) return mended;
    }
  return undefined;
}

function sameKey(one: string, other: string): boolean {
  const [a, b] = [one, other].map(text => new DkimKeys().read(text));
  return a !== undefined && b !== undefined && 'value' in a && 'value' in b
    ? a.value.record.octets.equals(b.value.record.octets)
    : false;
}

/** Without a selector a key cannot be found; a denial of the name above all of them says that there is none (RFC 8020). */
async function nothingKnown(question: SurveyQuestion): Promise<Remark> {
  const name = `_domainkey.${question.domain}`;
  const answer = await textsAt(question, name);
  return answer.kind === 'texts' && !answer.isName
    ? remark('dkim-none-at-all', 'doubtful', ...words.noneAtAll, { name: shown(name) })
    : remark('dkim-unknown', 'unknown', ...words.unknown);
}

type Words = readonly [en: string, ja: string];
const words = {
  only: [
    'All keys are ed25519, which many receivers do not know yet. Sign with an RSA key as well.',
    '鍵が ed25519 だけで、検証できない受信側がまだ多い。RSA の鍵でも署名する。',
  ],
  missing: [
    '{name} has no key record: signatures with this selector do not verify.',
    '{name} に鍵のレコードがなく、このセレクターの署名は検証できない。',
  ],
  several: [
    '{name} has {count} records; which one is taken is chance. One is right.',
    '{name} にレコードが {count} 個あり、どれが使われるか分からない。1 個にする。',
  ],
  other: [
    'The record of {selector} holds another key than the one this server signs with: the signatures do not verify.',
    '{selector} のレコードが、このサーバが署名に使う鍵と異なり、署名は検証できない。',
  ],
  damaged: [
    'The record of {selector} cannot be used: {reason}. Publish it as the signer gives it, or sign with a new key.',
    '{selector} のレコードは使えない（{reason}）。署名側の示すとおりに公開し直すか、新しい鍵にする。',
  ],
  revoked: [
    '{selector} is revoked (empty p=). That is right if nothing is signed with it any more.',
    '{selector} は失効している（p= が空）。もう署名に使っていないなら、これでよい。',
  ],
  tooShort: [
    '{selector} is an RSA key of {bits} bits: receivers must not accept it (RFC 8301). Make one of 2048.',
    '{selector} は {bits} ビットの RSA 鍵で、受信側は受け入れてはならない（RFC 8301）。2048 ビットで作り直す。',
  ],
  short: [
    '{selector} is an RSA key of {bits} bits; 2048 is the rule today.',
    '{selector} は {bits} ビットの RSA 鍵。今は 2048 ビットが標準。',
  ],
  long: [
    '{selector} has {bits} bits: not all receivers verify keys of more than 4096.',
    '{selector} は {bits} ビットある。4096 を超える鍵は検証しない受信側がある。',
  ],
  sha1: [
    '{selector} allows only hashes that are forbidden (h= without sha256, RFC 8301): no signature with it verifies.',
    '{selector} の h= に sha256 がなく、禁止されたハッシュしか許していない（RFC 8301）。この鍵の署名は検証できない。',
  ],
  test: [
    '{selector} says that it is only a test (t=y): receivers treat its signatures as if there were none. Take it out when the test is over.',
    '{selector} は試験中（t=y）と宣言しており、署名はないものとして扱われる。試験が済んだら外す。',
  ],
  granularity: [
    '{selector} has a g= of the old standard (RFC 4871); take it out.',
    '{selector} に古い規格（RFC 4871）の g= がある。外す。',
  ],
  rsa: ['{selector} is an RSA key of {bits} bits.', '{selector} は {bits} ビットの RSA 鍵。'],
  ed25519: ['{selector} is an ed25519 key.', '{selector} は ed25519 の鍵。'],
  noneAtAll: [
    'There is nothing below {name}: no mail of this domain can carry a valid signature.',
    '{name} の下に何もない。このドメインの有効な DKIM 署名はありえない。',
  ],
  unknown: [
    'No selector is known. It stands as s= in the DKIM-Signature of any message of the domain; name it with --selector.',
    'セレクターが分からない。このドメインのメールの DKIM-Signature の s= にある名前を --selector で指定する。',
  ],
} as const satisfies Record<string, Words>;
