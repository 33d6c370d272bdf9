// SPDX-License-Identifier: Apache-2.0
/**
 * Run — runs the checks of one stage and reports what came of it: findings, and checks that could not be made. One that found nothing says nothing.
 * Facts first, side by side; then the checks in one loop. Where nothing has to be waited for, nothing is: a warm cache costs no promise.
 */
import { describeFault } from '../core/faults.ts';
import type { Part, PreparedCheck } from './assembly.ts';
import type { Finding } from './check.ts';
import type { Stage } from './known.ts';
import type { Measurement, Measurements } from './measurements.ts';

/** At least one finding, or why there is none. */
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
  let outcomes: (Outcome | Promise<Outcome | undefined>)[] | undefined;
  let isWaiting = false;
  for (const one of checks) {
    const outcome = runOne(one, measurements);
    if (!outcome) continue;
    isWaiting ||= outcome instanceof Promise;
    (outcomes ??= []).push(outcome);
  }
  if (!outcomes) return none;
  // The casts are true: with no promise among them they are all outcomes, and else Promise.all takes both kinds.
  if (!isWaiting) return outcomes as readonly Outcome[];
  return Promise.all(outcomes as readonly Promise<Outcome | undefined>[]).then(all => all.filter(one => !!one));
}

/** Undefined if it found nothing. */
function runOne(one: PreparedCheck, measurements: Measurements): Outcome | undefined | Promise<Outcome | undefined> {
  for (const fact of one.factNeeds) {
    const result = measurements.measure(fact);
    if (result instanceof Promise)
      return { check: one, status: 'unavailable', reason: `${fact.name}: not measured in time` };
    if (!result.ok) return { check: one, status: 'unavailable', reason: result.reason };
  }
  try {
    const findings = one.check.run(one.give(measurements, measurements.known));
    if (!(findings instanceof Promise)) return foundBy(one, findings);
    return findings.then(
      found => foundBy(one, found),
      (error: unknown): Outcome => ({ check: one, status: 'unavailable', reason: describeFault(error) }),
    );
  } catch (error) {
    return { check: one, status: 'unavailable', reason: describeFault(error) };
  }
}

function foundBy(check: PreparedCheck, findings: readonly Finding[]): Outcome | undefined {
  return findings.length > 0 ? { check, status: 'done', findings } : undefined;
}
