// SPDX-License-Identifier: Apache-2.0
/** `sekisho domain|user|alias add|list|remove` — who lives here. A running server sees a change within a second. */
import { formatAddress, showAddress, type Address } from '../../../core/address.ts';
import { toULabels } from '../../../core/domain.ts';
import type { Domain, Transport } from '../../../store/directory/contract.ts';
import { parseDomain, parseMailbox } from '../../../wire/smtp/path.ts';
import { Mistake, notAnAddress } from '../../mistake.ts';
import { exit, textOption, within, type Command } from '../command.ts';
import { sentence, table } from '../words.ts';

export const directoryCommands: readonly Command[] = [
  {
    name: 'domain add',
    takes: '<name>',
    says: sentence('take mail for a domain', 'ドメイン宛のメールを受け取る'),
    options: [
      {
        flags: '--to <transport>',
        says: sentence(
          'maildir, lmtp:host:port, lmtp:/path/of/socket, or smtp:host:port',
          'maildir、lmtp:ホスト:ポート、lmtp:/ソケットのパス、smtp:ホスト:ポート',
        ),
        initial: 'maildir',
      },
      {
        flags: '--no-verify',
        says: sentence(
          'do not ask the next hop which recipients it knows: only users and aliases listed here are taken',
          '宛先の有無を次のサーバに尋ねず、ここに登録した利用者と別名だけを受け取る',
        ),
      },
    ],
    run: (context, [name = ''], options) =>
      within(context, async place => {
        const transport = readTransport(textOption(options, 'to') ?? 'maildir');
        const verifiesAtNextHop = transport.kind !== 'maildir' && options['verify'] !== false;
        const domain: Domain = { name: readDomain(name), transport, verifiesAtNextHop };
        await place.directory.putDomain(domain);
        context.out(
          `${context.say(sentence('Mail for {name} is taken; it goes to {transport}.', '{name} 宛のメールを受け取り、{transport} に配送する。'), { name: toULabels(domain.name), transport: showTransport(domain.transport) })}\n`,
        );
        return exit.ok;
      }),
  },
  {
    name: 'domain list',
    says: sentence('list our domains', '自ドメインの一覧'),
    run: context =>
      within(context, async place => {
        const rows = place.directory
          .domains()
          .map(domain => [
            toULabels(domain.name),
            showTransport(domain.transport),
            domain.verifiesAtNextHop
              ? context.say(sentence('asks the next hop for recipients', '宛先を次のサーバに尋ねる'))
              : '',
          ]);
        context.out(rows.length > 0 ? `${table(rows)}\n` : '');
        return exit.ok;
      }),
  },
  removal(
    'domain remove',
    '<name>',
    sentence(
      'take no more mail for a domain; stored mail stays',
      'ドメイン宛のメールを受け取らなくする（保存済みのメールは残る）',
    ),
    (place, text) => place.directory.removeDomain(readDomain(text)),
  ),
  {
    name: 'user add',
    takes: '<addresses...>',
    says: sentence('make mailboxes', 'メールボックスを作る'),
    run: (context, addresses) =>
      within(context, async place => {
        for (const text of addresses) {
          const address = readOwn(text, domain => place.directory.isLocalDomain(domain));
          await place.directory.putMailbox({ address });
          context.out(
            `${context.say(sentence('{address} has a mailbox.', '{address} のメールボックスを作った。'), { address: showAddress(address) })}\n`,
          );
        }
        return exit.ok;
      }),
  },
  {
    name: 'user list',
    takes: '[domain]',
    says: sentence('list mailboxes', 'メールボックスの一覧'),
    run: (context, [domain]) =>
      within(context, async place => {
        context.out(
          place.directory
            .mailboxes(domain === undefined ? undefined : readDomain(domain))
            .map(({ address }) => `${formatAddress(address)}\n`)
            .join(''),
        );
        return exit.ok;
      }),
  },
  removal(
    'user remove',
    '<address>',
    sentence(
      'take no more mail for a mailbox; stored mail stays',
      'メールボックス宛を受け取らなくする（保存済みのメールは残る）',
    ),
    (place, text) => place.directory.removeMailbox(readAddress(text)),
  ),
  {
    name: 'alias add',
    takes: '<address> <targets...>',
    says: sentence(
      'let an address stand for others, here or elsewhere; *@domain is the catch-all',
      'アドレスを他のアドレスの別名や転送にする。*@ドメイン はその他すべて',
    ),
    options: [
      {
        flags: '--keep',
        says: sentence('the mailbox of the same address gets a copy too', '同じアドレスのメールボックスにも残す'),
      },
    ],
    run: (context, [text = '', ...targets], options) =>
      within(context, async place => {
        const address = readOwn(text, domain => place.directory.isLocalDomain(domain));
        await place.directory.putAlias({
          address,
          targets: targets.map(readAddress),
          keepsCopy: options['keep'] === true,
        });
        context.out(
          `${context.say(sentence('Mail for {address} goes to {targets}.', '{address} 宛は {targets} に届く。'), { address: showAddress(address), targets: targets.join(', ') })}\n`,
        );
        return exit.ok;
      }),
  },
  {
    name: 'alias list',
    takes: '[domain]',
    says: sentence('list aliases and forwards', '別名と転送の一覧'),
    run: (context, [domain]) =>
      within(context, async place => {
        const rows = place.directory
          .aliases(domain === undefined ? undefined : readDomain(domain))
          .map(alias => [
            formatAddress(alias.address),
            `→ ${alias.targets.map(formatAddress).join(', ')}`,
            alias.keepsCopy ? context.say(sentence('(and keeps a copy)', '（手元にも残す）')) : '',
          ]);
        context.out(rows.length > 0 ? `${table(rows)}\n` : '');
        return exit.ok;
      }),
  },
  removal('alias remove', '<address>', sentence('remove an alias or forward', '別名・転送を取り除く'), (place, text) =>
    place.directory.removeAlias(readAddress(text)),
  ),
];

