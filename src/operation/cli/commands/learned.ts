// SPDX-License-Identifier: Apache-2.0
/** `sekisho learn log|accounts|revoke` — what was learned from whom, who contradicts too often, and taking it back. */
import { boundsOfDay, isRevocation, type ListedEntry, type Revoke } from '../../../store/learning/contract.ts';
import { kindWords } from '../../explain-words.ts';
import { Mistake } from '../../mistake.ts';
import type { AccountShown, Revoked } from '../../ports.ts';
import { utc } from '../../utc.ts';
import { countOption, exit, textOption, within, type Command, type Context, type Options } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

const asJson = { flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') };

export const learnedCommands: readonly Command[] = [
  {
    name: 'learn log',
    says: sentence('list what was learned, newest first', '学習した記録の一覧（新しい順）'),
    options: [
      { flags: '--user <address>', says: sentence('only of this account', 'このアカウントだけ') },
      {
        flags: '--day <day>',
        says: sentence('only of this day (UTC), 2026-01-31', 'この日（UTC）だけ。例: 2026-01-31'),
      },
      { flags: '-n, --limit <count>', says: sentence('how many', '件数'), initial: '50' },
      asJson,
    ],
    run: (context, _args, options) =>
      within(context, async place => {
        const user = textOption(options, 'user');
        const day = dayOption(options);
        const query = { ...(user ? { user } : {}), ...(day ? { day } : {}), limit: countOption(options, 'limit', 50) };
        const entries = await place.learning.log(query);
        if (options['json']) for (const entry of entries) context.json(entry);
        else if (entries.length === 0)
          context.err(`${context.say(sentence('Nothing was learned.', '学習の記録はない。'))}\n`);
        else context.out(`${table([logHeader[context.language], ...entries.map(entry => logRow(context, entry))])}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'learn accounts',
    says: sentence(
      'list who taught the filter, and who contradicts it too often',
      '誰が学習させたか、矛盾の多すぎるアカウントはないか',
    ),
    options: [asJson],
    run: (context, _args, options) =>
      within(context, async place => {
        const accounts = await place.learning.accounts();
        if (options['json']) for (const account of accounts) context.json(account);
        else if (accounts.length === 0)
          context.err(`${context.say(sentence('Nobody taught the filter yet.', 'まだ誰も学習させていない。'))}\n`);
        else
          context.out(
            `${table([accountsHeader[context.language], ...accounts.map(account => accountRow(context, account))])}\n`,
          );
        return accounts.some(({ isAlarming }) => isAlarming) ? exit.found : exit.ok;
      }),
  },
  {
    name: 'learn revoke',
    says: sentence(
      'take back what an account, a day, a source or one entry taught; the models are made anew',
      'アカウント、日、種類、または 1 件の学習を取り消す（モデルは作り直される）',
    ),
    options: [
      { flags: '--user <address>', says: sentence('all of this account', 'このアカウントのすべて') },
      {
        flags: '--day <day>',
        says: sentence('all of this day (UTC), 2026-01-31', 'この日（UTC）のすべて。例: 2026-01-31'),
      },
      {
        flags: '--source <source>',
        says: sentence('all of persons, automatic or import', 'person、automatic、import のどれかのすべて'),
      },
      { flags: '--entry <number>', says: sentence('one entry of the log', '記録の 1 件（番号）') },
      { flags: '--by <who>', says: sentence('who takes it back', '誰が取り消すか'), initial: 'operator' },
      { flags: '--json', says: sentence('the difference as JSON', '差を JSON で表示する') },
    ],
    run: (context, _args, options) =>
      within(context, async place => {
        const what = whatOf(options);
        const revoked = await place.learning.revoke(what, textOption(options, 'by') ?? 'operator');
        if (options['json']) context.json(revoked);
        else if (revoked.entries > 0) context.out(`${difference(context, revoked)}\n`);
        if (revoked.entries > 0) return exit.ok;
        context.err(
          `${context.say(sentence('There is nothing to take back: it was never learned, or was taken back before. See: sekisho learn log', '取り消すものはない（学習していないか、取り消し済み）。一覧: sekisho learn log'))}\n`,
        );
        return exit.notFound;
      }),
  },
];

function whatOf(options: Options): Revoke {
  const user = textOption(options, 'user');
  const day = dayOption(options);
  const source = sourceOption(options);
  const entry = textOption(options, 'entry') === undefined ? undefined : countOption(options, 'entry', 1);
  const given: readonly Revoke[] = [
    ...(user === undefined ? [] : [{ user }]),
    ...(day === undefined ? [] : [{ day }]),
    ...(source === undefined ? [] : [{ source }]),
    ...(entry === undefined ? [] : [{ entry }]),
  ];
  const [what] = given;
  if (what && given.length === 1) return what;
  throw new Mistake(
    'usage',
    sentence(
      'give one of --user, --day, --source, --entry',
      '--user、--day、--source、--entry のどれか 1 つを指定する',
    ),
  );
}

function sourceOption(options: Options): 'person' | 'automatic' | 'import' | undefined {
  const text = textOption(options, 'source');
  switch (text) {
    case undefined:
    case 'person':
    case 'automatic':
    case 'import':
      return text;
    default:
      throw new Mistake(
        'usage',
        sentence(
          '--source {text}: expected person, automatic or import',
          '--source {text}: person、automatic、import のどれかを指定する',
        ),
        { text },
      );
  }
}

function dayOption(options: Options): string | undefined {
  const text = textOption(options, 'day');
  if (text === undefined || boundsOfDay(text)) return text;
  throw new Mistake(
    'usage',
    sentence('--day {text}: expected a day such as 2026-01-31', '--day {text}: 2026-01-31 のように日を指定する'),
    { text },
  );
}

function difference(context: Context, { entries, before, after }: Revoked): string {
  const label = {
    en: ['', 'spam', 'ham', 'models (SHA-256)', 'before', 'after'],
    ja: ['', '迷惑', '通常', 'モデル (SHA-256)', '取り消し前', '取り消し後'],
  }[context.language];
  const row = (name = '', learned: Revoked['before']) => [
    name,
    `${learned.spam}`,
    `${learned.ham}`,
    learned.digest.slice(0, 16),
  ];
  const done = context.say(sentence('{entries} entries are taken back.', '{entries} 件の学習を取り消した。'), {
    entries,
  });
  return `${done}\n${table([label.slice(0, 4), row(label[4], before), row(label[5], after)])}`;
}

const logHeader = {
  en: ['entry', 'time (UTC)', 'source', 'account', 'label', 'before', 'message'],
  ja: ['番号', '日時 (UTC)', '種類', 'アカウント', '判定', '学習前', 'メッセージ'],
} as const;

function logRow(context: Context, entry: ListedEntry): readonly string[] {
  const time = utc(entry.at);
  if (isRevocation(entry)) {
    const [[kind, value] = ['', '']] = Object.entries(entry.revoke);
    const says = sentence('took back {entries}: {kind} {value}', '{entries} 件を取り消した: {kind} {value}');
    const text = context.say(says, { entries: entry.entries, kind, value: String(value) });
    return [`${entry.n}`, time, '', cut(entry.by, 40), '', '', cut(text, 70)];
  }
  const { n, source, by, label, kind, logOdds, evidence = [], revokedBy } = entry;
  const why = evidence.length === 0 ? '' : ` (${evidence.join(', ')})`;
  const undone = revokedBy === undefined ? '' : ` ✗${revokedBy}`;
  const before = logOdds === undefined ? '' : logOdds.toFixed(1);
  return [
    `${n}`,
    time,
    source,
    cut(by, 40),
    `${label}${kind ? ` (${context.say(kindWords[kind])})` : ''}${undone}`,
    before,
    cut(entry.messageId.split(' sha256:', 1)[0] + why, 70),
  ];
}

const accountsHeader = {
  en: ['account', 'labels', 'taken back', 'contradictions', 'of', 'too many, how surely', ''],
  ja: ['アカウント', '学習', '取り消し', '矛盾', '判定済み', '多すぎる確からしさ', ''],
} as const;

function accountRow(context: Context, account: AccountShown): readonly string[] {
  const { by, labels, revoked, contradictions, judged, poison, isAlarming } = account;
  const alarm = isAlarming
    ? context.say(sentence('ALARM: sekisho learn revoke --user {by}', '警報: sekisho learn revoke --user {by}'), { by })
    : '';
  const sure = `${(100 * poison).toFixed(1)} %`;
  return [cut(by, 40), `${labels}`, `${revoked}`, `${contradictions}`, `${judged}`, sure, alarm];
}
