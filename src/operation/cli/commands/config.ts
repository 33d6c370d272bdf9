// SPDX-License-Identifier: Apache-2.0
/** `sekisho config check|show|schema` — whether the configuration can be used, what is in force and where each value came from, what may be set. */
import { showConfig, tomlOf, type ShownValue } from '../../config-show.ts';
import { exit, type Command } from '../command.ts';
import { sentence } from '../words.ts';

export const configCommands: readonly Command[] = [
  {
    name: 'config check',
    takes: '[file]',
    says: sentence(
      'say whether a file can be used, and what is wrong with it',
      '設定ファイルが使えるか、どこが誤りかを調べる',
    ),
    async run(context, [file]) {
      const { path, problems: unread } = await context.readConfig(file);
      const problems = unread.length > 0 ? unread : await context.tryConfig(file);
      for (const problem of problems) context.err(`${path ?? ''}: ${problem}\n`);
      if (problems.length > 0) return exit.badConfig;
      context.out(
        `${path ? context.say(sentence('{path} can be used.', '{path} は使える。'), { path }) : context.say(sentence('There is no file; the defaults are in force.', '設定ファイルはない。既定値が使われる。'))}\n`,
      );
      return exit.ok;
    },
  },
  {
    name: 'config show',
    says: sentence(
      'print every value in force, as a file has it, and where it came from',
      '有効なすべての値を設定ファイルの形で、出どころとともに表示する',
    ),
    options: [
      { flags: '--changed', says: sentence('only what the file sets', '設定ファイルで決めたものだけ') },
      { flags: '--json', says: sentence('as JSON', 'JSON で出力する') },
    ],
    async run(context, _args, options) {
      const { path, problems, value, written } = await context.readConfig();
      for (const problem of problems) context.err(`${path ?? ''}: ${problem}\n`);
      if (problems.length > 0) return exit.badConfig;
      const all = showConfig(written, value, await context.schema());
      const shown = options['changed'] ? all.filter(one => one.isSet) : all;
      const file = path ?? '';
      if (options['json'])
        context.json(
          shown.map(({ key, value: one, isSet }) => ({ key, value: one, from: isSet ? file : 'default' })),
          2,
        );
      else
        for (const one of shown)
          context.out(`${lineOf(one, context.say(one.isSet ? fromFile : isDefault, { file }))}\n`);
      return exit.ok;
    },
  },
  {
    name: 'config schema',
    says: sentence('print the JSON Schema of the configuration', '設定の JSON Schema を表示する'),
    async run(context) {
      context.json(await context.schema(), 2);
      return exit.ok;
    },
  },
];

const isDefault = sentence('default', '既定値');
const fromFile = sentence('{file}', '{file}');

/** `server.maxHops = 50  # default`: TOML that can be read back. */
function lineOf({ key, value }: ShownValue, from: string): string {
  return `${`${key} = ${tomlOf(value)}`.padEnd(40)}  # ${from}`;
}
