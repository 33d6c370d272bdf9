// SPDX-License-Identifier: Apache-2.0
/** `sekisho learn spam|ham` — teaches the filter from files, folders, Maildirs and mbox files. */
import { isKind, kinds, type Kind } from '../../../core/kinds.ts';
import { splitMbox } from '../../mbox.ts';
import { exit, textOption, within, type Command, type Options } from '../command.ts';
import { Mistake } from '../../mistake.ts';
import { filesIn } from '../given-files.ts';
import { sentence } from '../words.ts';

export const learnCommands: readonly Command[] = [
  learn('spam', sentence('these are spam', '迷惑メールとして学習する')),
  learn('ham', sentence('these are wanted mail', '通常のメールとして学習する')),
];

function learn(label: 'spam' | 'ham', says: Command['says']): Command {
  return {
    name: `learn ${label}`,
    takes: '<files...>',
    says,
    options: [
      {
        flags: '--by <who>',
        says: sentence('who says so, for undoing it later', '誰の判断か（後で取り消せるように）'),
        initial: 'operator',
      },
      {
        flags: '--kind <kind>',
        says: sentence(
          'of what kind they are: {kinds}'.replace('{kinds}', kinds.join(', ')),
          'メールの種類: {kinds}'.replace('{kinds}', kinds.join(', ')),
        ),
      },
    ],
    run: (context, files, options) =>
      within(context, async place => {
        const kind = kindOption(options);
        let learned = 0;
        let known = 0;
        for await (const { bytes } of filesIn(files, context)) {
          for (const message of splitMbox(bytes)) {
            if (await place.learn(message, label, textOption(options, 'by') ?? 'operator', kind)) learned++;
            else known++;
            context.progress(`${learned + known}`);
          }
        }
        context.progress('');
        context.out(
          `${context.say(sentence('{learned} learned as {label}, {known} were known.', '{label} として {learned} 通を学習した（既知 {known} 通）。'), { learned, known, label })}\n`,
        );
        return exit.ok;
      }),
  };
}

function kindOption(options: Options): Kind | undefined {
  const kind = textOption(options, 'kind');
  if (kind === undefined || isKind(kind)) return kind;
  throw new Mistake(
    'usage',
    sentence('--kind {kind}: expected one of {kinds}', '--kind {kind}: {kinds} のどれかを指定する'),
    {
      kind,
      kinds: kinds.join(', '),
    },
  );
}
