// SPDX-License-Identifier: Apache-2.0
/** `sekisho srs reverse|rotate`, `sekisho batv check` — what a return path says that this server once wrote, and new secrets for them. */
import { formatAddress, showAddress, type Address } from '../../../core/address.ts';
import type { Reversed } from '../../../core/reversed.ts';
import { harmless } from '../../../core/harmless.ts';
import { parseMailbox } from '../../../wire/smtp/path.ts';
import { notAnAddress } from '../../mistake.ts';
import { exit, within, type Command, type Context } from '../command.ts';
import { sentence } from '../words.ts';

const asJson = { flags: '--json', says: sentence('as JSON', 'JSON で出力する') } as const;

export const returnPathCommands: readonly Command[] = [
  {
    name: 'srs reverse',
    takes: '<address>',
    says: sentence(
      'tell where bounces to a return path of a forward (SRS) go',
      '転送メールの返送先（SRS）へのエラー通知がどこへ届くかを示す',
    ),
    options: [asJson],
    run: (context, [text = ''], options) =>
      within(context, async place =>
        tell(context, readAddress(text), await place.reverse(readAddress(text)), options['json'] === true, 'SRS'),
      ),
  },
  {
    name: 'srs rotate',
    says: sentence(
      'sign return paths (SRS, BATV) with a new secret from now on; those signed before stay good for their time',
      '返送先（SRS・BATV）の署名鍵を新しくする（以前の署名も期限までは有効）',
    ),
    run: context =>
      within(context, async place => {
        await place.rotateReturnPaths();
        context.out(
          `${context.say(sentence('Return paths are signed with a new secret; those signed before are known for 21 days more.', '返送先に新しい鍵で署名する。以前の署名は今後 21 日間有効。'))}\n`,
        );
        return exit.ok;
      }),
  },
  {
    name: 'batv check',
    takes: '<address>',
    says: sentence(
      'tell whether the tag on a return path of our own mail (BATV) is ours and still good',
      '自ユーザのメールの返送先に付いた署名（BATV）が有効かを調べる',
    ),
    options: [asJson],
    run: (context, [text = ''], options) =>
      within(context, async place =>
        tell(context, readAddress(text), await place.reverse(readAddress(text)), options['json'] === true, 'BATV'),
      ),
  },
];

function readAddress(text: string): Address {
  const address = parseMailbox(text.replace(/^<(.*)>$/s, '$1'));
  if (!address || address.domain === '') throw notAnAddress(text);
  return address;
}

/** 0 for one that bounces are taken at, 1 for one that is refused. */
function tell(context: Context, address: Address, reversed: Reversed, isJson: boolean, scheme: 'SRS' | 'BATV'): number {
  const found = isOf(reversed, scheme);
  const isGood = found && (reversed.kind === 'forwarded' || reversed.kind === 'tagged');
  if (isJson) context.json(jsonOf(address, found ? reversed : { kind: 'none' }), 2);
  else {
    const [words, to] = found ? wordsOf(reversed, scheme) : [noneWords[scheme], undefined];
    const details = { address: harmless(formatAddress(address)), to: to ? showAddress(to) : '' };
    context[isGood ? 'out' : 'err'](`${context.say(words, details)}\n`);
  }
  if (reversed.kind === 'unreadable') return exit.tryLater;
  return isGood ? exit.ok : exit.found;
}

/** Whether an address is of the kind that was asked about. */
function isOf(reversed: Reversed, scheme: 'SRS' | 'BATV'): boolean {
  switch (reversed.kind) {
    case 'none':
      return false;
    case 'unreadable':
      return true;
    case 'forged':
    case 'expired':
      return reversed.scheme === scheme;
    case 'forwarded':
      return scheme === 'SRS';
    case 'tagged':
      return scheme === 'BATV';
  }
}

function wordsOf(reversed: Reversed, scheme: 'SRS' | 'BATV'): readonly [ReturnType<typeof sentence>, Address?] {
  switch (reversed.kind) {
    case 'none':
      return [noneWords[scheme]];
    case 'unreadable':
      return [
        sentence(
          '{address}: what was kept for it cannot be read just now.',
          '{address}: 保存された内容を今は読めない。',
        ),
      ];
    case 'forged':
      return [
        sentence(
          '{address} was not written by this server, or was changed on the way: bounces to it are refused (550 5.7.1).',
          '{address} はこのサーバが書いたものではない（または途中で変えられた）。エラー通知は 550 5.7.1 で拒否する。',
        ),
      ];
    case 'expired':
      return [
        sentence(
          '{address} is no longer valid: bounces to it are refused (550 5.7.1).',
          '{address} は期限切れ。エラー通知は 550 5.7.1 で拒否する。',
        ),
      ];
    case 'forwarded':
      return reversed.heldFor
        ? [
            sentence(
              '{address} is ours; the sender it stands for was not proven, so bounces are kept in the quarantine of {to}.',
              '{address} は有効。元の差出人が確かめられなかったため、エラー通知は {to} の隔離に入る。',
            ),
            reversed.heldFor,
          ]
        : [
            sentence('{address} is ours; bounces go on to {to}.', '{address} は有効。エラー通知は {to} へ送る。'),
            reversed.to,
          ];
    case 'tagged':
      return [
        sentence('{address} is ours; bounces are delivered to {to}.', '{address} は有効。エラー通知は {to} に届く。'),
        reversed.plain,
      ];
  }
}

const noneWords = {
  SRS: sentence('{address} is no return path of a forward (SRS).', '{address} は転送メールの返送先（SRS）ではない。'),
  BATV: sentence('{address} has no tag (BATV).', '{address} には署名（BATV）がない。'),
} as const;

function jsonOf(address: Address, reversed: Reversed) {
  const base = { address: formatAddress(address), kind: reversed.kind };
  switch (reversed.kind) {
    case 'none':
    case 'unreadable':
      return base;
    case 'forged':
    case 'expired':
      return { ...base, scheme: reversed.scheme };
    case 'forwarded':
      return {
        ...base,
        to: formatAddress(reversed.to),
        ...(reversed.heldFor ? { heldFor: formatAddress(reversed.heldFor) } : {}),
      };
    case 'tagged':
      return { ...base, plain: formatAddress(reversed.plain) };
  }
}
