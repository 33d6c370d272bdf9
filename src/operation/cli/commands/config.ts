// SPDX-License-Identifier: Apache-2.0
/** `sekisho config check|show|schema` — whether the configuration can be used, what is in force and where each value came from, what may be set. */
import { exit, type Command } from '../command.ts';
import { sentence, table } from '../words.ts';

export const configCommands: readonly Command[] = [
  {
    name: 'config check',
    takes: '[file]',
    says: sentence(
      'say whether a file can be used, and what is wrong with it',
      '設定ファイルが使えるか、どこが誤りかを調べる',
    ),
    async run(context, [file]) {
      const { path, problems } = await context.readConfig(file);
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
    says: sentence('print every value in force and where it came from', '有効なすべての値とその出どころを表示する'),
    options: [
      { flags: '--changed', says: sentence('only what the file sets', '設定ファイルで決めたものだけ') },
      { flags: '--json', says: sentence('as JSON', 'JSON で出力する') },
    ],
    async run(context, _args, options) {
      const { path, problems, value, set } = await context.readConfig();
      for (const problem of problems) context.err(`${path ?? ''}: ${problem}\n`);
      if (problems.length > 0) return exit.badConfig;
      const rows = leaves(value, '').map(([key, leaf]) => ({
        key,
        value: leaf,
        from: set.some(one => one === key || key.startsWith(`${one}.`)) ? (path ?? 'file') : 'default',
      }));
      const shown = options['changed'] ? rows.filter(row => row.from !== 'default') : rows;
      if (options['json']) context.json(shown, 2);
      else if (shown.length > 0)
        context.out(`${table(shown.map(row => [row.key, row.from, JSON.stringify(row.value)]))}\n`);
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

function leaves(value: unknown, prefix: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix ? `${prefix}.${key}` : key));
}
