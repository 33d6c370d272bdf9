// SPDX-License-Identifier: Apache-2.0
/** Explain flood — the counted record of a network and minute in words. It was written in slices, by several processes perhaps; told is their sum. */
import { showDomains } from '../core/domain.ts';
import { fill, type Language, type Sentence } from '../core/sentence.ts';
import type { AttemptRecord } from '../store/records/contract.ts';
import { utcTime } from './utc.ts';

/** A counted record summed up. */
export interface FloodSum {
  readonly network: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** How many said nothing that could be answered with a refusal. */
  readonly silent: number;
  /** Most frequent first. */
  readonly replies: Counts;
  readonly symbols: Counts;
  readonly clients: readonly string[];
  readonly hellos: readonly string[];
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
}

type Counts = readonly (readonly [name: string, count: number])[];

/** Undefined of any other record. */
export function floodIn({ events }: Pick<AttemptRecord, 'events'>): FloodSum | undefined {
  const slices = events.filter(event => event.kind === 'flood');
  const [first] = slices;
  if (!first) return undefined;
  const all = (key: string) => slices.map(slice => slice[key]);
  const samples = (key: string) => [
    ...new Set(
      all(key)
        .flatMap(value => (Array.isArray(value) ? value : []))
        .map(String),
    ),
  ];
  return {
    network: String(first['network']),
    count: sum(all('count')),
    firstAt: Math.min(...slices.map(slice => slice.at)),
    lastAt: Math.max(...all('lastAt').map(Number)),
    silent: sum(all('silent')),
    replies: joined(all('replies')),
    symbols: joined(all('symbols')),
    clients: samples('clients'),
    hellos: samples('hellos'),
    senders: samples('senders'),
    recipients: samples('recipients'),
  };
}

export const floodTitle: Sentence = { en: 'Counted record {id}, {day} (UTC)', ja: '集計記録 {id}、{day}（UTC）' };

/** A sentence, and a line for each thing that is known of it. */
export function tellFlood(flood: FloodSum, language: Language): readonly string[] {
  const { network, count, silent } = flood;
  const until = utcTime(flood.lastAt);
  const senders = flood.senders.map(sender => `<${showDomains(sender)}>`);
  const lines: readonly (readonly [Sentence, readonly string[]])[] = [
    [{ en: 'Last answers: {list}', ja: '最後の応答: {list}' }, countsIn(flood.replies, language)],
    [
      { en: 'Said nothing to be answered: {list}', ja: '応答の要ることを言わなかったもの: {list}' },
      silent > 0 ? [times(silent, language)] : [],
    ],
    [{ en: 'Refused for: {list}', ja: '断った理由: {list}' }, countsIn(flood.symbols, language)],
    [{ en: 'Clients, for example: {list}', ja: '接続元の例: {list}' }, flood.clients],
    [{ en: 'Names they gave, for example: {list}', ja: '名乗りの例: {list}' }, flood.hellos],
    [{ en: 'Senders, for example: {list}', ja: '差出人の例: {list}' }, senders],
    [{ en: 'Recipients, for example: {list}', ja: '宛先の例: {list}' }, flood.recipients.map(showDomains)],
  ];
  return [
    fill(sentences.counted, { network, count, until }, language),
    ...lines.flatMap(([sentence, list]) =>
      list.length > 0
        ? [`         ${fill(sentence, { list: list.join(language === 'ja' ? '、' : ', ') }, language)}`]
        : [],
    ),
  ];
}

/** Where an id leads that a sender was told in a refusal and that has no record of its own. */
export function tellFolded(id: string, record: Pick<AttemptRecord, 'id'>, language: Language): string {
  return fill(sentences.folded, { id, record: record.id }, language);
}

/** How many, for a column. */
export function countedAttempts({ count }: FloodSum, language: Language): string {
  return fill({ en: '{count} attempts', ja: '接続 {count} 件' }, { count }, language);
}

const sentences = {
  counted: {
    en: '{count} attempts from {network}, until {until}, came to nothing. The network had had more than 100 such in this minute, so they are counted here and have no records of their own.',
    ja: '{network} からの接続 {count} 件（{until} まで）は、何も受け取られずに終わった。このネットワークからそうした接続が 1 分間に 100 件を超えたため、個別の記録は残さず、ここにまとめて数えた。',
  },
  folded: {
    en: 'Attempt {id} has no record of its own: it came to nothing in a flood and was counted in {record}.',
    ja: '接続 {id} の個別の記録はない。大量の接続の中で何も受け取られずに終わり、{record} にまとめて数えられた。',
  },
} as const;

function countsIn(counts: Counts, language: Language): readonly string[] {
  return counts.map(([name, count]) => `${name} ${times(count, language)}`);
}

function times(count: number, language: Language): string {
  return fill({ en: '{count}×', ja: '{count} 件' }, { count }, language);
}

function joined(slices: readonly unknown[]): Counts {
  const counts = new Map<string, number>();
  for (const slice of slices)
    for (const [name, count] of Object.entries(slice ?? {})) counts.set(name, (counts.get(name) ?? 0) + Number(count));
  return [...counts].sort(([, a], [, b]) => b - a);
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
}
