// SPDX-License-Identifier: Apache-2.0
/** `sekisho quarantine list|show|release|delete` — what was held back, and what its receiver may do with it. */
import { formatAddress, showAddress } from '../../../core/address.ts';
import type { QuarantineEntry } from '../../../store/quarantine/contract.ts';
import { Mistake } from '../../mistake.ts';
import type { Workplace } from '../../ports.ts';
import { utc } from '../../utc.ts';
import { countOption, exit, textOption, within, type Command, type Context } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

export const quarantineCommands: readonly Command[] = [
  {
    name: 'quarantine list',
    takes: '[text]',
    says: sentence('list what is held back, newest first', '隔離されたメッセージの一覧（新しい順）'),
    options: [
      { flags: '--recipient <address>', says: sentence('only for this recipient', 'この宛先だけ') },
      { flags: '--all', says: sentence('also what was released', '解除済みも含める') },
      { flags: '-n, --limit <count>', says: sentence('how many', '件数'), initial: '50' },
      { flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') },
    ],
    run: (context, [text], options) =>
      within(context, async place => {
        const recipient = textOption(options, 'recipient');
        const entries = await place.quarantine.list({
          ...(text ? { text } : {}),
          ...(recipient ? { recipient } : {}),
          includesReleased: options['all'] === true,
          limit: countOption(options, 'limit', 50),
        });
        if (options['json']) for (const entry of entries) context.json(entry);
        else if (entries.length === 0)
          context.err(`${context.say(sentence('Nothing is in quarantine.', '隔離されたメッセージはない。'))}\n`);
        else context.out(`${table([header(context), ...entries.map(entry => row(entry, context))])}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'quarantine show',
    takes: '<id>',
    says: sentence('print a message as it would have been delivered', 'メッセージを配送される形のまま表示する'),
    run: (context, [id = '']) =>
      within(context, async place => {
        const entry = await needed(place, id);
        context.err(
          `${context.say(sentence('For {recipient}, held because: {reason}', '{recipient} 宛。隔離の理由: {reason}'), { recipient: formatAddress(entry.recipient), reason: entry.reason[context.language] })}\n`,
        );
        for await (const chunk of place.quarantine.open(id)) context.outBytes(chunk);
        return exit.ok;
      }),
  },
  {
    name: 'quarantine release',
    takes: '<ids...>',
    says: sentence(
      'deliver messages after all, and learn that they are wanted',
      'メッセージを配送し、通常のメールとして学習する',
    ),
    options: [{ flags: '--no-learn', says: sentence('do not learn from it', '学習しない') }],
    run: (context, ids, options) =>
      within(context, async place => {
        for (const id of ids) {
          const entry = await needed(place, id);
          await place.ask('release', { id, learns: options['learn'] !== false, by: 'operator' });
          context.out(
            `${context.say(sentence('{id} is on its way to {recipient}.', '{id} を {recipient} へ配送する。'), { id, recipient: formatAddress(entry.recipient) })}\n`,
          );
        }
        return exit.ok;
      }),
  },
  {
    name: 'quarantine delete',
    takes: '<ids...>',
    says: sentence('delete messages for good', 'メッセージを完全に削除する'),
    run: (context, ids) =>
      within(context, async place => {
        for (const id of ids) {
          await needed(place, id);
          await place.quarantine.remove(id);
          context.out(`${context.say(sentence('{id} is deleted.', '{id} を削除した。'), { id })}\n`);
        }
        return exit.ok;
      }),
  },
];

async function needed(place: Workplace, id: string): Promise<QuarantineEntry> {
  const entry = await place.quarantine.get(id);
  if (!entry)
    throw new Mistake(
      'not-found',
      sentence(
        'Nothing in quarantine has the id {id}; see: sekisho quarantine list',
        '{id} という ID のメッセージは隔離されていない。一覧: sekisho quarantine list',
      ),
      { id },
    );
  return entry;
}

function header(context: Context): readonly string[] {
  return context.language === 'ja'
    ? ['日時 (UTC)', 'ID', '宛先', 'スコア', '差出人', '件名', '理由']
    : ['time (UTC)', 'id', 'recipient', 'score', 'from', 'subject', 'held because'];
}

function row(entry: QuarantineEntry, { language }: Context): readonly string[] {
  return [
    utc(entry.storedAt),
    entry.id,
    cut(formatAddress(entry.recipient), 32),
    String(entry.score),
    cut(entry.from || showAddress(entry.sender.address), 32),
    cut(entry.subject, 50) + (entry.isReleased ? ' ✓' : ''),
    cut(entry.reason[language], 70),
  ];
}
