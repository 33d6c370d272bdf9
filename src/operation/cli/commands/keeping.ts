// SPDX-License-Identifier: Apache-2.0
/** `sekisho backup|restore|forget` — keeping the data folder safe, and forgetting whom the law or a person asks to forget. */
import { readdir } from 'node:fs/promises';
import { errorCode } from '../../../core/faults.ts';
import { cannotRead, cannotWrite, Mistake, notAnAddress } from '../../mistake.ts';
import { exit, within, type Command } from '../command.ts';
import { sentence } from '../words.ts';

export const keepingCommands: readonly Command[] = [
  {
    name: 'backup',
    takes: '<folder>',
    says: sentence('copy the data folder while the server runs', 'サーバを止めずにデータフォルダのバックアップを取る'),
    async run(context, [folder = '']) {
      await assertEmpty(folder);
      const { files, sizeBytes } = await context.backup(folder);
      context.out(
        `${context.say(sentence('{files} files, {sizeBytes} bytes are in {folder}.', '{folder} に {files} ファイル、{sizeBytes} バイトを保存した。'), { files, sizeBytes, folder })}\n`,
      );
      return exit.ok;
    },
  },
  {
    name: 'restore',
    takes: '<folder>',
    says: sentence('make a data folder from a backup', 'バックアップからデータフォルダを復元する'),
    async run(context, [folder = '']) {
      await readdir(folder).catch((error: unknown) => {
        throw cannotRead(folder, error);
      });
      await assertEmpty(context.dataPath);
      const { files } = await context.restore(folder);
      context.out(
        `${context.say(sentence('{files} files were restored into {data}.', '{files} ファイルを {data} に戻した。'), { files, data: context.dataPath })}\n`,
      );
      return exit.ok;
    },
  },
  {
    name: 'forget',
    takes: '<address>',
    says: sentence('take an address out of records and the sent-log', '記録と送信履歴からアドレスを消す'),
    run: (context, [address = '']) =>
      within(context, async place => {
        if (!/^[^@].*@[^@]+$/s.test(address)) throw notAnAddress(address);
        await place.ask('flush');
        const forgotten = await place.forget(address);
        context.out(
          `${context.say(sentence('{address} was taken out; entries changed: {forgotten}.', '{address} を {forgotten} 件から消した。'), { address, forgotten })}\n`,
        );
        return exit.ok;
      }),
  },
];

/** The store looks again; this is for a sentence and an exit code that say what to do. */
async function assertEmpty(folder: string): Promise<void> {
  const [name] = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw cannotWrite(folder, error);
  });
  if (name !== undefined)
    throw new Mistake(
      'cannot-write',
      sentence(
        '{folder} is not empty (it has {name}); name a folder that is not there yet',
        '{folder} は空ではない（{name} がある）。まだないフォルダを指定する',
      ),
      { folder, name },
    );
}
