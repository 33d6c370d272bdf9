// SPDX-License-Identifier: Apache-2.0
/**
 * Calibration — from the models' log-odds to a probability that keeps its word: of mail said to be spam with 0.9, nine in ten are.
 * A straight line in log-odds (Platt 1999), fitted while learning to what was said of each message before its label was learned.
 * The line always rises, so that the order of messages is the models' own.
 */
import { probabilityOf } from './logistic.ts';

/** State, in this order: slope, offset, and the sums of squared gradients of both. */
export const calibrationNumbers = 4;
const step = 0.1;
const leastSlope = 0.1;

/** A slope of one and no offset: the models at their word. */
export function startCalibration(state: Float64Array): void {
  state.set([1, 0, 1, 1]);
}

export function calibrated(state: Float64Array, logOdds: number): number {
  return state[0]! * logOdds + state[1]!;
}

export function calibrate(state: Float64Array, logOdds: number, isSpam: boolean): void {
  const error = (isSpam ? 1 : 0) - probabilityOf(calibrated(state, logOdds));
  const gradients = [error * logOdds, error];
  gradients.forEach((gradient, i) => {
    const squares = (state[i + 2]! += gradient * gradient);
    state[i]! += (step * gradient) / Math.sqrt(squares);
  });
  state[0] = Math.max(leastSlope, state[0]!);
}
