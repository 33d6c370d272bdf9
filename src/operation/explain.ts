// SPDX-License-Identifier: Apache-2.0
/** Explain — an attempt's record told as a timeline in words, for whoever asks why: postmaster, receiver or sender. Reads the record and nothing else. */
import { showDomains } from '../core/domain.ts';
import { harmless } from '../core/harmless.ts';
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';
import { authReasonIn } from './auth-reasons.ts';
import { floodIn, floodTitle, tellFlood } from './explain-flood.ts';
import { tellPause } from './explain-pause.ts';
import { reasonIn, unavailableIn } from './explain-reasons.ts';
import { probabilityIn, scoreWords } from './explain-scores.ts';
import { reportReasonIn } from './report-reasons.ts';
import { actionWords, sentences, valueWords } from './explain-words.ts';
import { utc, utcDay, utcTime } from './utc.ts';

/** What each symbol says; of a symbol that no longer exists the record's own words are shown. */
export type SymbolSays = (symbol: string) => Sentence | undefined;

export function explain(record: AttemptRecord, says: SymbolSays, language: Language): string {
  const flood = floodIn(record);
  const told = record.events
    .filter(event => event.kind !== 'flood')
    .map(event => ({ at: event.at, told: explainEvent(event, says, language) }));
  if (flood) told.unshift({ at: flood.firstAt, told: tellFlood(flood, language).map(harmless) });
  const lines = told.flatMap(({ at, told: words }) =>
    words.map((line, i) => (i === 0 ? `${utcTime(at)}  ${line}` : `          ${line}`)),
  );
  const title = flood ? floodTitle : { en: 'Attempt {id}, {day} (UTC)', ja: '接続 {id}、{day}（UTC）' };
  return [fill(title, { id: record.id, day: utcDay(record.startedAt) }, language), '', ...lines, ''].join('\n');
}

/** One event in words: a sentence, and a line for each reason. Whatever strangers wrote, no line steers a terminal or turns the order of reading. */
export function explainEvent(event: RecordEvent, says: SymbolSays, language: Language): readonly string[] {
  return tell(event, says, language).map(harmless);
}

function tell(event: RecordEvent, says: SymbolSays, language: Language): readonly string[] {
  if (event.kind === 'recipient') return tellRecipient(event, says, language);
  if (event.kind === 'verdict')
    return tellVerdict(event, says, language, {
      en: 'For {recipient}: {action}, score {score}.',
      ja: '{recipient} 宛: {action}、スコア {score}。',
    });
  const pause = event.kind === 'pause' ? tellPause(event, language) : undefined;
  const sentence = sentences[event.kind];
  if (event.kind === 'report-refused' && sentence)
    return [fill(sentence, { reason: reportReasonIn(String(event['reason']), language) }, language)];
  const main =
    pause ??
    (sentence ? fill(sentence, detailsOf(event, language), language) : `${event.kind}: ${JSON.stringify(rest(event))}`);
  return [main, ...tellReply(event, language), ...tellFound(event, says, language), ...tellHandling(event, language)];
}

function tellRecipient(event: RecordEvent, says: SymbolSays, language: Language): readonly string[] {
  if (event['verdict'] === undefined)
    return [
      fill({ en: 'Mail to <{address}>.', ja: '宛先（RCPT TO）は <{address}>。' }, detailsOf(event, language), language),
    ];
  const inner: unknown = event['verdict'];
  const verdict = isObject(inner) ? inner : {};
  const isSpared = event['sparing'] === 'spared';
  const spared: Sentence = {
    en: 'Mail to <{recipient}> would have been {action} before its text, and was let through to quarantine by chance, to be judged by a person (quality.letThrough).',
    ja: '<{recipient}> 宛は本文を受け取る前に{action}のはずだったが、人が正誤を判定できるよう無作為に隔離へ通した（quality.letThrough）。',
  };
  const told = { ...verdict, at: event.at, kind: 'verdict', recipient: event['address'] };
  return tellVerdict(
    told,
    says,
    language,
    isSpared
      ? spared
      : {
          en: 'Mail to <{recipient}> was {action} before its text.',
          ja: '<{recipient}> 宛は本文を受け取る前に{action}。',
        },
  );
}

function tellVerdict(event: RecordEvent, says: SymbolSays, language: Language, sentence: Sentence): readonly string[] {
  const action = String(event['action']);
  const word = actionWords[action]?.[language] ?? action;
  const first = fill(sentence, { ...detailsOf(event, language), action: word }, language);
  const because =
    event['because'] === undefined
      ? []
      : [fill({ en: 'Decided by {because}.', ja: '決め手は {because}。' }, detailsOf(event, language), language)];
  const observed = list(event['observed']);
  return [
    first,
    ...probabilityIn(event['probability'], language),
    ...because,
    ...list(event['reasons']).map(reason => tellReason(reason, says, language) + tellScore(reason, event, language)),
    ...(observed.length > 0
      ? [{ en: 'Only observed, weighing nothing:', ja: '観察のみ（点数に入れない）:' }[language]]
      : []),
    ...observed.map(reason => tellReason(reason, says, language)),
    ...tellUnavailable(event, language),
  ];
}

