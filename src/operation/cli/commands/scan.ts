// SPDX-License-Identifier: Apache-2.0
/** `sekisho scan` — judges messages in files, folders, Maildirs, mbox files or standard input as if they came now. Exit 1 if any is spam. */
import type { FilterReasons } from '../../../core/filter-reasons.ts';
import { fill } from '../../../core/sentence.ts';
import { tellFilter } from '../../explain-filter.ts';
import { printable } from '../../explain.ts';
import { unavailableIn } from '../../explain-reasons.ts';
import { probabilityIn, scoreWords } from '../../explain-scores.ts';
import { splitMbox } from '../../mbox.ts';
import type { JudgedMessage, Workplace } from '../../ports.ts';
import { exit, textOption, within, type Command, type Context, type Options } from '../command.ts';
import { filesIn } from '../given-files.ts';
import { cut, sentence } from '../words.ts';

export const scanCommand: Command = {
  name: 'scan',
  takes: '[files...]',
  says: sentence(
    'judge messages: files, folders, mbox files, or - for standard input',
    'メッセージを判定する: ファイル、フォルダ、mbox、標準入力は -',
  ),
  options: [
    { flags: '--client <ip>', says: sentence('as if it came from this address', 'このアドレスから届いたものとして') },
    { flags: '--hello <name>', says: sentence('as if it introduced itself so', 'この HELO 名で') },
    { flags: '--sender <address>', says: sentence('as if this were the envelope sender', 'この差出人（MAIL FROM）で') },
    { flags: '--recipient <address>', says: sentence('as if it were for this recipient', 'この宛先で') },
    { flags: '--why', says: sentence('name what the learning filter goes by', '学習型フィルタの根拠を示す') },
    { flags: '--brief', says: sentence('one line a message', '1 通 1 行') },
    { flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') },
  ],
  run: (context, files, options) =>
    within(context, async place => {
      let isAnySpam = false;
      for await (const { name, bytes } of filesIn(files.length > 0 ? files : ['-'], context)) {
        const messages = splitMbox(bytes);
        for (const [i, message] of messages.entries()) {
          const judged = await place.judge(message, howOf(options));
          if (judged.outcome !== 'deliver') isAnySpam = true;
          const why = options['why'] ? await place.why(message, 'arrived') : undefined;
          print(context, place, messages.length > 1 ? `${name}#${i + 1}` : name, judged, options, why);
        }
      }
      return isAnySpam ? exit.found : exit.ok;
    }),
};

function howOf(options: Options) {
  const [client, hello, sender, recipient] = ['client', 'hello', 'sender', 'recipient'].map(name =>
    textOption(options, name),
  );
  return {
    ...(client ? { client } : {}),
    ...(hello ? { hello } : {}),
    ...(sender === undefined ? {} : { sender }),
    ...(recipient ? { recipients: [recipient] } : {}),
  };
}

function print(
  context: Context,
  place: Workplace,
  name: string,
  { verdict, outcome }: JudgedMessage,
  options: Options,
  why?: FilterReasons,
): void {
  if (options['json']) {
    context.json({ file: name, outcome, ...verdict, ...(why ? { why } : {}) });
    return;
  }
  context.out(`${String(verdict.score).padStart(7)}  ${outcome.padEnd(10)}  ${cut(name, 100)}\n`);
  if (!options['brief']) printReasons(context, place, verdict);
  if (why) for (const line of tellFilter(why, context.language)) context.out(`       ${line}\n`);
}

function printReasons(context: Context, place: Workplace, verdict: JudgedMessage['verdict']): void {
  for (const line of probabilityIn(verdict.probability, context.language)) context.out(`         ${line}\n`);
  for (const reason of verdict.reasons) {
    const { learned, trait } = reason;
    const more = scoreWords(
      learned && [learned.from, learned.to],
      trait && [trait.name, trait.points],
      context.language,
    );
    const says = place.says(reason.symbol);
    context.out(
      `${String(reason.points).padStart(9)}  ${reason.symbol}: ${says ? cut(fill(says, printable(reason.details, context.language), context.language), 200) : ''}${more}\n`,
    );
  }
  for (const { check, reason } of verdict.unavailable) {
    context.out(
      `       --  ${context.say(sentence('{check} could not be made: {reason}', '{check} は調べられなかった: {reason}'), { check, reason: cut(unavailableIn(reason, context.language), 200) })}\n`,
    );
  }
}
