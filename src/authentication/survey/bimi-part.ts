// SPDX-License-Identifier: Apache-2.0
/** BIMI part — the mark that a domain publishes, whether its policy lets it be shown, and, where marks are looked at here, whether mark and certificate hold. */
import type { Remark, SurveyPart } from '../../core/domain-survey.ts';
import { isBimiRecord } from '../../wire/bimi/record.ts';
import { findBimi } from '../bimi/find.ts';
import { evaluateDmarc } from '../dmarc.ts';
import { noAnswer, remark, textsAt, type SurveyQuestion } from './question.ts';

/** By the selector `default`; others are for single messages to name. */
export async function surveyBimi(question: SurveyQuestion): Promise<SurveyPart> {
  const { domain, dns, signal } = question;
  // As of a message that passes.
  const passing = await evaluateDmarc({ domain, spf: [domain], dkim: [], dns, ...(signal ? { signal } : {}) });
  const places = [...new Set([domain, passing.organization ?? domain])].map(at => `default._bimi.${at}`);
  const answers = await Promise.all(places.map(async name => ({ name, answer: await textsAt(question, name) })));
  const records = answers
    .flatMap(({ name, answer }) => (answer.kind === 'texts' ? answer.texts.map(text => ({ name, text })) : []))
    .filter(({ text }) => isBimiRecord(text))
    .map(({ name, text }) => ({ name, type: 'TXT' as const, text }));
  const [first] = records;
  const own = records.filter(({ name }) => name === first?.name);
  const part = (...remarks: readonly Remark[]): SurveyPart => ({ method: 'bimi', records: own, remarks, publish: [] });
  const silent = answers.find(({ answer }) => answer.kind === 'unavailable');
  if (silent?.answer.kind === 'unavailable')
    return part(noAnswer('bimi-unavailable', silent.name, silent.answer.reason));
  if (!first) return part(remark('bimi-none', 'fine', ...words.none));
  if (own.length > 1) return part(remark('bimi-several', 'wrong', ...words.several, { count: own.length }));
  const found = await findBimi(passing, 'default', dns, signal);
  switch (found.kind) {
    case 'none':
      return part(remark('bimi-none', 'fine', ...words.none));
    case 'declined':
      return part(remark('bimi-declined', 'fine', ...words.declined));
    case 'unusable':
      return part(remark('bimi-unreadable', 'wrong', ...words.unreadable));
    case 'no-policy':
      return part(remark('bimi-no-policy', 'wrong', ...words.policy));
    case 'unavailable':
      return part(noAnswer('bimi-unavailable', first.name, 'the name service did not answer'));
    case 'found': {
      const bare = found.record.authority === '' ? [remark('bimi-not-vouched', 'doubtful', ...words.bare)] : [];
      return part(await aboutMark(found, question), ...bare);
    }
  }
}

type Asked = Parameters<NonNullable<SurveyQuestion['marks']>['look']>[0];

async function aboutMark(asked: Asked, { marks, signal }: SurveyQuestion): Promise<Remark> {
  if (!marks) return remark('bimi-not-fetched', 'fine', ...words.notFetched);
  const { mark } = await marks.look(asked, signal);
  switch (mark.result) {
    case 'pass':
      return mark.authority
        ? remark('bimi-vouched', 'fine', ...words.vouched)
        : remark('bimi-sound', 'fine', ...words.sound);
    case 'fail':
      return remark('bimi-broken', 'wrong', ...words.broken, { reason: mark.reason });
    case 'temperror':
      return remark('bimi-unknown', 'unknown', ...words.unknown, { reason: mark.reason });
  }
}

type Words = readonly [en: string, ja: string];
const words = {
  none: ['No mark is published; none is needed.', 'マークは公開していない（必須ではない）。'],
  several: [
    'There are {count} records; one is allowed, and none counts.',
    'レコードが {count} 個ある。許されるのは 1 個だけで、どれも効かない。',
  ],
  declined: ['It says that it has no mark.', 'マークを使わないと宣言している。'],
  unreadable: [
    'The record cannot be used; it is “v=BIMI1; l=https://…; a=https://…”.',
    'レコードの書式が正しくない。「v=BIMI1; l=https://…; a=https://…」と書く。',
  ],
  policy: [
    'The mark is shown to nobody: DMARC must ask for quarantine (of all mail) or reject, for sub-domains too, without t=y.',
    'マークは表示されない。DMARC は、サブドメインも含めて quarantine（100 %）か reject を求め、t=y を外す必要がある。',
  ],
  bare: [
    'Nobody vouches for the mark (a=); many receivers show it only with a certificate.',
    'マークを保証する証明書（a=）がない。証明書がなければ表示しない受信側が多い。',
  ],
  notFetched: [
    'The mark itself was not fetched (authentication.bimi.isOn).',
    'マークそのものは取得していない（authentication.bimi.isOn）。',
  ],
  vouched: [
    'The mark holds, and an authority that is believed here vouches for it.',
    'マークは正しく、信頼する認証局が保証している。',
  ],
  sound: ['The mark can be shown.', 'マークは表示できる。'],
  broken: ['The mark cannot be used: {reason}.', 'マークが使えない: {reason}。'],
  unknown: ['The mark could not be fetched now: {reason}.', '今はマークを取得できない: {reason}。'],
} as const satisfies Record<string, Words>;
