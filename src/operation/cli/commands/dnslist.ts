// SPDX-License-Identifier: Apache-2.0
/** `sekisho dnslist status` — which lists in DNS are asked, which are switched off and why, as the running server knows it or else by a test made now. */
import { z } from 'zod';
import { utc } from '../../utc.ts';
import { exit, within, type Command, type Context } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

const statusSchema = z.array(
  z.object({
    name: z.string(),
    zone: z.string(),
    form: z.string(),
    state: z.enum(['untested', 'on', 'off']),
    fault: z
      .object({ code: z.enum(['everything', 'nothing', 'refuses', 'nonsense', 'silent']), detail: z.string() })
      .optional(),
    since: z.number(),
    testedAt: z.number().optional(),
    asked: z.number(),
    listed: z.number(),
    silent: z.number(),
  }),
);

export const dnsListCommands: readonly Command[] = [
  {
    name: 'dnslist status',
    says: sentence(
      'show which DNS lists are asked, and which are switched off and why',
      '問い合わせている DNS リストと、停止中のリストとその理由を表示する',
    ),
    options: [{ flags: '--json', says: sentence('one JSON object a list', '1 リストに 1 つの JSON') }],
    run: (context, _, options) =>
      within(context, async place => {
        const statuses = statusSchema.parse(await place.ask('dnslist.status'));
        if (options['json']) for (const status of statuses) context.json(status);
        else if (statuses.length === 0) context.err(`${context.say(none)}\n`);
        else context.out(`${table([headingOf(context), ...statuses.map(one => rowOf(context, one))])}\n`);
        return statuses.some(({ state }) => state === 'off') ? exit.found : exit.ok;
      }),
  },
];

const none = sentence(
  'No DNS list is asked: none is named in dnsLists.lists.',
  'DNS リストの設定（dnsLists.lists）がないため、どこにも問い合わせていない。',
);

function headingOf({ language }: Context): readonly string[] {
  return language === 'ja'
    ? ['リスト', '対象', '状態', '変化した時刻 (UTC)', '問い合わせ', '登録あり', '応答なし', '理由']
    : ['list', 'of', 'state', 'since (UTC)', 'asked', 'listed', 'silent', 'reason'];
}

const faults = {
  everything: sentence(
    'it lists what must not be listed ({detail}): it may answer everything',
    '登録があってはならないアドレスに登録ありと答える（{detail}）。何にでも答えるおそれがある',
  ),
  nothing: sentence(
    'it does not list its own test entry: it may be no more, or may not know this kind',
    '試験用の登録がない。廃止されたか、この種類に対応していないおそれがある',
  ),
  refuses: sentence(
    'it refuses ({detail}): it may want an agreement, or no public resolver in between',
    '応答を拒否している（{detail}）。契約が必要か、公開リゾルバを経由しているおそれがある',
  ),
  nonsense: sentence(
    'it answers what no list answers ({detail}): the zone may belong to somebody else now',
    'リストにあり得ない値を返す（{detail}）。ゾーンが他人の手に渡ったおそれがある',
  ),
  silent: sentence('no answer: {detail}', '応答がない: {detail}'),
} as const;

const states = {
  untested: sentence('untested', '未試験'),
  on: sentence('on', '使用中'),
  off: sentence('OFF', '停止'),
};

function rowOf(context: Context, one: z.output<typeof statusSchema>[number]): readonly string[] {
  return [
    cut(one.name, 40),
    one.form,
    context.say(states[one.state]),
    utc(one.since),
    String(one.asked),
    String(one.listed),
    String(one.silent),
    one.fault ? cut(context.say(faults[one.fault.code], { detail: one.fault.detail }), 160) : '',
  ];
}
