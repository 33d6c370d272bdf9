// SPDX-License-Identifier: Apache-2.0
/** `sekisho queue list|retry|hold|let-go|remove` — accepted mail that is not settled yet. */
import { formatAddress, showAddress } from '../../../core/address.ts';
import type { Language } from '../../../core/sentence.ts';
import type { QueuedMessage } from '../../../store/queue/contract.ts';
import { reasonIn } from '../../explain-reasons.ts';
import { utc } from '../../utc.ts';
import { countOption, exit, within, type Command } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

export const queueCommands: readonly Command[] = [
  {
    name: 'queue list',
    says: sentence('list messages that wait for delivery, and why', '配送待ちのメッセージとその理由の一覧'),
    options: [
      { flags: '-n, --limit <count>', says: sentence('how many', '件数'), initial: '100' },
      { flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') },
    ],
    run: (context, _args, options) =>
      within(context, async place => {
        const { messages, missing } = listOf(
          await place.ask('queue.list', { limit: countOption(options, 'limit', 100) }),
        );
        if (missing.length > 0) context.err(`${context.say(leftOut, { processes: missing.join(', ') })}\n`);
        if (options['json']) for (const message of messages) context.json(withoutText(message));
        else if (messages.length === 0 && missing.length === 0)
          context.err(`${context.say(sentence('The queue is empty.', '配送待ちはない。'))}\n`);
        else if (messages.length > 0)
          context.out(`${table(messages.flatMap(message => rows(message, context.language)))}\n`);
        return missing.length > 0 ? exit.tryLater : exit.ok;
      }),
  },
  act(
    'queue retry',
    'queue.retry',
    sentence(
      'try delivery now, also where the next server did not answer before',
      '次のサーバが応答しなかった場合も、今すぐ配送を試みる',
    ),
    answer => {
      if (answer === 'held')
        return sentence(
          '{id} is held; it will be tried when it is let go: sekisho queue let-go {id}',
          '{id} は止めてある。再開すれば配送を試みる: sekisho queue let-go {id}',
        );
      return answer === 'at-start'
        ? sentence(
            'No server runs; {id} will be tried as soon as one starts.',
            'サーバは動いていない。{id} は起動しだい配送を試みる。',
          )
        : sentence('{id} is tried now.', '{id} の配送を今すぐ試みる。');
    },
  ),
  act('queue hold', 'queue.hold', sentence('stop delivery until let go', '配送を止めておく'), () =>
    sentence('{id} is held.', '{id} を止めた。'),
  ),
  act('queue let-go', 'queue.letGo', sentence('deliver what was held', '止めた配送を再開する'), () =>
    sentence('{id} goes on.', '{id} の配送を再開する。'),
  ),
  act(
    'queue remove',
    'queue.remove',
    sentence('take out undelivered; nobody is told', '配送せずに取り除く（誰にも通知しない）'),
    () =>
      sentence('{id} is removed; it is delivered to nobody else.', '{id} を取り除いた。残りの宛先には配送されない。'),
  ),
];

function act(
  name: string,
  verb: 'queue.retry' | 'queue.hold' | 'queue.letGo' | 'queue.remove',
  says: Command['says'],
  done: (answer: unknown) => Command['says'],
): Command {
  return {
    name,
    takes: '<ids...>',
    says,
    run: (context, ids) =>
      within(context, async place => {
        let code: number = exit.ok;
        for (const id of ids) {
          const answer = await place.ask(verb, { id });
          if (answer) context.out(`${context.say(done(answer), { id })}\n`);
          else {
            context.err(
              `${context.say(sentence('Nothing in the queue has the id {id}.', '{id} という ID のメッセージは配送待ちにない。'), { id })}\n`,
            );
            code = exit.notFound;
          }
        }
        return code;
      }),
  };
}

function rows(message: QueuedMessage, language: Language): readonly (readonly string[])[] {
  const first = [
    message.id,
    utc(message.acceptedAt),
    `${message.sizeBytes} B`,
    cut(showAddress(message.sender.address), 40),
    message.isHeld ? { en: '(held)', ja: '（保留）' }[language] : '',
  ];
  const waiting = message.recipients.flatMap((recipient, i) => {
    const progress = message.progress[i];
    if (progress?.state !== 'waiting') return [];
    return [
      [
        '',
        `→ ${cut(formatAddress(recipient.address), 60)}`,
        `×${progress.attempts}`,
        utc(progress.nextAt),
        cut(reasonIn(progress.lastReason, language), 100),
      ],
    ];
  });
  return [first, ...waiting];
}

/** The header fields that delivery writes in front, and what it cuts out, are for delivery alone. */
function withoutText(message: QueuedMessage): unknown {
  return JSON.parse(
    JSON.stringify(message, (key, value: unknown) => (key === 'prefix' || key === 'cuts' ? undefined : value)),
  );
}

const leftOut = sentence(
  'Not listed is what process {processes} has: it does not answer just now, and is probably starting again. Ask again in a moment.',
  'プロセス {processes} は応答しない（おそらく再起動中）。そのプロセスのメッセージは一覧にない。少し待って、もう一度実行する。',
);

function listOf(value: unknown): { readonly messages: readonly QueuedMessage[]; readonly missing: readonly number[] } {
  const list = typeof value === 'object' && value !== null ? value : {};
  return {
    messages: 'messages' in list && Array.isArray(list.messages) ? list.messages.filter(isMessage) : [],
    missing: 'missing' in list && Array.isArray(list.missing) ? list.missing.map(Number) : [],
  };
}

function isMessage(one: unknown): one is QueuedMessage {
  return typeof one === 'object' && one !== null && 'recipients' in one && 'progress' in one;
}
