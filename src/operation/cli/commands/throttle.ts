// SPDX-License-Identifier: Apache-2.0
/** `sekisho throttle list|release` — who is slowed or blocked just now, why and until when; and letting go of them. */
import { harmless } from '../../../core/harmless.ts';
import { normaliseIp } from '../../../core/ip.ts';
import { valueWords } from '../../explain-words.ts';
import { utc } from '../../utc.ts';
import type { ThrottledShown } from '../../ports.ts';
import { exit, within, type Command, type Context } from '../command.ts';
import { sentence, table } from '../words.ts';

export const throttleCommands: readonly Command[] = [
  {
    name: 'throttle list',
    says: sentence(
      'list who is slowed or blocked now, why, and until when',
      '受信を制限・遮断中の相手と、その理由・期限の一覧',
    ),
    options: [{ flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') }],
    run: (context, _args, options) =>
      within(context, async place => {
        const throttled = await place.throttle.list();
        if (options['json']) for (const one of throttled) context.json(one);
        else if (throttled.length === 0)
          context.err(`${context.say(sentence('Nobody is slowed or blocked.', '制限・遮断中の相手はない。'))}\n`);
        else context.out(`${table([headOf(context), ...throttled.map(one => rowOf(one, context))])}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'throttle release',
    takes: '<whom...>',
    says: sentence(
      'let go of an address, a network, a provider (AS64496) or a domain',
      '制限・遮断を解く（アドレス、ネットワーク、AS 番号、ドメインを指定）',
    ),
    run: (context, whom) =>
      within(context, async place => {
        let code: number = exit.ok;
        for (const given of whom) {
          const value = normaliseIp(given) ?? given;
          const released = await place.throttle.release(value);
          const words =
            released.length > 0
              ? sentence(
                  '{whom} is let go of; running servers follow within two seconds.',
                  '{whom} の制限・遮断を解いた。動作中のサーバには 2 秒以内に反映する。',
                )
              : sentence(
                  '{whom} is neither slowed nor blocked; see: sekisho throttle list',
                  '{whom} は制限も遮断もされていない。一覧: sekisho throttle list',
                );
          context[released.length > 0 ? 'out' : 'err'](`${context.say(words, { whom: harmless(given) })}\n`);
          if (released.length === 0) code = exit.notFound;
        }
        return code;
      }),
  },
];

function headOf(context: Context): readonly string[] {
  return [
    sentence('whom', '相手'),
    sentence('state', '状態'),
    sentence('why', '理由'),
    sentence('count', '件数'),
    sentence('since (UTC)', '開始（UTC）'),
    sentence('until (UTC)', '期限（UTC）'),
    sentence('see', '記録'),
  ].map(words => context.say(words));
}

function rowOf(one: ThrottledShown, context: Context): readonly string[] {
  const state = one.isBlocked ? sentence('blocked', '遮断') : sentence('slowed', '制限');
  return [
    harmless(one.value),
    context.say(state),
    valueWords['limit']?.[one.limit]?.[context.language] ?? one.limit,
    one.count > 0 ? String(one.count) : '-',
    utc(one.since),
    utc(one.until),
    one.attempt === '' ? '-' : `sekisho explain ${one.attempt}`,
  ];
}
