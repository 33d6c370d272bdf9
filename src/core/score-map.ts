// SPDX-License-Identifier: Apache-2.0
/**
 * Score map — from a score to the probability of spam and back: straight lines in log-odds between points, level beyond the ends; it never falls.
 * Pure.
 */
/** Of rising scores, the log-odds of spam (natural log) at each; they never fall. */
export type ScoreMap = readonly (readonly [score: number, logOdds: number])[];

/** How a score reads where nothing was measured yet: a point is a unit of log-odds, none is one half. */
export const plainMap: ScoreMap = [
  [-20, -20],
  [20, 20],
];

/** 0 to 1, in steps of a ten-thousandth: more nobody could keep. */
export function probabilityAt(map: ScoreMap, score: number): number {
  return Math.round(1e4 / (1 + Math.exp(-logOddsAt(map, score)))) / 1e4;
}

/** The lowest score, in hundredths of a point, whose probability is at least so much; Infinity where none is. */
export function scoreAt(map: ScoreMap, probability: number): number {
  const [lowest, highest] = [map[0], map.at(-1)];
  if (!lowest || !highest) return Infinity;
  let [below, above] = [Math.floor(lowest[0] * 100) - 1, Math.ceil(highest[0] * 100)];
  if (probabilityAt(map, above / 100) < probability) return Infinity;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (probabilityAt(map, middle / 100) >= probability) above = middle;
    else below = middle;
  }
  return above / 100;
}

function logOddsAt(map: ScoreMap, score: number): number {
  const next = map.findIndex(([at]) => at >= score);
  const after = map[next];
  const before = map[next - 1];
  if (!after) return map.at(-1)?.[1] ?? 0;
  if (!before) return after[1];
  const [[x, from], [y, to]] = [before, after];
  return from + ((to - from) * (score - x)) / (y - x);
}
