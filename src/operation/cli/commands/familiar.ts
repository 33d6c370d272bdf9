// SPDX-License-Identifier: Apache-2.0
/** `sekisho familiar list|forget|add` — whose wanted mail has come before, so that it is never kept waiting. */
import type { FamiliarShown } from '../../known-senders.ts';
import { Mistake } from '../../mistake.ts';
import { utcDay } from '../../utc.ts';
import { countOption, exit, within, type Command, type Context } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

export const familiarCommands: readonly Command[] = [
  {
    name: 'familiar list',
    takes: '[text]',
    says: sentence(
      'list senders that are familiar: their wanted mail has come before',
      'お馴染みさん（以前に必要なメールを届けた送信者）の一覧',
    ),
    options: [
      {
        flags: '--all',
        says: sentence('also those that are not familiar yet', 'まだお馴染みさんでない送信者も含める'),
      },
      { flags: '-n, --limit <count>', says: sentence('how many', '件数'), initial: '50' },
      { flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') },
    ],
    run: (context, [text], options) =>
      within(context, async place => {
        const limit = countOption(options, 'limit', 50);
        const found = await place.familiar.list({ ...(text ? { text } : {}), limit, all: options['all'] === true });
        if (options['json']) for (const one of found) context.json(one);
        else if (found.length === 0)
          context.err(`${context.say(sentence('Nobody is familiar yet.', 'お馴染みさんはまだいない。'))}\n`);
        else context.out(`${table([header(context), ...found.map(one => row(context, one))])}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'familiar add',
    takes: '<who...>',
    says: sentence(
      'make a domain (with the networks of its SPF record), an address or a network familiar, for good',
      'ドメイン（SPF レコードのネットワークを含む）、IP アドレス、ネットワークを、期限なしでお馴染みさんにする',
    ),
    run: (context, names) =>
      within(context, async place => {
        for (const who of names) {
          const added = await place.familiar.add(who);
          if (!added)
            throw new Mistake(
              'usage',
              sentence(
                '{who} is neither a domain nor an address or network',
                '{who} はドメイン、IP アドレス、ネットワークのいずれでもない',
              ),
              { who: cut(who, 60) },
            );
          const words = sentence(
            '{who} is familiar, with {count} networks.',
            '{who} をお馴染みさんにした（ネットワーク {count} 件）。',
          );
          context.out(`${context.say(words, { who: cut(added.identity, 80), count: added.networks.length })}\n`);
        }
        return exit.ok;
      }),
  },
  {
    name: 'familiar forget',
    takes: '<who...>',
    says: sentence('make strangers of them again', 'お馴染みさんから外す'),
    run: (context, names) =>
      within(context, async place => {
        let missed = 0;
        for (const who of names) {
          const count = await place.familiar.forget(who);
          if (count === 0) missed++;
          const gone = sentence('{who} is a stranger again.', '{who} をお馴染みさんから外した。');
          const none = sentence('{who} is not known.', '{who} は記録されていない。');
          context[count > 0 ? 'out' : 'err'](`${context.say(count > 0 ? gone : none, { who: cut(who, 60) })}\n`);
        }
        return missed > 0 ? exit.notFound : exit.ok;
      }),
  },
];

function header(context: Context): readonly string[] {
  return context.language === 'ja'
    ? ['相手', '初回', '最後', '必要', '不要', 'ネットワーク']
    : ['who', 'since', 'last', 'wanted', 'unwanted', 'networks'];
}

function row(context: Context, one: FamiliarShown): readonly string[] {
  const [first = '', ...others] = one.networks;
  const more = others.length > 0 ? ` +${others.length}` : '';
  const state = one.isAdded
    ? context.say(sentence(' (by the operator)', '（管理者が追加）'))
    : one.isFamiliar
      ? ''
      : context.say(sentence(' (not yet)', '（まだ）'));
  return [
    cut(one.identity.replace(/^(domain|network):/, ''), 60) + state,
    utcDay(one.since),
    utcDay(one.last),
    `${one.wanted}`,
    `${one.unwanted}`,
    first + more,
  ];
}
