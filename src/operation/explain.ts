// SPDX-License-Identifier: Apache-2.0
/** Explain — an attempt's record told as a timeline in words, for whoever asks why: postmaster, receiver or sender. Reads the record and nothing else. */
import { showDomains } from '../core/domain.ts';
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import type { AttemptRecord, RecordEvent } from '../store/records/contract.ts';

/** What each symbol says; of a symbol that no longer exists the record's own words are shown. */
export type SymbolSays = (symbol: string) => Sentence | undefined;

export function explain(record: AttemptRecord, says: SymbolSays, language: Language): string {
  const lines = record.events.flatMap(event => {
    const told = tell(event, says, language);
    return told.map((line, i) => (i === 0 ? `${time(event.at)}  ${line}` : `          ${line}`));
  });
  const title = { en: 'Attempt {id}, {day} (UTC)', ja: '接続 {id}、{day}（UTC）' };
  return [
    fill(title, { id: record.id, day: new Date(record.startedAt).toISOString().slice(0, 10) }, language),
    '',
    ...lines,
    '',
  ].join('\n');
}

/** One event in words: a sentence, and a line for each reason. */
export function explainEvent(event: RecordEvent, says: SymbolSays, language: Language): readonly string[] {
  return tell(event, says, language);
}

const sentences: Readonly<Record<string, Sentence>> = {
  connect: { en: '{client} connected ({listener}).', ja: '{client} が接続した（{listener}）。' },
  'connect-checks': { en: 'Seen at the connection: {found}', ja: '接続時に見つかったもの: {found}' },
  hello: { en: 'It introduced itself as {name} ({verb}).', ja: '{name} と名乗った（{verb}）。' },
  tls: {
    en: 'The connection was encrypted ({protocol}, {cipher}).',
    ja: '通信が暗号化された（{protocol}、{cipher}）。',
  },
  sender: { en: 'Mail from <{address}>.', ja: '差出人（MAIL FROM）は <{address}>。' },
  noticed: {
    en: 'Something no honest program does was seen: {oddity}.',
    ja: '正直なプログラムのしないことがあった: {oddity}。',
  },
  refused: { en: '{command} was answered: {reply} {text}', ja: '{command} への応答: {reply} {text}' },
  'not-accepted': {
    en: 'The message could not be taken just now: {reason}',
    ja: 'メッセージを一時的に受け取れなかった: {reason}',
  },
  message: { en: 'A message of {sizeBytes} bytes arrived.', ja: '{sizeBytes} バイトのメッセージが届いた。' },
  accepted: { en: 'Accepted; its queue id is {queueId}.', ja: '受け取った。キュー ID は {queueId}。' },
  delivered: { en: 'Delivered to {recipient}: {where}, {reply}', ja: '{recipient} に配送した: {where}、{reply}' },
  deferred: {
    en: 'Could not be delivered to {recipient} yet: {says} To be tried again at {nextAt}.',
    ja: '{recipient} にまだ配送できない: {says} {nextAt} に再試行する。',
  },
  failed: { en: 'Could not be delivered to {recipient}: {says}', ja: '{recipient} に配送できなかった: {says}' },
  quarantined: {
    en: 'Kept in quarantine for {recipient} as {quarantineId}.',
    ja: '{recipient} 宛として隔離した（{quarantineId}）。',
  },
  bounced: { en: 'Its sender {to} was told that it failed.', ja: '差出人 {to} に配送の失敗を知らせた。' },
  delayed: { en: 'Its sender {to} was told that it is late.', ja: '差出人 {to} に遅れを知らせた。' },
  notified: { en: 'The receiver {recipient} was told.', ja: '受信者 {recipient} に知らせた。' },
  released: { en: 'Released from quarantine for {recipient}.', ja: '{recipient} 宛の隔離を解除した。' },
  expired: {
    en: 'Removed from quarantine for {recipient}: its time was over.',
    ja: '{recipient} 宛の隔離の保存期間が過ぎて取り除いた。',
  },
  learned: { en: 'Learned as {label}, by {by}.', ja: '{label} として学習した（{by}）。' },
  close: { en: 'The connection ended ({how}).', ja: '接続が終わった（{how}）。' },
};

const actionWords: Readonly<Record<string, Sentence>> = {
  accept: { en: 'accepted', ja: '受信' },
  mark: { en: 'marked as spam, to Junk', ja: '迷惑メールとして印を付け、Junk へ' },
  quarantine: { en: 'to quarantine', ja: '隔離' },
  challenge: { en: 'to quarantine until its sender proves to be a person', ja: '差出人が人だと示すまで隔離' },
  defer: { en: 'asked to come back later', ja: '後で再送を依頼' },
  reject: { en: 'refused', ja: '拒否' },
};