function tellReason(reason: unknown, says: SymbolSays, language: Language): string {
  const [symbol, points, details] = Array.isArray(reason) ? reason : [String(reason)];
  return `${String(points ?? '').padStart(7)}  ${tellSymbol(symbol, details, says, language)}`;
}

function tellScore(reason: unknown, { learned, capped }: RecordEvent, language: Language): string {
  const [symbol]: readonly unknown[] = Array.isArray(reason) ? reason : [reason];
  const of = (all: unknown): readonly unknown[] | undefined =>
    isObject(all) && Array.isArray(all[String(symbol)]) ? list(all[String(symbol)]) : undefined;
  return scoreWords(of(learned), of(capped), language);
}

function tellSymbol(symbol: unknown, details: unknown, says: SymbolSays, language: Language): string {
  const sentence = says(String(symbol));
  const words = sentence
    ? fill(sentence, isObject(details) ? printable(details, language) : {}, language)
    : JSON.stringify(details ?? {});
  return `${String(symbol)}: ${words}`;
}

/** What checks of the connection and the greeting found; it weighs in the verdict. A record of before holds the symbols alone. */
function tellFound(event: RecordEvent, says: SymbolSays, language: Language): readonly string[] {
  const found = list(event['found']).map(one => {
    const [symbol, details] = Array.isArray(one) ? one : [one];
    return `         ${tellSymbol(symbol, details, says, language)}`;
  });
  return [...found, ...tellUnavailable(event, language)];
}

/** What the next server said, in its own words. */
function tellReply(event: RecordEvent, language: Language): readonly string[] {
  if ((event.kind !== 'deferred' && event.kind !== 'failed') || typeof event['reply'] !== 'string') return [];
  const said = { en: '         {remote} said: {reply}', ja: '         {remote} の応答: {reply}' };
  return [fill(said, { remote: '?', ...detailsOf(event, language) }, language)];
}

function tellUnavailable(event: RecordEvent, language: Language): readonly string[] {
  return list(event['unavailable']).map(one =>
    isObject(one)
      ? fill(
          { en: '         {check} could not be made: {reason}', ja: '         {check} は調べられなかった: {reason}' },
          printable(one, language),
          language,
        )
      : '',
  );
}

function tellHandling(event: RecordEvent, language: Language): readonly string[] {
  if (event.kind !== 'accepted') return [];
  const words: Readonly<Record<string, Sentence>> = {
    deliver: { en: '{address}: to the mailbox or next hop', ja: '{address}: メールボックスまたは次のサーバへ' },
    junk: { en: '{address}: to Junk', ja: '{address}: Junk へ' },
    quarantine: { en: '{address}: to quarantine', ja: '{address}: 隔離へ' },
  };
  return list(event['recipients']).flatMap(one => {
    const sentence = isObject(one) ? words[String(one['handling'])] : undefined;
    return isObject(one) && sentence ? [`         ${fill(sentence, printable(one, language), language)}`] : [];
  });
}

function detailsOf(event: RecordEvent, language: Language): Record<string, string | number> {
  return printable(rest(event), language);
}

function rest(event: RecordEvent): Record<string, unknown> {
  const { at: _at, kind: _kind, transaction: _transaction, ...fields } = event;
  return fields;
}

/** Details of a sentence as people read them: times, addresses and the words of the language in place of what the record holds. */
export function printable(
  fields: Readonly<Record<string, unknown>>,
  language: Language,
): Record<string, string | number> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, shown(key, value, language)]));
}

/** Records keep addresses as A-labels; people read U-labels. */
const addressKeys = new Set(['recipient', 'address', 'to', 'domain']);

function shown(key: string, value: unknown, language: Language): string | number {
  if ((key === 'nextAt' || key === 'until') && typeof value === 'number') return utc(value);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return JSON.stringify(value) ?? '';
  const word = valueWords[key]?.[value]?.[language];
  if (word !== undefined) return word;
  if (key === 'says') return reasonIn(value, language);
  if (key === 'reason') return authReasonIn(unavailableIn(value, language), language);
  if (key === 'where' && value.startsWith('mailbox ')) return showDomains(reasonIn(value, language));
  return addressKeys.has(key) ? showDomains(value) : value;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
