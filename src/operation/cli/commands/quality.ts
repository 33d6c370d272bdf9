// SPDX-License-Identifier: Apache-2.0
/** `sekisho quality` — how much spam is missed and how much wanted mail is marked here, as the receivers say who are asked about a sample of their mail. */
import { writeFile } from 'node:fs/promises';
import { showDomains } from '../../../core/domain.ts';
import { cannotWrite, Mistake } from '../../mistake.ts';
import { qualityReport } from '../../quality/report.ts';
import type { Group } from '../../quality/survey.ts';
import { notesOf, rowOf, titles } from '../../quality/words.ts';
import { utc } from '../../utc.ts';
import { countOption, exit, textOption, within, type Command, type Context, type Options } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

const days = { flags: '--days <count>', says: sentence('of so many days', '何日分か'), initial: '30' };
const mailbox = {
  flags: '--mailbox <address>',
  says: sentence(
    'of this mailbox; needed unless the postmaster may judge',
    'このメールボックス。管理者の判定が許されていなければ必須',
  ),
};
const json = { flags: '--json', says: sentence('as JSON', 'JSON で出力する') };

export const qualityCommands: readonly Command[] = [
  {
    name: 'quality',
    says: sentence('miss rate and false-alarm rate of the running server', '運用中の見逃し率と誤検出率'),
    options: [
      days,
      { flags: '--report <file>', says: sentence('also as an HTML page', 'HTML のページにも書き出す') },
      json,
    ],
    run: (context, _args, options) =>
      within(context, async place => {
        const until = context.now();
        const quality = await place.quality.survey(sinceOf(options, until), until);
        const file = textOption(options, 'report');
        if (file !== undefined) await write(file, qualityReport(quality, context.language));
        if (options['json']) context.json(quality);
        else {
          const words = titles[context.language];
          const show = (title: string, groups: readonly Group[]): string =>
            groups.length === 0 ? '' : `\n${title}\n${groupTable(context, groups)}\n`;
          context.out(`${groupTable(context, [{ ...quality.all, name: words.all }])}\n`);
          context.out(`\n${notesOf(quality, context.language).join('\n')}\n`);
          context.out(show(words.days, quality.days) + show(words.domains, quality.domains.slice(0, shownAtMost)));
          context.out(show(words.symbols, quality.symbols.slice(0, shownAtMost)));
        }
        return (quality.alarms ?? []).length > 0 ? exit.found : exit.ok;
      }),
  },
  {
    name: 'quality audit',
    says: sentence('list what is to be judged: spam or not', '迷惑メールかどうかを尋ねるメッセージの一覧'),
    options: [mailbox, days, { flags: '-n, --limit <count>', says: sentence('how many', '件数'), initial: '20' }, json],
    run: (context, _args, options) =>
      within(context, async place => {
        const whose = await allowed(context, options);
        const since = sinceOf(options, context.now());
        const audits = await place.quality.open(whose, since, countOption(options, 'limit', 20));
        if (options['json']) for (const audit of audits) context.json(audit);
        else if (audits.length === 0)
          context.err(`${context.say(sentence('There is nothing to be judged.', '判定を尋ねるメッセージはない。'))}\n`);
        else {
          const head = {
            en: ['id', 'time (UTC)', 'mailbox', 'from', 'subject'],
            ja: ['ID', '日時 (UTC)', 'メールボックス', '差出人', '件名'],
          }[context.language];
          const again = context.say(sentence(' (please once more)', '（もう一度確認）'));
          const rows = audits.map(({ id, at, recipient, from, subject, isAgain }) => [
            id,
            utc(at),
            cut(showDomains(recipient), 40),
            cut(from, 40),
            cut(subject, 60) + (isAgain ? again : ''),
          ]);
          context.out(`${table([head, ...rows])}\n`);
          context.err(
            `${context.say(sentence('Answer each: sekisho quality answer ID spam|ham', '回答: sekisho quality answer ID spam|ham'))}\n`,
          );
        }
        return exit.ok;
      }),
  },
  {
    name: 'quality answer',
    takes: '<id> <label>',
    says: sentence('say what one of them is: spam or ham', 'そのうちの 1 通について答える: spam または ham'),
    options: [mailbox],
    run: (context, [id = '', label], options) =>
      within(context, async place => {
        const whose = await allowed(context, options);
        if (label !== 'spam' && label !== 'ham')
          throw new Mistake('usage', sentence('{label}: expected spam or ham', '{label}: spam か ham を指定する'), {
            label: label ?? '',
          });
        const state = await place.quality.answer(id, label, whose ?? 'postmaster', whose);
        if (state === undefined || state === 'not-asked')
          throw new Mistake(
            'not-found',
            sentence(
              '{id} is not to be judged, or was before. See: sekisho quality audit',
              '{id} は判定の対象ではないか、回答済み。一覧: sekisho quality audit',
            ),
            { id },
          );
        const words =
          state === 'again'
            ? sentence(
                'Noted. It will be asked once more, since the server thought otherwise.',
                '記録した。サーバの判定と異なるため、後でもう一度尋ねる。',
              )
            : sentence('Noted, and learned. Thank you.', '記録し、学習した。');
        context.out(`${context.say(words)}\n`);
        return exit.ok;
      }),
  },
];

const dayMs = 86_400_000;
const shownAtMost = 20;

function groupTable(context: Context, groups: readonly Group[]): string {
  const rows = groups.map(group => rowOf(group, cut(showDomains(group.name), 40), context.language));
  return table([titles[context.language].head, ...rows]);
}

/** Whose mail may be judged: nobody's without consent, all of it only where the postmaster may. */
async function allowed(context: Context, options: Options): Promise<string | undefined> {
  const consent = await consentOf(context);
  const whose = textOption(options, 'mailbox')?.toLowerCase();
  if (consent === 'off')
    throw new Mistake(
      'usage',
      sentence(
        'Nobody is asked here: set quality.audits to "receivers" when they have consented, or to "postmaster"',
        'この設定では誰にも尋ねない。受信者の同意を得たうえで quality.audits を "receivers"（または "postmaster"）にする',
      ),
    );
  if (consent === 'receivers' && whose === undefined)
    throw new Mistake(
      'usage',
      sentence(
        '--mailbox is needed: by quality.audits only receivers judge their mail',
        '--mailbox が必要（quality.audits により、自分のメールだけを判定できる）',
      ),
    );
  return whose;
}

async function consentOf(context: Context): Promise<string> {
  const { value } = await context.readConfig();
  const quality = typeof value === 'object' && value !== null && 'quality' in value ? value.quality : undefined;
  const audits = typeof quality === 'object' && quality !== null && 'audits' in quality ? quality.audits : undefined;
  return typeof audits === 'string' ? audits : 'off';
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw cannotWrite(file, error);
  });
}

/** However many days are asked for: nothing is recorded of before 1970. */
function sinceOf(options: Options, until: number): number {
  return Math.max(0, until - countOption(options, 'days', 30) * dayMs);
}
