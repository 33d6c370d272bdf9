// SPDX-License-Identifier: Apache-2.0
/** `sekisho greylist list|release|exempt|import` — who was asked to come back, and who never is. */
import type { ExemptKind, WaitingShown } from '../../known-senders.ts';
import { Mistake } from '../../mistake.ts';
import { utc } from '../../utc.ts';
import { countOption, exit, within, type Command, type Context, type Options } from '../command.ts';
import { filesIn } from '../given-files.ts';
import { cut, sentence, table } from '../words.ts';

const recipients = {
  flags: '--recipient',
  says: sentence('about recipients, not clients', '接続元ではなく受信者について'),
} as const;

export const greylistCommands: readonly Command[] = [
  {
    name: 'greylist list',
    says: sentence('list who was asked to come back later, and since when', '再送を求めて待たせている送信者の一覧'),
    options: [
      { flags: '-n, --limit <count>', says: sentence('how many', '件数'), initial: '50' },
      { flags: '--json', says: sentence('one JSON object a line', '1 行に 1 つの JSON') },
    ],
    run: (context, _args, options) =>
      within(context, async place => {
        const waiting = await place.greylist.list(countOption(options, 'limit', 50));
        if (options['json']) for (const one of waiting) context.json(one);
        else if (waiting.length === 0)
          context.err(`${context.say(sentence('Nobody is being kept waiting.', '待たせている送信者はない。'))}\n`);
        else context.out(`${table([header(context), ...waiting.map(one => row(context, one))])}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'greylist release',
    takes: '<who...>',
    says: sentence(
      'let in at their next try: by address or network, sender address, or domain',
      '次の試みで受け取る（IP アドレス、ネットワーク、送信者アドレス、ドメインで指定）',
    ),
    run: (context, names) =>
      within(context, async place => {
        let missed = 0;
        for (const who of names) {
          const count = await place.greylist.release(who);
          if (count === 0) missed++;
          const words =
            count > 0
              ? sentence('{who}: {count} may come in at the next try.', '{who}: {count} 件を、次の試みで受け取る。')
              : sentence('{who}: nobody of that name is waiting.', '{who}: 該当する送信者は待っていない。');
          context[count > 0 ? 'out' : 'err'](`${context.say(words, { who: cut(who, 60), count })}\n`);
        }
        return missed > 0 ? exit.notFound : exit.ok;
      }),
  },
  {
    name: 'greylist exempt',
    takes: '[entry]',
    says: sentence(
      'who is never asked to come back: list, or add an address, network, host name or /expression/',
      '再送を求めない相手の一覧。IP アドレス、ネットワーク、ホスト名、/正規表現/ を指定すると追加',
    ),
    options: [recipients, { flags: '--remove', says: sentence('take the entry out', '項目を取り除く') }],
    run: (context, [entry], options) =>
      within(context, async place => {
        const kind = kindOf(options);
        if (entry === undefined) {
          const all = await place.greylist.exempt();
          const word = { client: sentence('client', '接続元'), recipient: sentence('recipient', '受信者') };
          if (all.length === 0) context.err(`${context.say(sentence('The list is empty.', '一覧は空である。'))}\n`);
          else context.out(`${table(all.map(one => [context.say(word[one.kind]), cut(one.text, 100)]))}\n`);
          return exit.ok;
        }
        const text = cut(entry, 60);
        if (options['remove'] === true) {
          const wasThere = await place.greylist.removeExempt(kind, entry);
          const gone = sentence('{text} is no longer exempt.', '{text} を一覧から除いた。');
          const none = sentence('{text} is not on the list.', '{text} は一覧にない。');
          context[wasThere ? 'out' : 'err'](`${context.say(wasThere ? gone : none, { text })}\n`);
          return wasThere ? exit.ok : exit.notFound;
        }
        const done = await place.greylist.addExempt(kind, entry);
        if (typeof done !== 'string')
          throw new Mistake('usage', { en: `{text}: ${done.en}`, ja: `{text}: ${done.ja}` }, { text });
        const added = sentence('{text} is exempt from now on.', '{text} には今後、再送を求めない。');
        const known = sentence('{text} is on the list already.', '{text} はすでに一覧にある。');
        context.out(`${context.say(done === 'added' ? added : known, { text })}\n`);
        return exit.ok;
      }),
  },
  {
    name: 'greylist import',
    takes: '<files...>',
    says: sentence(
      'take over a list of postgrey: whitelist_clients, or with --recipient whitelist_recipients',
      'postgrey の一覧（whitelist_clients、--recipient を付けると whitelist_recipients）を取り込む',
    ),
    options: [recipients],
    run: (context, paths, options) =>
      within(context, async place => {
        let wrong = 0;
        for await (const { name, bytes } of filesIn(paths, context)) {
          const { added, known, problems } = await place.greylist.importExempt(kindOf(options), bytes.toString('utf8'));
          for (const { line, text, problem } of problems)
            context.err(`${cut(name, 80)}:${line}: ${cut(text, 60)}: ${problem[context.language]}\n`);
          wrong += problems.length;
          const words = sentence(
            '{name}: {added} added, {known} known before, {wrong} not understood.',
            '{name}: 追加 {added} 件、既存 {known} 件、解釈できない行 {wrong} 件。',
          );
          context.out(`${context.say(words, { name: cut(name, 80), added, known, wrong: problems.length })}\n`);
        }
        return wrong > 0 ? exit.badInput : exit.ok;
      }),
  },
];

function kindOf(options: Options): ExemptKind {
  return options['recipient'] === true ? 'recipient' : 'client';
}

function header(context: Context): readonly string[] {
  return context.language === 'ja'
    ? ['初回 (UTC)', '進み', '試行', '接続元', '送信者', '宛先', '理由']
    : ['since (UTC)', 'progress', 'tries', 'client', 'sender', 'recipient', 'because of'];
}

function row(context: Context, one: WaitingShown): readonly string[] {
  return [
    utc(one.first),
    progress(context, one),
    one.early > 0
      ? `${one.tries} (${context.say(sentence('{early} too soon', '早すぎ {early}'), { early: one.early })})`
      : `${one.tries}`,
    one.ip,
    cut(one.sender || '<>', 32),
    cut(one.recipient, 32),
    one.because,
  ];
}

/** How much of its wait is over; then, that it may come. */
function progress(context: Context, { first, mayComeAt }: WaitingShown): string {
  const leftMs = mayComeAt - context.now();
  if (leftMs <= 0) return `██████████ ${context.say(sentence('may come', '受け取れる'))}`;
  const share = Math.min(1, Math.max(0, 1 - leftMs / Math.max(1, mayComeAt - first)));
  const bar = '█'.repeat(Math.floor(share * 10)).padEnd(10, '░');
  return `${bar} ${context.say(sentence('{seconds} s left', '残り {seconds} 秒'), { seconds: Math.ceil(leftMs / 1_000) })}`;
}
