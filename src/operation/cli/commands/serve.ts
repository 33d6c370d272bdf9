// SPDX-License-Identifier: Apache-2.0
/** `sekisho serve` — the server, until SIGTERM. */
import { textOption, type Command } from '../command.ts';
import { sentence } from '../words.ts';

export const serveCommand: Command = {
  name: 'serve',
  says: sentence('run the mail server', 'メールサーバを動かす'),
  options: [
    {
      flags: '--slot <number>',
      says: sentence(
        'used by the supervisor: which of several processes this is',
        '監督プロセスが使う: 何番目のプロセスか',
      ),
    },
  ],
  run(context, _args, options) {
    const slot = textOption(options, 'slot');
    return context.serve(slot === undefined ? {} : { slot: Number(slot) });
  },
};
