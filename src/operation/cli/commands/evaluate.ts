// SPDX-License-Identifier: Apache-2.0
/** `sekisho evaluate` — how well labelled mail is told apart, with intervals, worst misses and an HTML report. Touches no data folder. */
import { evaluate } from '../../evaluation/evaluate.ts';
import type { Language } from '../../../core/sentence.ts';
import { Mistake } from '../../mistake.ts';
import { countOption, exit, textOption, type Command, type Options } from '../command.ts';
import { sentence } from '../words.ts';

export const evaluateCommand: Command = {
  name: 'evaluate',
  takes: '<corpus>',
  says: sentence(
    'measure on labelled mail: a TREC index, a folder with ham and spam, Maildirs, mbox files',
    '正解付きのメールで性能を測る: TREC の index、ham と spam のフォルダ、Maildir、mbox',
  ),
  options: [
    {
      flags: '--online',
      says: sentence(
        'judge each message, then learn its label (the usual way)',
        '1 通ずつ判定してから正解を学習する（既定）',
      ),
    },
    {
      flags: '--split <train/test>',
      says: sentence('learn the first part, judge the rest: 50/50', '前半を学習し、残りを判定する: 50/50'),
    },
    { flags: '--shuffle <seed>', says: sentence('shuffle the order of time', '時間順を乱数で並べ替える') },
    {
      flags: '--with <judge>',
      says: sentence(
        'filter: the learning filter alone; all: every check of the content',
        'filter: 学習フィルタだけ、all: 内容の検査すべて',
      ),
      initial: 'filter',
    },
    {
      flags: '--worst <count>',
      says: sentence('how many of the worst misses are listed', '最もひどい誤りを何件示すか'),
      initial: '10',
    },
    { flags: '--report <file>', says: sentence('write an HTML report with curves', '曲線つきの HTML 報告を書く') },
    {
      flags: '--lang <language>',
      says: sentence('en or ja; that of the terminal by default', 'en か ja（既定は端末の言語）'),
    },
    { flags: '--json', says: sentence('one JSON object', '1 つの JSON') },
  ],
  async run(context, [path = ''], options) {
    const language = languageFrom(options, context.language);
    const who = judgeOf(options);
    const reportPath = textOption(options, 'report');
    const trainPercent = splitOf(options);
    const shuffleSeed = seedOf(options);
    const judge = await context.openJudge(who, language);
    try {
      await evaluate(
        {
          path,
          language,
          isJson: options['json'] === true,
          worst: countOption(options, 'worst', 10),
          ...(reportPath === undefined ? {} : { reportPath }),
          ...(trainPercent === undefined ? {} : { trainPercent }),
          ...(shuffleSeed === undefined ? {} : { shuffleSeed }),
        },
        judge,
        {
          write: text => context.out(text),
          progress: (done, total) => context.progress(done < total ? bar(done, total) : ''),
          cpuSeconds: () => context.cpuSeconds(),
        },
      );
    } finally {
      await judge.close();
    }
    return exit.ok;
  },
};

function judgeOf(options: Options): 'filter' | 'all' {
  const who = textOption(options, 'with') ?? 'filter';
  if (who !== 'filter' && who !== 'all')
    throw new Mistake(
      'usage',
      sentence('--with {who}: expected filter or all', '--with {who}: filter か all を指定する'),
      { who },
    );
  return who;
}

function languageFrom(options: Options, usual: Language): Language {
  const text = textOption(options, 'lang') ?? usual;
  if (text !== 'en' && text !== 'ja')
    throw new Mistake('usage', sentence('--lang {text}: expected en or ja', '--lang {text}: en か ja を指定する'), {
      text,
    });
  return text;
}

function splitOf(options: Options): number | undefined {
  const text = textOption(options, 'split');
  if (text === undefined) return undefined;
  const [train, test] = text.split('/').map(Number);
  if (!train || !test || !(train > 0) || !(test > 0))
    throw new Mistake(
      'usage',
      sentence('--split {text}: expected two parts such as 50/50', '--split {text}: 50/50 のように指定する'),
      { text },
    );
  return (100 * train) / (train + test);
}

function seedOf(options: Options): number | undefined {
  const text = textOption(options, 'shuffle');
  if (text === undefined) return undefined;
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 1)
    throw new Mistake(
      'usage',
      sentence('--shuffle {text}: expected a whole number from 1', '--shuffle {text}: 1 以上の整数を指定する'),
      { text },
    );
  return seed;
}

function bar(done: number, total: number): string {
  const width = 30;
  const full = Math.floor((done / total) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${done}/${total}`;
}
