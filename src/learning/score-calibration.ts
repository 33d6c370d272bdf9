// SPDX-License-Identifier: Apache-2.0
/**
 * Score calibration — how often mail of a score was spam, as a map that never falls. A line in log-odds (Platt 1999) speaks where labels are few;
 * where they are many, the shares themselves as pooled by the adjacent violators (Ayer et al. 1955), held to the line as if it had been seen ten times.
 * Pure: the same labels in the same order give the same map.
 */
import type { ScoreMap } from '../core/score-map.ts';
import { probabilityOf } from './logistic.ts';
import { labelsToMove } from './score-fit.ts';

export interface ScoredLabel {
  readonly score: number;
  readonly isSpam: boolean;
}

/** A share of fewer messages says little by itself. */
const poolMessages = 50;
const lineWeight = 10;
const newtonSteps = 30;
const leastSlope = 0.05;
/** How far the line may be from a point for each unit of log-odds, as a normal deviation. */
const slopeDeviation = 0.5;
const offsetDeviation = 3;
const lineEnds = 30;

/** Undefined where fewer than 200 of either kind are labelled. */
export function calibrateScores(labels: readonly ScoredLabel[]): ScoreMap | undefined {
  const slices = calibrateInSlices(labels);
  for (let step = slices.next(); ; step = slices.next()) if (step.done) return step.value;
}

/** The same; pauses wherever others may have the thread. */
export function* calibrateInSlices(
  labels: readonly ScoredLabel[],
): Generator<undefined, ScoreMap | undefined, undefined> {
  const spam = labels.filter(({ isSpam }) => isSpam).length;
  if (Math.min(spam, labels.length - spam) < labelsToMove) return undefined;
  const sorted = labels.toSorted((a, b) => a.score - b.score);
  yield;
  const [slope, offset] = yield* lineThrough(sorted);
  const points = pooled(sorted).map(({ score, spam: inSpam, all }): [number, number] => {
    const share = (inSpam + lineWeight * probabilityOf(slope * score + offset)) / (all + lineWeight);
    return [score, Math.log(share / (1 - share))];
  });
  return rising(points);
}

/** Newton's steps for the most likely slope and offset, from the word that a point is a unit of log-odds. */
function* lineThrough(
  labels: readonly ScoredLabel[],
): Generator<undefined, readonly [slope: number, offset: number], undefined> {
  let [slope, offset] = [1, 0];
  for (let step = 0; step < newtonSteps; step += 1) {
    let [ga, gb] = [(1 - slope) / slopeDeviation ** 2, -offset / offsetDeviation ** 2];
    let [haa, hab, hbb] = [1 / slopeDeviation ** 2, 0, 1 / offsetDeviation ** 2];
    for (const { score, isSpam } of labels) {
      const p = probabilityOf(Math.max(-lineEnds, Math.min(lineEnds, slope * score + offset)));
      const [error, spread] = [Number(isSpam) - p, p * (1 - p)];
      ga += error * score;
      gb += error;
      haa += spread * score * score;
      hab += spread * score;
      hbb += spread;
    }
    const determinant = haa * hbb - hab * hab;
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
    slope = Math.max(leastSlope, slope + Math.max(-0.5, Math.min(0.5, da)));
    offset += Math.max(-2, Math.min(2, db));
    if (Math.abs(da) + Math.abs(db) < 1e-9) break;
    yield;
  }
  return [slope, offset];
}

interface Pool {
  /** The middle of its messages. */
  readonly score: number;
  readonly spam: number;
  readonly all: number;
}

/** Neighbours of one score are never parted; pools whose shares fall are made one. */
function pooled(sorted: readonly ScoredLabel[]): readonly Pool[] {
  const pools: { sum: number; spam: number; all: number }[] = [];
  let open: { sum: number; spam: number; all: number } | undefined;
  for (const [i, { score, isSpam }] of sorted.entries()) {
    open ??= { sum: 0, spam: 0, all: 0 };
    open.sum += score;
    open.spam += Number(isSpam);
    open.all += 1;
    const isCut = open.all >= poolMessages && sorted[i + 1]?.score !== score;
    if (!isCut && i < sorted.length - 1) continue;
    pools.push(open);
    open = undefined;
    for (let last = pools.at(-1), before = pools.at(-2); last && before; last = pools.at(-1), before = pools.at(-2)) {
      if (before.spam / before.all < last.spam / last.all) break;
      // Shares that are one and the same are kept apart: the line may still tell them apart.
      if (before.spam * last.all === last.spam * before.all) break;
      pools.splice(-2, 2, { sum: before.sum + last.sum, spam: before.spam + last.spam, all: before.all + last.all });
    }
  }
  return pools.map(({ sum, spam, all }) => ({ score: sum / all, spam, all }));
}

function rising(points: readonly (readonly [number, number])[]): ScoreMap {
  let highest = -Infinity;
  const map: [number, number][] = [];
  for (const [score, logOdds] of points) {
    highest = Math.max(highest, logOdds);
    if (score > (map.at(-1)?.[0] ?? -Infinity)) map.push([score, Math.round(highest * 1e6) / 1e6]);
  }
  return map;
}
