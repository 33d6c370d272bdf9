// SPDX-License-Identifier: Apache-2.0
/** DMARC reports — the reports themselves in `sekisho dmarc report`: which came, the newest first, and which were not taken in and why. */
import type { ReceivedReport, RefusedReport } from '../../../core/received-report.ts';
import { reportReasonIn } from '../../report-reasons.ts';
import type { Context } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

export function showReports(context: Context, reports: readonly ReceivedReport[], limit: number): void {
  const isJapanese = context.language === 'ja';
  const newest = [...reports].sort((a, b) => (a.day < b.day ? 1 : -1)).slice(0, limit);
  if (newest.length === 0) return;
  context.out(
    `${table([
      isJapanese ? ['  報告 (UTC)', '種類', '報告者', '件数'] : ['  report (UTC)', 'kind', 'by', 'count'],
      ...newest.map(one => [`  ${one.day}`, kindOf(one, isJapanese), cut(one.reporter, 40), String(countOf(one))]),
    ])}\n`,
  );
  if (reports.length > newest.length)
    context.out(
      `  ${context.say(sentence('and {count} more', 'ほか {count} 件'), { count: reports.length - newest.length })}\n`,
    );
}

export function showRefused(context: Context, refused: readonly RefusedReport[], limit: number): void {
  if (refused.length === 0) return;
  const title = sentence(
    'Not taken in, {count} in all (`sekisho explain ID` tells more):',
    '取り込まなかったもの、全 {count} 件（詳しくは `sekisho explain ID`）:',
  );
  context.out(`${context.say(title, { count: refused.length })}\n`);
  for (const { day, attemptId, from, reason } of refused.slice(-limit).reverse())
    context.out(
      `  ${day}  ${cut(attemptId, 20)}  ${cut(from || '-', 40)}  ${cut(reportReasonIn(reason, context.language), 160)}\n`,
    );
}

function kindOf({ kind }: ReceivedReport, isJapanese: boolean): string {
  switch (kind) {
    case 'dmarc':
      return 'DMARC';
    case 'tls':
      return 'TLS';
    case 'failure':
      return isJapanese ? '個別の失敗' : 'failure';
  }
}

/** Messages, connections, or one failure. */
function countOf(report: ReceivedReport): number {
  switch (report.kind) {
    case 'dmarc':
      return report.sources.reduce((sum, { count }) => sum + count, 0);
    case 'tls':
      return report.successes + report.failures;
    case 'failure':
      return 1;
  }
}
