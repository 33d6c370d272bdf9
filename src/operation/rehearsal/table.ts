// SPDX-License-Identifier: Apache-2.0
/** Table — policies side by side for the terminal: a row for each figure, a column for each policy. */
import type { Language, Sentence } from '../../core/sentence.ts';
import { table } from '../cli/words.ts';
import type { ClassFigures, PolicyFigures, StoppedAt } from './figures.ts';
import type { Range } from './sweep.ts';

const words = {
  figure: { en: '', ja: '' },
  stopped: { en: 'spam stopped before DATA', ja: 'DATA 前に止めた迷惑メール' },
  refused5xx: { en: '  refused for good (5xx)', ja: '  恒久拒否 (5xx)' },
  refused4xx: { en: '  put off, never back (4xx)', ja: '  一時拒否のまま (4xx)' },
  hungUp: { en: '  hung up', ja: '  先方が切断' },
  lost: { en: 'wanted mail lost', ja: '失った通常メール' },
  atMost: { en: '  95 % sure: at most', ja: '  95% 信頼上限' },
  delays: { en: 'delay p50 / p95', ja: '遅延 p50 / p95' },
  worst: { en: '      p99 / max', ja: '     p99 / 最大' },
  first: { en: 'first contacts p50 / p95', ja: '初対面の遅延 p50 / p95' },
  late: { en: 'log-in codes after 5 min', ja: '5 分を超えた認証コード' },
  dns: { en: 'DNS queries per 1,000', ja: '1,000 通あたり DNS 問い合わせ' },
  held: { en: 'held per 1,000', ja: '1,000 通あたり接続時間' },
  cpu: { en: 'CPU seconds per 1,000', ja: '1,000 通あたり CPU 秒' },
  state: { en: 'state per 1,000', ja: '1,000 通あたり記憶量' },
  spam: { en: 'spam', ja: '迷惑' },
  ham: { en: 'ham', ja: '通常' },
  heading: { en: '{messages} messages: {ham} ham, {spam} spam', ja: '{messages} 通: 通常 {ham}、迷惑 {spam}' },
  classes: {
    en: 'By class: spam stopped, wanted mail lost and its p95',
    ja: 'クラス別: 迷惑は止めた割合、通常は失った割合と p95',
  },
  stages: { en: 'Where spam was stopped', ja: '迷惑メールを止めた段階' },
} as const satisfies Record<string, Sentence>;

const stageNames: Readonly<Record<StoppedAt['stage'], Sentence>> = {
  greeting: { en: 'greeting', ja: '接続' },
  hello: { en: 'EHLO', ja: 'EHLO' },
  sender: { en: 'MAIL', ja: 'MAIL' },
  recipient: { en: 'RCPT', ja: 'RCPT' },
  data: { en: 'DATA', ja: 'DATA' },
  message: { en: 'message', ja: '本文' },
  accepted: { en: 'accepted', ja: '受信' },
};

export function tableOf(policies: readonly PolicyFigures[], language: Language): string {
  const say = (name: keyof typeof words): string => words[name][language];
  const row = (name: keyof typeof words, cell: (one: PolicyFigures) => string) => [say(name), ...policies.map(cell)];
  const time = (value: number | null): string => seconds(value, language);
  const hungUp = (one: PolicyFigures) =>
    one.stopped === null ? null : one.stoppedBy.reduce((sum, at) => sum + (at.reply === 'hang-up' ? at.percent : 0), 0);
  const main = [
    row('figure', one => one.policy),
    row('stopped', one => percent(one.stopped)),
    row('refused5xx', one => percent(one.refused5xx)),
    row('refused4xx', one => percent(one.refused4xx)),
    row('hungUp', one => percent(hungUp(one))),
    row('lost', one => percent(one.lost)),
    row('atMost', one => percent(one.lost95?.[1] ?? null)),
    row('delays', one => `${time(one.delayP50Seconds)} / ${time(one.delayP95Seconds)}`),
    row('worst', one => `${time(one.delayP99Seconds)} / ${time(one.delayMaxSeconds)}`),
    row('first', one => `${time(one.firstContacts.delayP50Seconds)} / ${time(one.firstContacts.delayP95Seconds)}`),
    row('late', one => percent(one.late)),
    row('dns', one => Math.round(one.dnsQueriesPer1000).toLocaleString('en')),
    row('held', one => time(one.heldSecondsPer1000)),
    row('cpu', one => one.cpuSecondsPer1000.toFixed(2)),
    row('state', one => size(one.stateBytesPer1000)),
  ];
  const [first] = policies;
  const classes = (first?.byClass ?? []).map(({ name, truth, messages }, i) => [
    `${say(truth)}  ${name} (${messages})`,
    ...policies.map(one => classCell(one.byClass[i], language)),
  ]);
  const heading = words.heading[language]
    .replace('{messages}', String((first?.ham ?? 0) + (first?.spam ?? 0)))
    .replace('{ham}', String(first?.ham ?? 0))
    .replace('{spam}', String(first?.spam ?? 0));
  const stages = policies.map(one => [
    one.policy,
    one.stoppedBy
      .map(at => `${stageNames[at.stage][language]} ${replyName(at.reply, language)} ${percent(at.percent)}`)
      .join(', '),
  ]);
  return [
    heading,
    '',
    table(main),
    '',
    say('classes'),
    table([['', ...policies.map(one => one.policy)], ...classes]),
    '',
    say('stages'),
    table(stages),
    '',
  ].join('\n');
}

/** How far each figure moves when one assumption at a time is changed. */
export function sweepTable(ranges: readonly Range[], language: Language): string {
  const heads = {
    en: ['', 'stopped', 'lost', 'p95', 'late', 'moved most by'],
    ja: ['', '阻止', '喪失', 'p95', '遅い認証コード', '最も効いた仮定'],
  };
  const between = (ends: Range['stopped'], show: (value: number | null) => string): string =>
    ends === null ? '–' : ends[0] === ends[1] ? show(ends[0]) : `${show(ends[0])} – ${show(ends[1])}`;
  return `${table([
    heads[language],
    ...ranges.map(one => [
      one.policy,
      between(one.stopped, percent),
      between(one.lost, percent),
      between(one.delayP95Seconds, value => seconds(value, language)),
      between(one.late, percent),
      one.mostBy ?? '–',
    ]),
  ])}\n`;
}

function classCell(one: ClassFigures | undefined, language: Language): string {
  if (!one || one.messages === 0) return '–';
  return one.truth === 'spam' ? percent(one.stopped) : `${percent(one.lost)} ${seconds(one.delayP95Seconds, language)}`;
}

function replyName(reply: StoppedAt['reply'], language: Language): string {
  return reply === 'hang-up' ? { en: 'hung up', ja: '切断' }[language] : reply;
}

function percent(value: number | null): string {
  if (value === null) return '–';
  return `${value.toFixed(value === 0 ? 0 : value < 1 ? 2 : 1)} %`;
}

/** In the unit that people would choose. */
function seconds(value: number | null, language: Language): string {
  if (value === null) return '–';
  const [s, min, h] = { en: [' s', ' min', ' h'], ja: ['秒', '分', '時間'] }[language];
  if (value < 120) return `${value.toFixed(value < 10 && value > 0 ? 1 : 0)}${s}`;
  return value < 7_200 ? `${Math.round(value / 60)}${min}` : `${(value / 3_600).toFixed(1)}${h}`;
}

function size(bytes: number): string {
  return bytes < 10_000 ? `${Math.round(bytes)} B` : `${Math.round(bytes / 1_000).toLocaleString('en')} kB`;
}
