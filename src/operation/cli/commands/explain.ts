// SPDX-License-Identifier: Apache-2.0
/** `sekisho explain ID` — the timeline of an attempt in words; by attempt id (in every reply) or queue id (in Received). */
import { explain } from '../../explain.ts';
import { exit, type Command } from '../command.ts';
import { sentence } from '../words.ts';

export const explainCommand: Command = {
  name: 'explain',
  takes: '<id>',
  says: sentence(
    'tell what happened to an attempt or message, and why',
    '接続やメッセージに何が起きたか、なぜかを説明する',
  ),
  options: [{ flags: '--json', says: sentence('the record as JSON', '記録を JSON で出力する') }],
  async run(context, [id = ''], options) {
    const place = await context.open();
    try {
      await place.ask('flush');
      const record = await place.records.get(id.replace(/^[(]?id /, '').trim());
      if (!record) {
        context.err(
          `${context.say(sentence('No attempt and no message has the id {id}. Records are kept for 30 days unless configured otherwise.', '{id} という ID の接続もメッセージもない。記録の保存期間は、設定しない限り 30 日。'), { id })}\n`,
        );
        return exit.notFound;
      }
      if (options['json']) context.json(record, 2);
      else context.out(explain(record, symbol => place.says(symbol), context.language));
      return exit.ok;
    } finally {
      await place.close();
    }
  },
};
