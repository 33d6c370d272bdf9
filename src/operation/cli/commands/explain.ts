// SPDX-License-Identifier: Apache-2.0
/** `sekisho explain ID` — the timeline of an attempt in words; by attempt id (in every reply) or queue id (in Received). */
import { timeOf } from '../../../core/ids.ts';
import type { AttemptRecord, RecordStore } from '../../../store/records/contract.ts';
import type { Workplace } from '../../ports.ts';
import { explain } from '../../explain.ts';
import { saysOfThen } from '../../explain-composites.ts';
import { tellFilter } from '../../explain-filter.ts';
import { floodIn, tellFolded } from '../../explain-flood.ts';
import { onlyMessage } from '../../explain-message.ts';
import { tellResponsible } from '../../explain-responsible.ts';
import { exit, type Command, type Context } from '../command.ts';
import { sentence } from '../words.ts';

export const explainCommand: Command = {
  name: 'explain',
  takes: '<id>',
  says: sentence(
    'tell what happened to an attempt or message, and why',
    '接続やメッセージに何が起きたか、なぜかを説明する',
  ),
  options: [
    {
      flags: '--why',
      says: sentence(
        'name what the learning filter goes by, of mail still kept',
        '保存中のメールなら学習型フィルタの根拠も示す',
      ),
    },
    { flags: '--json', says: sentence('the record as JSON', '記録を JSON で出力する') },
  ],
  async run(context, [given = ''], options) {
    const id = given.replace(/^[(]?id /, '').trim();
    const place = await context.open();
    try {
      await place.ask('flush');
      const record = await place.records.get(id);
      if (!record) {
        context.err(
          `${context.say(sentence('No attempt and no message has the id {id}. Records are kept for 30 days unless configured otherwise.', '{id} という ID の接続もメッセージもない。記録の保存期間は、設定しない限り 30 日。'), { id })}\n`,
        );
        for (const flood of await floodsWith(id, place.records))
          context.err(
            `${context.say(sentence('It was given while {count} attempts from {network} were counted together: it may be one of those, see sekisho explain {flood}', 'その ID が与えられたとき、{network} からの接続 {count} 件がまとめて数えられていた。その 1 つかもしれない: sekisho explain {flood}'), { flood: flood.id, count: floodIn(flood)?.count ?? 0, network: flood.keys.client ?? '' })}\n`,
          );
        return exit.notFound;
      }
      if (options['json']) {
        context.json(record, 2);
        return exit.ok;
      }
      if (record.id !== id && floodIn(record)) context.out(`${tellFolded(id, record, context.language)}\n\n`);
      const message = onlyMessage(record, id);
      // A journal that cannot be read keeps nothing but the sentences of composites back.
      const journal = await place.scores.journal().catch(() => []);
      const says = saysOfThen(message, journal, symbol => place.says(symbol));
      context.out(explain(message, says, context.language));
      const whose = tellResponsible(message, context.language);
      if (whose.length > 0) context.out(`${['', ...whose].join('\n')}\n`);
      if (options['why']) for (const line of await filterLines(message, place, context)) context.out(`${line}\n`);
      if (message !== record)
        context.out(
          `${context.say(sentence('This is message {id} alone; everything of the connection: sekisho explain {attempt}', 'これはメッセージ {id} だけの経過。接続全体: sekisho explain {attempt}'), { id, attempt: record.id })}\n`,
        );
      return exit.ok;
    } finally {
      await place.close();
    }
  },
};

/** The models speak as they are now; at the time they may have known less. */
async function filterLines(
  record: AttemptRecord,
  place: Pick<Workplace, 'kept' | 'why'>,
  context: Pick<Context, 'say' | 'language'>,
): Promise<readonly string[]> {
  const kept = await place.kept(record);
  if (!kept)
    return [
      '',
      context.say(
        sentence(
          'Its text is not kept any more, so what the filter goes by cannot be named.',
          '本文がもう残っていないため、フィルタの根拠は示せない。',
        ),
      ),
    ];
  return ['', ...tellFilter(await place.why(kept.bytes, 'arrived'), context.language)];
}

/** Connections last minutes: what a flood counted may have begun before it and ended after it. */
const aroundMs = 15 * 60_000;

/** Counted records of the moment at which an id was given: of more ids than such a record holds, this is what still leads to it. */
async function floodsWith(id: string, records: Pick<RecordStore, 'search'>): Promise<readonly AttemptRecord[]> {
  const at = timeOf(id);
  if (at === undefined) return [];
  const near = await records.search({ action: 'flood', since: at - aroundMs, until: at + aroundMs, limit: 100 });
  return near.filter(record => {
    const flood = floodIn(record);
    return flood !== undefined && flood.firstAt <= at && at <= flood.lastAt;
  });
}
