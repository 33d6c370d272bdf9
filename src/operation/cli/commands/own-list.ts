// SPDX-License-Identifier: Apache-2.0
/** `sekisho dnslist show|list|remove|export` — what this server has caught: why an address is listed, since when, until when; and the list as a file. */
import { normaliseIp } from '../../../core/ip.ts';
import type { OwnListEntry } from '../../../core/own-list.ts';
import type { Sentence } from '../../../core/sentence.ts';
import { notAnAddress } from '../../mistake.ts';
import { utc } from '../../utc.ts';
import { countOption, exit, within, type Command, type Context } from '../command.ts';
import { sentence, table } from '../words.ts';

const asJson = { flags: '--json', says: sentence('as JSON', 'JSON で出力する') } as const;

export const ownListCommands: readonly Command[] = [
  {
    name: 'dnslist show',
    takes: '<ip>',
    says: sentence(
      'tell why an address is on our own list, since when and until when',
      '自サーバのリストに載っているアドレスの理由と期間を表示する',
    ),
    options: [asJson],
    run: (context, [text = ''], options) =>
      within(context, async place => {
        const ip = readIp(text);
        const entry = await place.ownList.find(ip);
        if (options['json']) context.json(entry ? jsonOf(entry) : { ip, listed: false }, 2);
        else if (!entry) context.err(`${context.say(unknownWords, { ip })}\n`);
        else show(context, entry);
        return entry?.listedUntil === undefined ? exit.found : exit.ok;
      }),
  },
  {
    name: 'dnslist list',
    says: sentence('list the addresses on our own list', '自サーバのリストに載っているアドレスの一覧'),
    options: [
      { flags: '-n, --limit <count>', says: sentence('how many', '表示件数'), initial: '100' },
      { flags: '--all', says: sentence('also those not listed (yet, or any more)', '登録に至らないものも含める') },
      { flags: '--json', says: sentence('one JSON object an address', '1 アドレスに 1 つの JSON') },
    ],
    run: (context, _, options) =>
      within(context, async place => {
        const limit = countOption(options, 'limit', 100);
        const entries: OwnListEntry[] = [];
        for await (const entry of place.ownList.entries()) {
          if (entry.listedUntil === undefined && options['all'] !== true) continue;
          if (entries.push(entry) >= limit) break;
        }
        if (options['json']) for (const entry of entries) context.json(jsonOf(entry));
        else if (entries.length > 0) context.out(`${table([headings(context), ...entries.map(rowOf)])}\n`);
        else context.err(`${context.say(sentence('Nobody is listed.', '登録されているアドレスはない。'))}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'dnslist remove',
    takes: '<ip>',
    says: sentence(
      'take an address off our own list and forget what it did',
      '自サーバのリストからアドレスを外し、記録した行為も消す',
    ),
    run: (context, [text = '']) =>
      within(context, async place => {
        const ip = readIp(text);
        const had = await place.ownList.remove(ip);
        const words = had
          ? sentence('{ip} is off the list; what it did is forgotten.', '{ip} をリストから外し、記録を消した。')
          : unknownWords;
        context[had ? 'out' : 'err'](`${context.say(words, { ip })}\n`);
        return had ? exit.ok : exit.found;
      }),
  },
  {
    name: 'dnslist export',
    says: sentence(
      'print our own list as rbldnsd reads it (zone:combined:FILE)',
      '自サーバのリストを rbldnsd の形式（combined）で出力する',
    ),
    run: context =>
      within(context, async place => {
        for await (const line of place.ownList.lines()) context.outBytes(Buffer.from(line));
        return exit.ok;
      }),
  },
];

const unknownWords = sentence(
  'Nothing is known of {ip}: it is not listed.',
  '{ip} についての記録はなく、登録されていない。',
);

function readIp(text: string): string {
  const ip = normaliseIp(text.replace(/\/64$/, ''));
  if (ip === undefined) throw notAnAddress(text);
  return ip;
}

function show(context: Context, entry: OwnListEntry): void {
  const { key, counts, first, last, listedUntil } = entry;
  const line = (words: Sentence, details: Readonly<Record<string, string | number>> = {}): void =>
    context.out(`${context.say(words, details)}\n`);
  if (listedUntil === undefined)
    line(sentence('{key} is not listed, but something is known of it.', '{key} は登録されていないが、記録がある。'), {
      key,
    });
  else
    line(sentence('{key} is listed until {until} UTC.', '{key} は {until}（UTC）まで登録されている。'), {
      key,
      until: utc(listedUntil),
    });
  line(sentence('  first seen {first}, last {last} UTC', '  最初 {first}、最後 {last}（UTC）'), {
    first: utc(first),
    last: utc(last),
  });
  if (counts.trap > 0)
    line(
      sentence(
        '  {count} times it wrote to an address that nobody uses',
        '  使われていないアドレス（おとり）への送信 {count} 回',
      ),
      { count: counts.trap },
    );
  if (counts.blocked > 0)
    line(
      sentence(
        '  {count} connections were refused because it is blocked by name',
        '  拒否リストによる拒否 {count} 接続',
      ),
      { count: counts.blocked },
    );
  if (counts.unknown > 0)
    line(sentence('  {count} recipients that do not exist', '  存在しない宛先 {count} 件'), { count: counts.unknown });
  if (counts.reported > 0) line(...reportedLine(counts.reported));
  if (counts.early > 0)
    line(
      sentence('  {count} connections that spoke before their greeting', '  挨拶を待たずに話し始めた接続 {count} 回'),
      { count: counts.early },
    );
  if (counts.judged > 0)
    line(sentence('  {count} connections with mail judged spam', '  スパムと判定されたメールの接続 {count} 回'), {
      count: counts.judged,
    });
}

function reportedLine(count: number): readonly [Sentence, Readonly<Record<string, number>>] {
  return [
    sentence('  {count} messages that people here called spam', '  利用者が迷惑メールとした {count} 通'),
    { count },
  ];
}

function headings({ language }: Context): readonly string[] {
  return language === 'ja'
    ? ['アドレス', 'おとり', '拒否', '不明な宛先', '迷惑報告', '先に発言', 'スパム判定', '最後 (UTC)', '登録期限 (UTC)']
    : ['address', 'traps', 'blocked', 'unknown', 'spam', 'early', 'judged', 'last (UTC)', 'until (UTC)'];
}

function rowOf({ key, counts, last, listedUntil }: OwnListEntry): readonly string[] {
  const until = listedUntil === undefined ? '-' : utc(listedUntil);
  return [
    key,
    String(counts.trap),
    String(counts.blocked),
    String(counts.unknown),
    String(counts.reported),
    String(counts.early),
    String(counts.judged),
    utc(last),
    until,
  ];
}

function jsonOf({ key, counts, first, last, listedUntil, text }: OwnListEntry) {
  return {
    ip: key,
    listed: listedUntil !== undefined,
    ...(listedUntil === undefined ? {} : { until: listedUntil }),
    counts,
    first,
    last,
    text,
  };
}