function tell(event: RecordEvent, says: SymbolSays, language: Language): readonly string[] {
  if (event.kind === 'recipient') return tellRecipient(event, says, language);
  if (event.kind === 'verdict')
    return tellVerdict(event, says, language, {
      en: 'For {recipient}: {action}, score {score}.',
      ja: '{recipient} 宛: {action}、スコア {score}。',
    });
  const sentence = sentences[event.kind];
  const main = sentence ? fill(sentence, detailsOf(event), language) : `${event.kind}: ${JSON.stringify(rest(event))}`;
  return [main, ...tellFound(event, language), ...tellHandling(event, language)];
}

function tellRecipient(event: RecordEvent, says: SymbolSays, language: Language): readonly string[] {
  if (event['verdict'] === undefined)
    return [fill({ en: 'Mail to <{address}>.', ja: '宛先（RCPT TO）は <{address}>。' }, detailsOf(event), language)];
  const inner: unknown = event['verdict'];
  const verdict = isObject(inner) ? inner : {};
  return tellVerdict({ ...verdict, at: event.at, kind: 'verdict', recipient: event['address'] }, says, language, {
    en: 'Mail to <{recipient}> was {action} before its text.',
    ja: '<{recipient}> 宛は本文を受け取る前に{action}。',
  });
}

function tellVerdict(event: RecordEvent, says: SymbolSays, language: Language, sentence: Sentence): readonly string[] {
  const action = String(event['action']);
  const word = actionWords[action]?.[language] ?? action;
  const first = fill(sentence, { ...detailsOf(event), action: word }, language);
  const because =
    event['because'] === undefined
      ? []
      : [fill({ en: 'Decided by {because}.', ja: '決め手は {because}。' }, detailsOf(event), language)];
  const observed = list(event['observed']);
  return [
    first,
    ...because,
    ...list(event['reasons']).map(reason => tellReason(reason, says, language)),
    ...(observed.length > 0
      ? [{ en: 'Only observed, weighing nothing:', ja: '観察のみ（点数に入れない）:' }[language]]
      : []),
    ...observed.map(reason => tellReason(reason, says, language)),
    ...tellUnavailable(event, language),
  ];
}

function tellReason(reason: unknown, says: SymbolSays, language: Language): string {
  const [symbol, points, details] = Array.isArray(reason) ? reason : [String(reason)];
  const sentence = says(String(symbol));
  const words = sentence
    ? fill(sentence, isObject(details) ? printable(details) : {}, language)
    : JSON.stringify(details ?? {});
  return `${String(points ?? '').padStart(7)}  ${String(symbol)}: ${words}`;
}

function tellFound(event: RecordEvent, language: Language): readonly string[] {
  const found = event.kind === 'connect-checks' ? [] : list(event['found']).map(symbol => `         ${String(symbol)}`);
  return [...found, ...tellUnavailable(event, language)];
}

function tellUnavailable(event: RecordEvent, language: Language): readonly string[] {
  return list(event['unavailable']).map(one =>
    isObject(one)
      ? fill(
          { en: '         {check} could not be made: {reason}', ja: '         {check} は調べられなかった: {reason}' },
          printable(one),
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
    return isObject(one) && sentence ? [`         ${fill(sentence, printable(one), language)}`] : [];
  });
}

function detailsOf(event: RecordEvent): Record<string, string | number> {
  return printable(rest(event));
}

function rest(event: RecordEvent): Record<string, unknown> {
  const { at: _at, kind: _kind, transaction: _transaction, ...fields } = event;
  return fields;
}

function printable(fields: Readonly<Record<string, unknown>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      key === 'nextAt' && typeof value === 'number'
        ? new Date(value).toISOString().slice(0, 19).replace('T', ' ')
        : typeof value === 'number' || typeof value === 'string'
          ? shown(key, value)
          : (JSON.stringify(value) ?? ''),
    ]),
  );
}

/** Records keep addresses as A-labels; people read U-labels. */
const addressKeys = new Set(['recipient', 'address', 'to', 'domain']);

function shown(key: string, value: string | number): string | number {
  const safe = clean(value);
  return typeof safe === 'string' && addressKeys.has(key) ? showDomains(safe) : safe;
}

/** What strangers wrote must not steer a terminal. */
function clean(value: string | number): string | number {
  return typeof value === 'number' ? value : value.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
