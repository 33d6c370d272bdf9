// SPDX-License-Identifier: Apache-2.0
/** Record — outcomes, facts and verdicts as they are written down: symbols, details, points; never text of the mail. */
import type { Measurements } from '../check/measurements.ts';
import type { Outcome } from '../check/run.ts';
import type { Reason, ScoreNames, Unavailable, Verdict } from './verdict.ts';

export interface RecordedVerdict {
  readonly action: string;
  readonly score: number;
  readonly probability?: number;
  readonly scores?: ScoreNames;
  /** Of the reasons whose weight was learned: what it was before, and what it is. */
  readonly learned?: Readonly<Record<string, readonly [from: number, to: number]>>;
  /** Of the reasons that share a cap: by which trait, and the points it would have had. */
  readonly capped?: Readonly<Record<string, readonly [trait: string, points: number]>>;
  readonly because?: string;
  readonly mailKind?: string;
  readonly reasons: readonly RecordedReason[];
  readonly observed?: readonly RecordedReason[];
  readonly unavailable?: readonly Unavailable[];
}

/** [symbol, points, details] — short, since there are many. */
export type RecordedReason = readonly [
  symbol: string,
  points: number,
  details?: Readonly<Record<string, string | number>>,
];

/** A symbol, with its details if it has any. */
export type RecordedFinding = string | readonly [symbol: string, details: Readonly<Record<string, string | number>>];

export function recordVerdict(verdict: Verdict): RecordedVerdict {
  return {
    action: verdict.action,
    score: verdict.score,
    ...(verdict.probability === undefined ? {} : { probability: verdict.probability }),
    ...(verdict.scores === undefined ? {} : { scores: verdict.scores }),
    ...learnedOf(verdict.reasons),
    ...cappedOf(verdict.reasons),
    ...(verdict.because === undefined ? {} : { because: verdict.because }),
    ...(verdict.mailKind === undefined ? {} : { mailKind: verdict.mailKind }),
    reasons: verdict.reasons.map(shorten),
    ...(verdict.observed.length > 0 ? { observed: verdict.observed.map(shorten) } : {}),
    ...(verdict.unavailable.length > 0 ? { unavailable: verdict.unavailable } : {}),
  };
}

/** What the checks of one stage found, for the event of that stage; undefined if nothing. */
export function recordOutcomes(outcomes: readonly Outcome[]): {
  readonly found?: readonly RecordedFinding[];
  readonly unavailable?: readonly Unavailable[];
} {
  const found = outcomes.flatMap(one =>
    one.status === 'done'
      ? one.findings.map(({ symbol, details }): RecordedFinding =>
          Object.keys(details).length > 0 ? [symbol, details] : symbol,
        )
      : [],
  );
  const unavailable = outcomes.flatMap(one =>
    one.status === 'unavailable' ? [{ check: one.check.name, reason: one.reason }] : [],
  );
  return { ...(found.length > 0 ? { found } : {}), ...(unavailable.length > 0 ? { unavailable } : {}) };
}

const factLimitBytes = 2_048;
/** A sign may be written as \\u and four digits. */
const escaped = 6;

/** The facts as measured, each at most 2 kB. */
export function recordFacts(measurements: Measurements): Readonly<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  for (const [fact, result] of measurements.settled()) {
    if (!result.ok) facts[fact.name] = { unavailable: result.reason };
    else if (fact.record) {
      const value = fact.record(result.value);
      facts[fact.name] = mostSigns(value) <= factLimitBytes ? value : shortened(value);
    }
  }
  return facts;
}

function shortened(value: unknown): unknown {
  const text = JSON.stringify(value) ?? '';
  return text.length <= factLimitBytes ? value : `${text.slice(0, factLimitBytes - 1)}…`;
}

/** No less than the signs of its JSON, and cheaper to say; leaves off beyond the limit. */
function mostSigns(value: unknown): number {
  if (typeof value === 'string') return escaped * value.length + 2;
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? Infinity : 25;
  // What it is as JSON is for an object of a class to say.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return Infinity;
  let signs = 2;
  for (const [name, inner] of Object.entries(value)) {
    signs += escaped * name.length + 4 + mostSigns(inner);
    if (signs > factLimitBytes) return Infinity;
  }
  return signs;
}

function learnedOf(reasons: readonly Reason[]): Pick<RecordedVerdict, 'learned'> {
  const learned = reasons.flatMap(({ symbol, learned: weight }) =>
    weight ? [[symbol, [weight.from, weight.to] as const] as const] : [],
  );
  return learned.length > 0 ? { learned: Object.fromEntries(learned) } : {};
}

function cappedOf(reasons: readonly Reason[]): Pick<RecordedVerdict, 'capped'> {
  const capped = reasons.flatMap(({ symbol, trait }) =>
    trait ? [[symbol, [trait.name, trait.points] as const] as const] : [],
  );
  return capped.length > 0 ? { capped: Object.fromEntries(capped) } : {};
}

function shorten(reason: Reason): RecordedReason {
  return Object.keys(reason.details).length > 0
    ? [reason.symbol, reason.points, reason.details]
    : [reason.symbol, reason.points];
}
