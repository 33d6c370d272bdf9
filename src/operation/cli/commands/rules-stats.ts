// SPDX-License-Identifier: Apache-2.0
/** `sekisho rules stats` — how often each rule hits, how much of that is spam, with which others, and how long it takes. */
import { symbolStatistics, type FoundTogether, type SymbolStatistics } from '../../scores/statistics.ts';
import { countOption, exit, within, type Command, type Context } from '../command.ts';
import { judgedCorpus, type Judged } from '../judged-corpus.ts';
import { sentence, table } from '../words.ts';

export const statsCommand: Command = {
  name: 'rules stats',
  takes: '[corpus]',
  says: sentence(
    'show hits, share of spam, overlap and time of rules: of the mail of here, or of labelled mail (only there times are measured)',
    '規則ごとの該当数、迷惑メールの割合、重なり、時間を示す。ここで受けたメール、または正解付きのメールについて（時間は後者だけ）',
  ),
  options: [
    {
      flags: '--last <count>',
      says: sentence('go by so many newest messages', '新しい順にこの数のメールを見る'),
      initial: '5000',
    },
    { flags: '--all', says: sentence('all symbols, not of rules alone', '規則だけでなくすべての記号') },
    { flags: '--json', says: sentence('as JSON', 'JSON で出力する') },
  ],
  run: (context, [corpus], options) =>
    within(context, async place => {
      const last = countOption(options, 'last', 5_000);
      const micros = corpus === undefined ? undefined : await place.rules.stopwatch();
      const found =
        corpus === undefined
          ? await place.rules.found(last)
          : (await judgedCorpus(corpus, last, place, context, bytes => micros?.see(bytes))).map(togetherIn);
      const counts = (symbol: string): boolean => options['all'] === true || place.rules.isRule(symbol);
      const statistics = symbolStatistics(found, counts, micros?.micros());
      if (options['json']) context.json({ messages: found.length, symbols: statistics }, 2);
      else context.out(`${textOf(statistics, found.length, context)}\n`);
      return exit.ok;
    }),
};

function togetherIn({ label, verdict }: Judged): FoundTogether {
  return { symbols: [...verdict.reasons, ...verdict.observed].map(({ symbol }) => symbol), label };
}

function textOf(statistics: readonly SymbolStatistics[], messages: number, context: Context): string {
  const title = context.say(sentence('Messages: {messages}.', 'メール {messages} 通。'), { messages });
  if (statistics.length === 0) return `${title} ${context.say(sentence('No rule hit.', '該当した規則はない。'))}`;
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
  const rows = statistics.map(({ symbol, hits, spam, ham, spamShare, overlap, micros }) => [
    symbol,
    String(hits),
    String(spam),
    String(ham),
    spamShare === undefined ? '' : percent(spamShare),
    micros === undefined ? '' : micros.toFixed(2),
    overlap.map(({ symbol: other, share }) => `${other} ${percent(share)}`).join(', '),
  ]);
  return `${title}\n\n${table([head[context.language], ...rows])}`;
}

const head = {
  en: ['symbol', 'hits', 'in spam', 'in wanted', 'spam', 'µs', 'found with it'],
  ja: ['記号', '該当', '迷惑', '通常', '迷惑の割合', 'µs', '一緒に見つかる記号'],
} as const;
