// SPDX-License-Identifier: Apache-2.0
/** `sekisho rehearse` — what this server and others would do with a population of senders, side by side. Touches no data folder and no network. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readDuration } from '../../../core/config-words.ts';
import { Mistake, cannotRead } from '../../mistake.ts';
import { figuresOf, type PolicyFigures } from '../../rehearsal/figures.ts';
import { models } from '../../rehearsal/models/all.ts';
import { play } from '../../rehearsal/play.ts';
import { readPopulation, type Population } from '../../rehearsal/population.ts';
import type { Rehearsed, RehearsalDesk } from '../../rehearsal/ports.ts';
import { replayTable } from '../../rehearsal/replay-table.ts';
import { rangesOf, variantsOf } from '../../rehearsal/sweep.ts';
import { sweepTable, tableOf } from '../../rehearsal/table.ts';
import { buildWorld } from '../../rehearsal/world.ts';
import { exit, listOption, textOption, type Command, type Context, type Options } from '../command.ts';
import { sentence } from '../words.ts';

export const rehearseCommand: Command = {
  name: 'rehearse',
  takes: '[configurations...]',
  says: sentence(
    'try configurations (--config, each a column) and models of other products on a population of senders',
    '送信者の人口ファイルで、設定（--config、それぞれ 1 列）や他製品のモデルを試し比べる',
  ),
  options: [
    {
      flags: '--population <file>',
      says: sentence('who writes: TOML or JSON, see the guide', '送信者の人口ファイル（TOML か JSON。書き方はガイド）'),
    },
    {
      flags: '--history <span>',
      says: sentence(
        'instead of a population: what --config <file> would have changed in the record of so long: 7d, 30d',
        '人口ファイルの代わりに、過去の記録（7d、30d など）に --config <file> を当てて変わるものを示す',
      ),
    },
    {
      flags: '--policy <names>',
      says: sentence(
        `which ones, with commas: ${[...models.map(({ name }) => name), 'ours'].join(', ')} (default: all)`,
        `どれを試すか、コンマ区切り: ${[...models.map(({ name }) => name), 'ours'].join(', ')}（既定はすべて）`,
      ),
    },
    {
      flags: '--sweep <percent>',
      says: sentence(
        'also change every assumed number by so many percent, one at a time, and show how far the figures move',
        '仮定した数を 1 つずつ何 % か増減し、結果の幅を示す',
      ),
    },
    {
      flags: '--messages <count>',
      says: sentence('play only so many messages', '何通だけ試すか'),
    },
    {
      flags: '--sockets',
      says: sentence(
        'over real sockets of this machine: the same, and slower (for small populations)',
        'このマシンの実際のソケットで試す。結果は同じで遅い（小さな人口ファイル向け）',
      ),
    },
    { flags: '--json', says: sentence('one JSON object', '1 つの JSON') },
  ],
  async run(context, args, options) {
    // `--config a b` and `--config a --config b` alike.
    const files = [...listOption(options, 'configs'), ...args];
    const span = textOption(options, 'history');
    if (span !== undefined) return replayed(context, span, files, options);
    const path = textOption(options, 'population');
    if (path === undefined)
      throw new Mistake(
        'usage',
        sentence(
          '--population <file> or --history <span> is missing',
          '--population <file> か --history <span> を指定する',
        ),
      );
    const population = fewer(await populationAt(path, context), options);
    const sweep = percentOption(options);
    const desk = await context.openRehearsal({ isOnSockets: options['sockets'] === true });
    const rehearsed = await policiesOf(desk, files, options);
    const variants = sweep === undefined ? [] : variantsOf(population, sweep);
    const rounds = (1 + variants.length) * rehearsed.length;
    let round = 0;
    const playAll = async (one: Population, says: string): Promise<readonly PolicyFigures[]> => {
      const world = buildWorld(one);
      const figures: PolicyFigures[] = [];
      for (const policy of rehearsed) {
        round++;
        const head = `${round}/${rounds} ${policy.name} ${says}`;
        const played = await play(world, policy, desk.time(), {
          cpuSeconds: () => context.cpuSeconds(),
          onProgress: (done, total) => {
            if (done % 100 === 0) context.progress(`${head} ${done}/${total}`);
          },
        });
        figures.push(figuresOf(one, played));
      }
      return figures;
    };
    const policies = await playAll(population, '');
    const varied: { says: string; policies: readonly PolicyFigures[] }[] = [];
    for (const variant of variants)
      varied.push({ says: variant.says, policies: await playAll(variant.population, variant.says) });
    context.progress('');
    const ranges = sweep === undefined ? undefined : rangesOf(policies, varied);
    if (options['json'] === true)
      context.json({ population: basename(path), policies, ...(ranges ? { sweep: ranges } : {}) });
    else {
      context.out(tableOf(policies, context.language));
      if (ranges)
        context.out(
          `\n${context.say(swept, { percent: sweep ?? 0, count: variants.length })}\n${sweepTable(ranges, context.language)}`,
        );
    }
    return exit.ok;
  },
};

const swept = sentence(
  'Every assumed number ±{percent} %, one at a time: {count} variants',
  '仮定した数を 1 つずつ ±{percent}%: {count} 通り',
);

async function replayed(context: Context, span: string, files: readonly string[], options: Options): Promise<number> {
  const spanMs = readDuration(span);
  const file = files.at(-1);
  const running = files.length > 1 ? files[0] : undefined;
  if (!(spanMs > 0))
    throw new Mistake(
      'usage',
      sentence('--history {span}: expected a span such as 7d or 36h', '--history {span}: 7d、36h のように指定する'),
      { span },
    );
  if (file === undefined || files.length > 2)
    throw new Mistake(
      'usage',
      sentence(
        '--history wants one --config <file>, the new one; before it may stand the one that the record was made with',
        '--history には新しい設定を --config <file> で指定する。記録時の設定がいつもの場所にないときは、その前に並べる',
      ),
    );
  const until = context.now();
  // Nothing is recorded of before 1970, and the record is read day by day.
  const since = Math.max(0, until - spanMs);
  const result = await context.replayHistory(running, file, since, at =>
    context.progress(`${Math.round((100 * (at - since)) / (until - since))} %`),
  );
  context.progress('');
  if (options['json'] === true) context.json(result);
  else context.out(replayTable(result, context.language));
  return exit.ok;
}

async function populationAt(path: string, context: Context): Promise<Population> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  const read = readPopulation(text, context.language);
  if (read.ok) return read.value;
  throw new Mistake('data', sentence('{path}:\n{problems}', '{path}:\n{problems}'), {
    path,
    problems: read.problems.map(problem => `  ${problem}`).join('\n'),
  });
}

/** As many days, with fewer messages in each. */
function fewer(population: Population, options: Options): Population {
  const text = textOption(options, 'messages');
  if (text === undefined) return population;
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new Mistake(
      'usage',
      sentence('--messages {text}: expected a whole number from 1', '--messages {text}: 1 以上の整数を指定する'),
      { text },
    );
  return { ...population, messagesPerDay: Math.min(population.messagesPerDay, count / population.days) };
}

function percentOption(options: Options): number | undefined {
  const text = textOption(options, 'sweep');
  if (text === undefined) return undefined;
  const percent = Number(text);
  if (percent > 0 && percent < 100) return percent;
  throw new Mistake(
    'usage',
    sentence(
      '--sweep {text}: expected a number between 0 and 100',
      '--sweep {text}: 0 より大きく 100 より小さい数を指定する',
    ),
    { text },
  );
}

async function policiesOf(
  desk: RehearsalDesk,
  files: readonly string[],
  options: Options,
): Promise<readonly Rehearsed[]> {
  const named = textOption(options, 'policy');
  const names = named?.split(',').map(name => name.trim()) ?? [...models.map(({ name }) => name), 'ours'];
  const chosen: Rehearsed[] = [];
  for (const name of names) {
    const model = models.find(one => one.name === name);
    if (!model && name !== 'ours')
      throw new Mistake(
        'usage',
        sentence('--policy {name}: there is no such policy', '--policy {name}: そのような方式はない'),
        { name },
      );
    if (model) chosen.push(desk.model(model));
    else if (files.length === 0) chosen.push(await desk.ours('ours'));
  }
  for (const file of files) chosen.push(await desk.ours(basename(file), file));
  return chosen;
}
