// SPDX-License-Identifier: Apache-2.0
/** `sekisho history` — attempts, newest first, one a line; also those that were refused. */
import { readDuration } from '../../../core/config-words.ts';
import { isKind } from '../../../core/kinds.ts';
import { neighbourhood, parseIp } from '../../../core/ip.ts';
import { showDomains, toALabels } from '../../../core/domain.ts';
import type { Language } from '../../../core/sentence.ts';
import type { AttemptRecord, RecordQuery, RecordStore } from '../../../store/records/contract.ts';
import { countedAttempts, floodIn } from '../../explain-flood.ts';
import { kindWords } from '../../explain-words.ts';
import { Mistake } from '../../mistake.ts';
import { utc } from '../../utc.ts';
import { countOption, exit, textOption, type Command, type Options } from '../command.ts';
import { cut, sentence, table } from '../words.ts';

export const historyCommand: Command = {
  name: 'history',
  takes: '[text]',
  says: sentence(
    'list attempts, newest first; [text] is part of an address, host or id',
    '接続の一覧（新しい順）。[text] はアドレス、ホスト名、ID の一部',
  ),
  options: [
    { flags: '--sender <address>', says: sentence('only from this sender', 'この差出人だけ') },
    { flags: '--recipient <address>', says: sentence('only to this recipient', 'この宛先だけ') },
    { flags: '--client <ip>', says: sentence('only from this client', 'この接続元だけ') },
    {
      flags: '--action <action>',
      says: sentence(
        'only with this action: accept, mark, quarantine, defer, reject; flood for what was counted together',
        'この処置だけ: accept, mark, quarantine, defer, reject。まとめて数えたものは flood',
      ),
    },
    {
      flags: '--campaign <id>',
      says: sentence('only mail of this campaign, as `explain` names it', 'この一斉送信（explain が示す ID）だけ'),
    },
    {
      flags: '--since <span>',
      says: sentence('not older than this: 90m, 36h, 7d', 'これより新しいもの: 90m, 36h, 7d'),
    },
    { flags: '-n, --limit <count>', says: sentence('how many', '件数'), initial: '50' },
    { flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') },
  ],
  async run(context, [text], options) {
    const place = await context.open();
    try {
      await place.ask('flush');
      const found = await searched(place.records, {
        ...filters(options, context.now()),
        ...(text ? { text } : {}),
        limit: countOption(options, 'limit', 50),
      });
      if (options['json']) for (const record of found) context.json(record);
      else if (found.length > 0)
        context.out(
          `${table([header(context.language === 'ja'), ...found.map(record => row(record, context.language))])}\n`,
        );
      else context.err(`${context.say(sentence('Nothing found.', '見つからなかった。'))}\n`);
      return found.length > 0 ? exit.ok : exit.found;
    } finally {
      await place.close();
    }
  },
};

function filters(options: Options, now: number) {
  const picked = Object.fromEntries(
    ['sender', 'recipient', 'client', 'action', 'campaign'].flatMap(name => {
      const value = textOption(options, name);
      return value ? [[name, isAddress(name) ? asKept(value) : value]] : [];
    }),
  );
  const since = textOption(options, 'since');
  if (since === undefined) return picked;
  const spanMs = readDuration(since);
  if (!(spanMs > 0))
    throw new Mistake(
      'usage',
      sentence(
        '--since {since}: expected a span such as 90m, 36h or 7d',
        '--since {since}: 90m、36h、7d のように指定する',
      ),
      { since },
    );
  return { ...picked, since: now - spanMs };
}

function isAddress(name: string): boolean {
  return name === 'sender' || name === 'recipient';
}

/** Records keep domains as A-labels; asked for they may be in either form. */
function asKept(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (toALabels(address.slice(at)) || address.slice(at));
}

/** What an address did in a flood is counted with its network. */
async function searched(records: Pick<RecordStore, 'search'>, query: RecordQuery): Promise<readonly AttemptRecord[]> {
  const own = await records.search(query);
  const { client, action } = query;
  if (client === undefined || parseIp(client) === undefined || (action ?? 'flood') !== 'flood') return own;
  const counted = await records.search({ ...query, client: neighbourhood(client), action: 'flood' });
  return [...own, ...counted].sort((a, b) => b.startedAt - a.startedAt).slice(0, query.limit);
}

function header(isJapanese: boolean): readonly string[] {
  return isJapanese
    ? ['日時 (UTC)', 'ID', '接続元', '処置', 'スコア', '種類', '差出人', '宛先']
    : ['time (UTC)', 'id', 'client', 'action', 'score', 'kind', 'sender', 'recipients'];
}

function row(record: AttemptRecord, language: Language): readonly string[] {
  const { id, startedAt, keys } = record;
  const flood = floodIn(record);
  const sender = keys.sender === undefined ? '-' : `<${showDomains(keys.sender)}>`;
  const [first = '', ...others] = keys.recipients ?? [];
  return [
    utc(startedAt),
    id,
    cut(keys.client ?? '', 39),
    keys.action ?? '-',
    keys.score === undefined ? '-' : String(keys.score),
    kindIn(record, language),
    flood ? countedAttempts(flood, language) : cut(sender, 40),
    cut(showDomains(first), 40) + (others.length > 0 ? ` +${others.length}` : ''),
  ];
}

/** Of what kind its mail was, where that was told. */
function kindIn({ events }: AttemptRecord, language: Language): string {
  const kind = events.map(({ mailKind }) => mailKind).find(isKind);
  return kind === undefined ? '-' : kindWords[kind][language];
}
