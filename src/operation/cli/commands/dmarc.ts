// SPDX-License-Identifier: Apache-2.0
/** `sekisho dmarc report|ingest` — what other servers report of mail in our names, and taking such reports in. */
import { showDomains, toALabels, toULabels } from '../../../core/domain.ts';
import { Fault } from '../../../core/faults.ts';
import { summarise, type DomainSummary } from '../../dmarc-summary.ts';
import { reportReasonIn } from '../../report-reasons.ts';
import type { Workplace } from '../../ports.ts';
import { utcDay } from '../../utc.ts';
import { countOption, exit, within, type Command, type Context } from '../command.ts';
import { filesIn } from '../given-files.ts';
import { cut, sentence, table } from '../words.ts';
import { showRefused, showReports } from './dmarc-reports.ts';

export const dmarcCommands: readonly Command[] = [
  {
    name: 'dmarc report',
    takes: '[domain]',
    says: sentence(
      'what others report of mail in our names: how much, how much of it proven, from where',
      '自ドメインを名乗るメールについて他サーバーから届いた報告のまとめ（通数、証明された割合、送信元）',
    ),
    options: [
      { flags: '--days <count>', says: sentence('of how many days', '対象の日数'), initial: '30' },
      {
        flags: '-n, --limit <count>',
        says: sentence('how many sources and reports of each domain', '送信元と報告の表示件数'),
        initial: '10',
      },
      { flags: '--json', says: sentence('one JSON object a domain', '1 ドメインに 1 つの JSON') },
    ],
    run: (context, [domain], options) =>
      within(context, async place => {
        const days = Math.min(countOption(options, 'days', 30), 400);
        const since = utcDay(context.now() - days * 86_400_000);
        const name = domain === undefined ? undefined : toALabels(domain.toLowerCase()) || domain;
        const reports = await place.reports.since(since, name);
        const summaries = summarise(reports);
        const refused = domain === undefined ? await place.reports.refused(since) : [];
        const limit = countOption(options, 'limit', 10);
        if (options['json']) for (const summary of summaries) context.json(summary);
        else
          for (const summary of summaries) {
            show(context, summary, limit);
            showReports(
              context,
              reports.filter(one => one.domain === summary.domain),
              limit,
            );
          }
        if (options['json']) for (const one of refused) context.json({ refused: one });
        else showRefused(context, refused, limit);
        if (summaries.length > 0 || refused.length > 0) return exit.ok;
        context.err(
          `${context.say(sentence('No reports of the last {days} days.', '直近 {days} 日間の報告はない。'), { days })}\n`,
        );
        return exit.found;
      }),
  },
  {
    name: 'dmarc ingest',
    takes: '<files...>',
    says: sentence(
      'take in reports: messages, XML, JSON, gzip, zip, or folders of them; - for standard input',
      '報告を取り込む: メッセージ、XML、JSON、gzip、zip、それらのフォルダ。標準入力は -',
    ),
    options: [{ flags: '--json', says: sentence('one JSON object a report', '1 報告に 1 つの JSON') }],
    run: (context, files, options) =>
      within(context, async place => {
        let code: number = exit.ok;
        for await (const { name, bytes } of filesIn(files, context)) {
          if (!(await takeIn(context, place, name, bytes, options['json'] === true))) code = exit.badInput;
        }
        return code;
      }),
  },
];

async function takeIn(
  context: Context,
  place: Workplace,
  name: string,
  bytes: Buffer,
  isJson: boolean,
): Promise<boolean> {
  try {
    for (const { report, isNew } of await place.reports.ingest(bytes)) {
      if (isJson) {
        context.json({ file: name, isNew, ...report });
        continue;
      }
      const words = isNew
        ? sentence('{name}: {reporter} on {domain}, {day}', '{name}: {domain} についての {reporter} の報告（{day}）')
        : sentence(
            '{name}: {reporter} on {domain}, {day}, was known already',
            '{name}: {domain} についての {reporter} の報告（{day}）は取り込み済み',
          );
      const { reporter, domain, day } = report;
      const details = { name: cut(name, 100), reporter: cut(reporter, 60), domain: cut(toULabels(domain), 60), day };
      context.out(`${context.say(words, details)}\n`);
    }
    return true;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'bad-input') throw error;
    context.err(
      `${context.say(sentence('{name} is not taken in: {reason}', '{name} は取り込めない: {reason}'), { name: cut(name, 100), reason: cut(reportReasonIn(error.detail, context.language), 200) })}\n`,
    );
    return false;
  }
}

const barWidth = 24;

function show(context: Context, summary: DomainSummary, limit: number): void {
  const { domain, reports, reporters, total, proven, quarantined, rejected, days, sources, tls } = summary;
  const line = (en: string, ja: string, details: Readonly<Record<string, string | number>>) =>
    context.out(`${context.say(sentence(en, ja), details)}\n`);
  context.out(`${cut(showDomains(domain), 80)}\n`);
  line(
    '  {total} messages in {reports} reports of {reporters}; {proven} proven ({percent}), {quarantined} set aside, {rejected} refused',
    '  {reporters} の報告 {reports} 件、メール {total} 通。証明済み {proven} 通（{percent}）、隔離 {quarantined} 通、拒否 {rejected} 通',
    {
      total,
      reports,
      reporters: cut(reporters.join(', '), 80),
      proven,
      percent: percentOf(proven, total),
      quarantined,
      rejected,
    },
  );
  const isJapanese = context.language === 'ja';
  const most = Math.max(1, ...days.map(one => one.total));
  if (days.length > 0)
    context.out(
      `${table([
        isJapanese ? ['  日付 (UTC)', '通数', '証明済み', ''] : ['  day (UTC)', 'messages', 'proven', ''],
        ...days.map(one => [`  ${one.day}`, String(one.total), percentOf(one.proven, one.total), barOf(one, most)]),
      ])}\n`,
    );
  if (sources.length > 0)
    context.out(
      `${table([
        isJapanese
          ? ['  送信元', '通数', 'DKIM', 'SPF', '証明済み']
          : ['  source', 'messages', 'DKIM', 'SPF', 'proven'],
        ...sources
          .slice(0, limit)
          .map(one => [
            `  ${one.ip || (isJapanese ? '（その他）' : '(others)')}`,
            String(one.total),
            percentOf(one.dkim, one.total),
            percentOf(one.spf, one.total),
            percentOf(one.proven, one.total),
          ]),
      ])}\n`,
    );
  if (tls.successes + tls.failures > 0)
    line(
      '  TLS: {successes} connections, {failures} failed{kinds}',
      '  TLS: 成功 {successes} 件、失敗 {failures} 件{kinds}',
      { successes: tls.successes, failures: tls.failures, kinds: kindsOf(tls.kinds) },
    );
  if (summary.failureReports > 0)
    line('  {count} reports of single failures', '  個別の失敗の報告 {count} 件', { count: summary.failureReports });
}

function kindsOf(kinds: Readonly<Record<string, number>>): string {
  const list = Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`);
  return list.length > 0 ? ` (${cut(list.join(', '), 100)})` : '';
}

/** Full where mail is proven, hatched where it is not. */
function barOf({ total, proven }: { readonly total: number; readonly proven: number }, most: number): string {
  const length = Math.max(1, Math.round((total / most) * barWidth));
  const full = total === 0 ? 0 : Math.round((proven / total) * length);
  return '█'.repeat(full) + '░'.repeat(length - full);
}

function percentOf(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.floor((part / whole) * 100)} %`;
}
