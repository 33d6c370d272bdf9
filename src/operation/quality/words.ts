// SPDX-License-Identifier: Apache-2.0
/** Quality words — the live quality as rows of a table, for the terminal and for the page, in one language. */
import type { Language } from '../../core/sentence.ts';
import { utc } from '../utc.ts';
import type { Rate } from './estimate.ts';
import type { Group, Quality } from './survey.ts';

export const titles = {
  en: {
    head: ['', 'messages', 'marked', 'asked', 'answered', 'miss rate', 'false-alarm rate', 'found'],
    all: 'all',
    days: 'By day (UTC)',
    domains: 'By domain of the receiver',
    symbols: 'By what weighed in the verdict',
    page: 'Live quality',
    chart: 'Miss rate by day, with 95 % intervals',
  },
  ja: {
    head: ['', '通数', '迷惑判定', '依頼', '回答', '見逃し率', '誤検出率', '見つかった誤り'],
    all: '全体',
    days: '日別（UTC）',
    domains: '宛先のドメイン別',
    symbols: '判定に効いた項目別',
    page: '運用中の判定品質',
    chart: '日別の見逃し率（95 % 信頼区間）',
  },
} as const;

export function rowOf(group: Group, name: string, language: Language): readonly string[] {
  const { messages, marked, asked, answered, miss, falseAlarm, found } = group;
  const errors = {
    en: `${found.missed} + ${found.falseAlarms}`,
    ja: `見逃し ${found.missed}、誤検出 ${found.falseAlarms}`,
  };
  return [name, messages, marked, asked, answered, shownRate(miss), shownRate(falseAlarm), errors[language]].map(
    String,
  );
}

/** What is true beside the sample. */
export function notesOf(
  { refused, spared, reported, alarms, isCut, all }: Quality,
  language: Language,
): readonly string[] {
  const notes = {
    en: [
      `Refused before its text: ${refused.beforeData} recipients: not observable, nobody here ever saw that mail.`,
      ...(spared.messages > 0
        ? [
            `Of ${refused.couldBeSpared + spared.messages} recipients refused for what spoke against their sender, ${spared.messages} were let through to quarantine by chance: ${spared.answered} judged, ${spared.wanted} wanted; of all of them ${shownRate(spared.share)} were wanted.`,
          ]
        : []),
      `Refused for its text: ${refused.afterData} messages: not observable either.`,
      `Reported without being asked: at least ${reported.missed} missed, at least ${reported.falseAlarms} false alarms.`,
      alarms === undefined
        ? 'Whether misses became more frequent is not known: too few are known.'
        : alarms.length === 0
          ? 'Misses have not become twice as frequent.'
          : `ALARM (misses-doubled): misses have become about twice as frequent; sure since ${utc(alarms[0] ?? 0)}. Look what was reported of late: sekisho learn log`,
      ...(all.miss
        ? []
        : ['No rates yet: nobody has judged messages of both sides. See: sekisho quality audit --help']),
      ...(isCut ? ['Older records of this span were left out: choose a shorter one with --days.'] : []),
    ],
    ja: [
      `本文の受信前に拒否: ${refused.beforeData} 宛先。誰も見ていないため、正誤は観測できない。`,
      ...(spared.messages > 0
        ? [
            `送信者の理由で拒否の対象となった ${refused.couldBeSpared + spared.messages} 宛先のうち、無作為に ${spared.messages} 宛先を隔離に通した。回答 ${spared.answered}、うち必要なメール ${spared.wanted}。全体では ${shownRate(spared.share)} が必要なメールと推定される。`,
          ]
        : []),
      `本文を見て拒否: ${refused.afterData} 通。これも観測できない。`,
      `自発的な訂正: 見逃しは少なくとも ${reported.missed} 通、誤検出は少なくとも ${reported.falseAlarms} 通。`,
      alarms === undefined
        ? '見逃しが増えたかどうかは、わかっている件数が少なく判断できない。'
        : alarms.length === 0
          ? '見逃しが倍に増えた兆候はない。'
          : `警報 (misses-doubled): 見逃しがおよそ倍に増えている（${utc(alarms[0] ?? 0)} に確実となった）。最近の訂正を確認する: sekisho learn log`,
      ...(all.miss ? [] : ['率はまだ出せない。両方の判定について回答が要る。sekisho quality audit --help を参照。']),
      ...(isCut ? ['この期間の古い記録は除いた。--days で短くできる。'] : []),
    ],
  };
  return notes[language];
}

/** `1.2 % (0.8–1.9)`. */
function shownRate(rate: Rate | undefined): string {
  return rate ? `${digits(rate.value)} % (${digits(rate.low)}–${digits(rate.high)})` : '–';
}

function digits(percent: number): string {
  return percent.toFixed(percent < 1 ? 2 : 1);
}
