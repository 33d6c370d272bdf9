// SPDX-License-Identifier: Apache-2.0
/** `sekisho rules tune` — which scores would have told this site's labelled mail apart better, and what they would have done. Changes nothing. */
import type { ScoreProposal } from '../../ports.ts';
import { countOption, exit, within, type Command, type Context } from '../command.ts';
import { judgedCorpus } from '../judged-corpus.ts';
import { sentence, table } from '../words.ts';

/** A change of less than this share is not worth a line. */
const leastChange = 0.05;

export const tuneCommand: Command = {
  name: 'rules tune',
  takes: '[corpus]',
  says: sentence(
    'propose scores from what people labelled here, or from labelled mail; changes nothing',
    'ここで人が付けた正解、または正解付きのメールから、スコアの案を示す（設定は変えない）',
  ),
  options: [
    {
      flags: '--last <count>',
      says: sentence('go by so many newest labels', '新しい順にこの数の正解から求める'),
      initial: '20000',
    },
    { flags: '--toml', says: sentence('as lines for the configuration', '設定ファイルの書式で出力する') },
    { flags: '--json', says: sentence('as JSON', 'JSON で出力する') },
  ],
  run: (context, [corpus], options) =>
    within(context, async place => {
      const last = countOption(options, 'last', 20_000);
      const labelled = corpus === undefined ? undefined : await judgedCorpus(corpus, last, place, context);
      const proposal = await place.proposeScores(labelled ?? last);
      if (options['json']) context.json(proposal, 2);
      else if (options['toml']) context.out(tomlOf(proposal));
      else context.out(`${textOf(proposal, context)}\n`);
      return exit.ok;
    }),
};

function moved({ scores }: ScoreProposal): ScoreProposal['scores'] {
  return scores
    .filter(({ declared, fitted }) => Math.abs(fitted - declared) >= leastChange * Math.abs(declared))
    .toSorted((a, b) => Math.abs(b.fitted - b.declared) - Math.abs(a.fitted - a.declared));
}

function textOf(proposal: ScoreProposal, context: Context): string {
  const { spam, ham, needed, scores, before, after } = proposal;
  const labels = context.say(
    sentence('Labels: {spam} spam, {ham} wanted.', '正解: 迷惑メール {spam} 通、通常のメール {ham} 通。'),
    { spam, ham },
  );
  if (scores.length === 0)
    return `${labels}\n${context.say(sentence('Scores are proposed from {needed} labels of each kind on.', 'スコアの案は、それぞれ {needed} 通以上になると示される。'), { needed })}`;
  const words = (en: string, ja: string): string => context.say(sentence(en, ja));
  const rows = moved(proposal).map(({ symbol, check, declared, fitted, spam: inSpam, ham: inHam }) => [
    symbol,
    check,
    String(declared),
    String(fitted),
    String(inSpam),
    String(inHam),
  ]);
  const head = [
    words('symbol', '記号'),
    words('check', '検査'),
    words('score', 'スコア'),
    words('proposed', '案'),
    words('in spam', '迷惑'),
    words('in wanted', '通常'),
  ];
  const effect = context.say(
    sentence(
      'With the scores of now {missed} of {spam} spam would be missed and {wrong} of {ham} wanted marked; with the proposed ones {missedThen} and {wrongThen} (each fifth judged by the others).',
      '現在のスコアでは迷惑メール {spam} 通のうち {missed} 通を見逃し、通常のメール {ham} 通のうち {wrong} 通を誤って判定する。案ではそれぞれ {missedThen} 通、{wrongThen} 通（5 分の 1 ずつ、残りから求めたスコアで判定）。',
    ),
    {
      missed: before.missed,
      spam,
      wrong: before.falsePositives,
      ham,
      missedThen: after.missed,
      wrongThen: after.falsePositives,
    },
  );
  const caution = words(
    'People mostly label what was judged wrongly: the proposal leans towards those messages. Try it with `sekisho rehearse --history` before you take it over.',
    '人が正解を付けるのは主に誤判定のメールなので、案もそれに寄る。採用の前に `sekisho rehearse --history` で試すとよい。',
  );
  return `${labels}\n\n${table([head, ...rows])}\n\n${effect}\n${caution}`;
}

function tomlOf(proposal: ScoreProposal): string {
  const byCheck = Map.groupBy(moved(proposal), ({ check }) => check);
  return [...byCheck]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([check, scores]) => {
      const lines = scores.map(({ symbol, fitted, declared }) => `${symbol} = ${fitted} # ${declared}`);
      return `[checks.${check}.weights]\n${lines.join('\n')}\n`;
    })
    .join('\n');
}