function removal(
  name: string,
  takes: string,
  says: Command['says'],
  remove: (place: Parameters<Parameters<typeof within>[1]>[0], text: string) => Promise<boolean>,
): Command {
  return {
    name,
    takes,
    says,
    run: (context, [text = '']) =>
      within(context, async place => {
        const isGone = await remove(place, text);
        if (isGone) context.out(`${context.say(sentence('{text} is removed.', '{text} を取り除いた。'), { text })}\n`);
        else context.err(`${context.say(sentence('There is no {text}.', '{text} はない。'), { text })}\n`);
        return isGone ? exit.ok : exit.notFound;
      }),
  };
}

function readDomain(text: string): string {
  const name = parseDomain(text);
  if (name === undefined || name.startsWith('[') || (!name.includes('.') && name !== 'localhost'))
    throw new Mistake('usage', { en: '{text} is not a domain name', ja: '{text} はドメイン名ではない' }, { text });
  return name;
}

function readAddress(text: string): Address {
  const star = /^\*@(.+)$/.exec(text);
  if (star) return { local: '*', domain: readDomain(star[1] ?? '') };
  const address = parseMailbox(text);
  if (!address) throw notAnAddress(text);
  return address;
}

function readOwn(text: string, isLocal: (domain: string) => boolean): Address {
  const address = readAddress(text);
  if (!isLocal(address.domain))
    throw new Mistake(
      'usage',
      {
        en: '{domain} is not a domain of ours; first: sekisho domain add {domain}',
        ja: '{domain} は自ドメインではない。先に: sekisho domain add {domain}',
      },
      { domain: toULabels(address.domain) },
    );
  return address;
}

function readTransport(text: string): Transport {
  if (text === 'maildir') return { kind: 'maildir' };
  const socket = /^lmtp:(\/.+)$/.exec(text);
  if (socket?.[1]) return { kind: 'lmtp', path: socket[1] };
  const hop = /^(lmtp|smtp):(?:\[([0-9a-fA-F:.]+)\]|([^:/\s]+)):(\d{1,5})$/.exec(text);
  const host = hop?.[2] ?? hop?.[3];
  if (!hop || !host || Number(hop[4]) > 65_535)
    throw new Mistake(
      'usage',
      {
        en: '{text}: expected maildir, lmtp:host:port, lmtp:/path/of/socket or smtp:host:port',
        ja: '{text}: maildir、lmtp:ホスト:ポート、lmtp:/ソケットのパス、smtp:ホスト:ポート のどれかを指定する',
      },
      { text },
    );
  const port = Number(hop[4]);
  return hop[1] === 'lmtp' ? { kind: 'lmtp', host, port } : { kind: 'smtp', host, port };
}

function showTransport(transport: Transport): string {
  if (transport.kind === 'maildir') return 'maildir';
  return 'path' in transport ? `lmtp:${transport.path}` : `${transport.kind}:${transport.host}:${transport.port}`;
}
