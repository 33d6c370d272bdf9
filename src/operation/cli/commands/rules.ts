// SPDX-License-Identifier: Apache-2.0
/** `sekisho rules lint DIR` — what of a folder of rules can be run, how fast it is known to be, and every fault with its place. */
import type { Sentence } from '../../../core/sentence.ts';
import type { RuleLint } from '../../rule-lint.ts';
import { exit, type Command } from '../command.ts';
import { sentence, table } from '../words.ts';

const faultsShown = 100;

export const ruleCommands: readonly Command[] = [
  {
    name: 'rules lint',
    takes: '<folder>',
    says: sentence(
      "look through a folder of rules in SpamAssassin's language: what can be run, and what is wrong",
      'SpamAssassin の書式の規則フォルダを調べ、使える規則と誤りを表示する',
    ),
    options: [{ flags: '--json', says: sentence('as JSON', 'JSON で出力する') }],
    async run(context, [folder = ''], options) {
      const lint = await context.lintRules(folder);
      if (options['json']) {
        const unsupported = lint.unsupported.map(fault => ({ ...fault, reason: context.say(fault.reason) }));
        context.json({ ...lint, unsupported }, 2);
      } else {
        context.out(`${table(rowsOf(lint, words => context.say(words)))}\n`);
        for (const { file, line, column, rule, reason } of lint.unsupported.slice(0, faultsShown))
          context.out(`${file}:${line}:${column}: ${rule === '' ? '' : `${rule}: `}${context.say(reason)}\n`);
        const more = lint.unsupported.length - faultsShown;
        if (more > 0) context.out(`${context.say(andMore, { more })}\n`);
      }
      return lint.unsupported.length > 0 ? exit.found : exit.ok;
    },
  },
];

const andMore = sentence('and {more} more: see --json', 'ほか {more} 件。--json で全件を表示する');

function rowsOf(lint: RuleLint, say: (words: Sentence) => string): readonly (readonly string[])[] {
  const settings = Object.values(lint.settingsWithoutMeaning).reduce((sum, count) => sum + count, 0);
  const rows: readonly (readonly [Sentence, number])[] = [
    [sentence('rules', '規則'), lint.rules],
    [sentence('can be run', '使える規則'), lint.supported],
    [sentence('ask the network (not run)', 'ネットワーク検査（実行しない）'), lint.network.length],
    [sentence('have no points (not run)', 'スコアが 0（実行しない）'), lint.idle.length],
    [sentence('without a literal to look for', '手がかりになる文字列がない'), lint.withoutLiteral.length],
    [
      sentence('polynomial (in a thread where the text is long)', '多項式時間（長い本文では別スレッド）'),
      lint.polynomial.length,
    ],
    [sentence('not proven fast (in a thread)', '速さが未証明（別スレッド）'), lint.unproven.length],
    [sentence('settings without a meaning here', 'ここでは意味のない設定'), settings],
    [sentence('faults', '誤り'), lint.unsupported.length],
  ];
  return rows.map(([words, count]) => [say(words), String(count)]);
}
