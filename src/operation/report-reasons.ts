// SPDX-License-Identifier: Apache-2.0
/** Report reasons — why something was not taken in as a report, in Japanese: records and faults hold the English words. */
import type { Language } from '../core/sentence.ts';

const rows: readonly (readonly [english: RegExp, japanese: string])[] = [
  [/^nothing proves who sent it \(.*\)$/, '送信元を証明するものがない（この報告自体の DMARC が pass でない）'],
  [/^it holds no report$/, '報告が含まれていない'],
  [/^it is no DMARC report$/, 'DMARC の報告ではない'],
  [/^it is no TLS report$/, 'TLS の報告ではない'],
  [/^it does not say which time it is about$/, '対象の期間が書かれていない'],
  [/^it has no id$/, '報告の ID がない'],
  [/^it is no JSON$/, 'JSON として読めない'],
  [/^it is too large$/, '大きすぎる'],
  [/^it unpacks to more than (\d+) bytes$/, '展開すると $1 バイトを超える'],
  [/^it cannot be unpacked$/, '展開できない'],
  [/^it cannot be read$/, '読めない'],
  [/^it took too long to read$/, '読み取りに時間がかかりすぎた'],
  [/^XML: it declares a document type$/, 'XML に DOCTYPE がある（実体の定義は受け付けない）'],
  [/^XML: the entity (\w+) is unknown$/, 'XML の実体 $1 は未知'],
  [/^XML: .*$/, 'XML の書式が正しくない'],
  [/^(?:the zip|the directory of the zip|a file of the zip) .*$/, 'zip が壊れているか、対応していない形式'],
  [/^it is about (\S+), which asks for none here$/, '$1 についての報告だが、$1 はここへの報告を求めていない'],
  [/^(\S+) has sent more than (\d+) reports today$/, '$1 からの報告が今日は $2 件を超えた'],
  [/^too many reports wait to be read$/, '読み取り待ちの報告が多すぎる'],
];

/** What is not known stays as it is. */
export function reportReasonIn(reason: string, language: Language): string {
  if (language === 'en') return reason;
  const [pattern, japanese] = rows.find(([english]) => english.test(reason)) ?? [];
  return pattern && japanese !== undefined ? reason.replace(pattern, japanese) : reason;
}
