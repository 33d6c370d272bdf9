// SPDX-License-Identifier: Apache-2.0
/** `sekisho rules score|composite|journal|undo` — scores and symbols of the operator's own, changed while the server runs; each change is shown on labelled mail first. */
import type { ScoreEdit } from '../../../core/score-edits.ts';
import { Mistake } from '../../mistake.ts';
import type { Workplace } from '../../ports.ts';
import type { JournalShown, ScoreEffect } from '../../scores/ports.ts';
import { utc } from '../../utc.ts';
import { exit, textOption, within, type Command, type Context, type Option, type Options } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

const asJson: Option = { flags: '--json', says: sentence('as JSON', 'JSON で出力する') };
const changing: readonly Option[] = [
  { flags: '--preview', says: sentence('only show what it would do', '効果を示すだけで、変更しない') },
  { flags: '--by <name>', says: sentence('whose change it is', '変更した人'), initial: 'operator' },
  asJson,
];

export const scoreCommands: readonly Command[] = [
  {
    name: 'rules score',
    takes: '<symbol> <score>',
    says: sentence(
      'set the score of a symbol; `default` gives it back to the configuration',
      '記号のスコアを決める。default なら設定の値に戻す',
    ),
    options: changing,
    run: (context, [symbol = '', score = ''], options) =>
      within(context, async place =>
        change({ kind: 'score', symbol, score: score === 'default' ? null : scoreOf(score) }, place, context, options),
      ),
  },
  {
    name: 'rules composite add',
    takes: '<symbol> <expression> <score>',
    says: sentence(
      'add a symbol that is found where an expression over others holds: "SPF_FAIL && !DKIM_PASS", "(A + B + C) >= 2"',
      'ほかの記号の式が成り立つときの記号を加える。例: "SPF_FAIL && !DKIM_PASS"、"(A + B + C) >= 2"',
    ),
    options: [
      { flags: '--en <text>', says: sentence('what it says, in English', '説明文（英語）') },
      { flags: '--ja <text>', says: sentence('what it says, in Japanese', '説明文（日本語）') },
      ...changing,
    ],
    run: (context, [symbol = '', expression = '', score = ''], options) =>
      within(context, async place => {
        const says = { en: textOption(options, 'en') ?? '', ja: textOption(options, 'ja') ?? '' };
        return change({ kind: 'composite', symbol, expression, score: scoreOf(score), says }, place, context, options);
      }),
  },
  {
    name: 'rules composite list',
    says: sentence('list the composites', '組み合わせの一覧'),
    options: [asJson],
    run: (context, _, options) =>
      within(context, async place => {
        const composites = await place.scores.composites();
        if (options['json']) context.json(composites, 2);
        else
          for (const { symbol, expression, score, says } of composites)
            context.out(`${String(score).padStart(7)}  ${symbol} = ${expression}: ${cut(context.say(says), 200)}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'rules composite remove',
    takes: '<symbol>',
    says: sentence('remove a composite', '組み合わせを削除する'),
    options: changing,
    run: (context, [symbol = ''], options) =>
      within(context, place => change({ kind: 'no-composite', symbol }, place, context, options)),
  },
  {
    name: 'rules journal',
    says: sentence('show who changed which score when', '誰がいつどのスコアを変えたかを示す'),
    options: [asJson],
    run: (context, _, options) =>
      within(context, async place => {
        const entries = await place.scores.journal();
        if (options['json']) context.json(entries, 2);
        else if (entries.length > 0)
          context.out(
            `${table([journalHead[context.language], ...entries.map(entry => journalRow(entry, context))])}\n`,
          );
        return exit.ok;
      }),
  },
  {
    name: 'rules undo',
    takes: '<number>',
    says: sentence('undo a change of the journal', '記録にある変更を取り消す'),
    options: changing,
    run: (context, [number = ''], options) =>
      within(context, async place => {
        if (!/^[1-9]\d{0,8}$/.test(number))
          throw new Mistake(
            'usage',
            { en: '{number} is no number of a change', ja: '{number} は変更の番号ではない' },
            { number },
          );
        return change({ kind: 'undo', number: Number(number) }, place, context, options);
      }),
  },
];

function scoreOf(text: string): number {
  const score = /^[-+]?\d{1,4}(\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(score) <= 1_000) return score + 0;
  throw new Mistake(
    'usage',
    { en: '{text}: expected a score from -1000 to 1000', ja: '{text}: -1000 から 1000 までのスコアを指定する' },
    { text },
  );
}

async function change(
  edit: ScoreEdit,
  place: Pick<Workplace, 'scores'>,
  context: Context,
  options: Options,
): Promise<number> {
  const effect = await place.scores.preview(edit);
  const entry = options['preview']
    ? undefined
    : await place.scores.apply(edit, textOption(options, 'by') ?? 'operator');
  if (options['json']) context.json({ effect, ...(entry ? { entry } : {}) }, 2);
  else {
    context.out(`${effectIn(effect, context)}\n`);
    if (entry)
      context.out(
        `${context.say(sentence('Change {number}: {what}', '変更 {number}: {what}'), { number: entry.number, what: cut(editIn(edit, context), 200) })}\n`,
      );
  }
  return exit.ok;
}

function effectIn({ spam, ham, changedSpam, changedHam, before, after }: ScoreEffect, context: Context): string {
  if (spam + ham === 0)
    return context.say(
      sentence('Nothing is labelled yet: what it does is not known.', '正解がまだないので、効果は分からない。'),
    );
  return context.say(
    sentence(
      'Of labelled mail it changes the score of {changedSpam} of {spam} spam and {changedHam} of {ham} wanted. Missed: {missed}, then {missedThen}. Wanted and marked: {wrong}, then {wrongThen}.',
      '正解の付いたメールでは、迷惑メール {spam} 通中 {changedSpam} 通、通常のメール {ham} 通中 {changedHam} 通のスコアが変わる。見逃しは {missed} 通から {missedThen} 通、誤判定は {wrong} 通から {wrongThen} 通になる。',
    ),
    {
      spam,
      ham,
      changedSpam,
      changedHam,
      missed: before.missed,
      missedThen: after.missed,
      wrong: before.falsePositives,
      wrongThen: after.falsePositives,
    },
  );
}

const journalHead = {
  en: ['number', 'when (UTC)', 'by', 'change'],
  ja: ['番号', '日時（UTC）', '変更した人', '変更'],
} as const;

function journalRow({ number, at, by, edit, isUndone }: JournalShown, context: Context): readonly string[] {
  const undone = isUndone ? ` ${context.say(sentence('(undone)', '（取り消し済み）'))}` : '';
  return [String(number), utc(at), cut(by, 60), cut(editIn(edit, context), 200) + undone];
}

function editIn(edit: ScoreEdit, context: Context): string {
  switch (edit.kind) {
    case 'score':
      return `${edit.symbol} = ${edit.score ?? context.say(sentence('as configured', '設定のとおり'))}`;
    case 'composite':
      return `${edit.symbol} = ${edit.expression} (${edit.score})`;
    case 'no-composite':
      return context.say(sentence('{symbol} removed', '{symbol} を削除'), { symbol: edit.symbol });
    case 'undo':
      return context.say(sentence('{number} undone', '{number} を取り消し'), { number: edit.number });
  }
}
