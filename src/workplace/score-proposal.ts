// SPDX-License-Identifier: Apache-2.0
/** Score proposal — scores fitted to labelled mail, with the checks they belong to. */
import type { Judges } from '../app.ts';
import type { Filter } from '../learning/filter.ts';
import { tuneScores } from '../learning/score-effect.ts';
import { labelsToMove, type LabelledFindings } from '../learning/score-fit.ts';
import type { LabelledVerdict, ScoreProposal } from '../operation/ports.ts';

export async function proposeScores(
  { assembly, policy }: Judges,
  filter: Pick<Filter, 'log'>,
  labelled: number | readonly LabelledVerdict[],
): Promise<ScoreProposal> {
  const weightOf = (symbol: string): number | undefined => assembly.symbols.get(symbol)?.weight;
  const findings: readonly LabelledFindings[] =
    typeof labelled === 'number'
      ? (await filter.log.readFindings(labelled)).map(one => ({ ...one, findings: one.findings ?? [] }))
      : labelled.map(({ label, verdict }) => ({
          label,
          findings: verdict.reasons.map(({ symbol, share = 1 }) => ({ symbol, share })),
        }));
  const tuned = tuneScores(findings, weightOf, policy.markAt);
  const scores = tuned.scores.map(one => ({ ...one, check: assembly.symbols.get(one.symbol)?.check ?? '' }));
  return { ...tuned, needed: labelsToMove, scores };
}
