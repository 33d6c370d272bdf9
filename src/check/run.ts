// SPDX-License-Identifier: Apache-2.0
/**
 * Run — runs the checks of one stage and reports every outcome: nothing is dropped in silence.
 * Facts first, side by side; then the checks in one loop. Where nothing has to be waited for, nothing is: a warm cache costs no promise.
 */
import { describeFault } from '../core/faults.ts';
import type { Part, PreparedCheck } from './assembly.ts';
import type { Finding } from './check.ts';
import type { Stage } from './known.ts';
import type { Measurement, Measurements } from './measurements.ts';

export type Outcome =
  | { readonly check: PreparedCheck; readonly status: 'done'; readonly findings: readonly Finding[] }
  | { readonly check: PreparedCheck; readonly status: 'unavailable'; readonly reason: string };

/** All checks of a stage whose facts cost little, or with `expensive` the others. */
export function runStage(
  stage: Stage,
  measurements: Measurements,
  part: Part = 'all',
): readonly Outcome[] | Promise<readonly Outcome[]> {
  const { checks, facts } = measurements.assembly.waves[stage][part];
  if (checks.length === 0) return none;
  let waiting: Promise<Measurement>[] | undefined;
  for (const fact of facts) {
    const result = measurements.measure(fact);
    if (result instanceof Promise) (waiting ??= []).push(result);
  }
  return waiting ? Promise.all(waiting).then(() => runAll(checks, measurements)) : runAll(checks, measurements);
}

const none: readonly Outcome[] = [];

function runAll(
  checks: readonly PreparedCheck[],
  measurements: Measurements,
): readonly Outcome[] | Promise<readonly Outcome[]> {
  const outcomes: (Outcome | Promise<Outcome>)[] = [];
  let isWaiting = false;
  for (const one of checks) {
    const outcome = runOne(one, measurements);
    isWaiting ||= outcome instanceof Promise;
    outcomes.push(outcome);
  }
  // The casts are true: with no promise among them they are all outcomes, and else Promise.all takes both kinds.
  return isWaiting ? Promise.all(outcomes as readonly Promise<Outcome>[]) : (outcomes as readonly Outcome[]);
}

function runOne(one: PreparedCheck, measurements: Measurements): Outcome | Promise<Outcome> {
  const given: Record<string, unknown> = { ...measurements.known, ...one.given };
  for (const fact of one.factNeeds) {
    const result = measurements.measure(fact);
    if (result instanceof Promise)
      return { check: one, status: 'unavailable', reason: `${fact.name}: not measured in time` };
    if (!result.ok) return { check: one, status: 'unavailable', reason: result.reason };
    given[fact.name] = result.value;
  }
  try {
    const findings = one.check.run(given);
    if (!(findings instanceof Promise)) return { check: one, status: 'done', findings };
    return findings.then(
      (found): Outcome => ({ check: one, status: 'done', findings: found }),
      (error: unknown): Outcome => ({ check: one, status: 'unavailable', reason: describeFault(error) }),
    );
  } catch (error) {
    return { check: one, status: 'unavailable', reason: describeFault(error) };
  }
}
