// SPDX-License-Identifier: Apache-2.0
/** Weigh — turns outcomes into one verdict that accounts for every point of its score. Pure. */
import type { PreparedCheck } from '../check/assembly.ts';
import type { Finding } from '../check/check.ts';
import type { Outcome } from '../check/run.ts';
import type { Kind } from '../core/kinds.ts';
import { probabilityAt } from '../core/score-map.ts';
import type { Policy } from './policy.ts';
import { cap } from './traits.ts';
import { graver, milder, type Action, type Reason, type Unavailable, type Verdict } from './verdict.ts';

/**
 * `upTo` says what the score may lead to: before DATA only symbols speak (`symbols`), after it the score too (`score`).
 * Advice alone never exceeds `defer`: only a policy that names the symbol refuses for good.
 */
export function weigh(outcomes: readonly Outcome[], policy: Policy, upTo: 'symbols' | 'score' = 'score'): Verdict {
  const reasons: Reason[] = [];
  const observed: Reason[] = [];
  const unavailable: Unavailable[] = [];
  const withheld = new Set<string>();
  const onChallenge: { readonly reason: Reason; readonly forbids: boolean }[] = [];
  let demanded: { readonly action: Action; readonly because?: string } = { action: 'accept' };
  let isAllowed = false;
  let challengedBy: string | undefined;
  let mailKind: Kind | undefined;
  const { composites } = policy;
  const all = upTo === 'score' && composites ? [...outcomes, composites.outcome(countedIn(outcomes))] : outcomes;
  for (const outcome of all) {
    const { check } = outcome;
    if (outcome.status === 'unavailable') {
      unavailable.push({ check: check.name, reason: outcome.reason });
      if (check.mode === 'enforce' && check.onUnavailable === 'defer')
        demanded = graverOf(demanded, 'defer', check.name);
      continue;
    }
    for (const finding of outcome.findings) {
      const reason = reasonOf(check, finding);
      if (check.mode === 'observe' || check.symbols[finding.symbol]?.isObserved === true) {
        observed.push(reason);
        continue;
      }
      const word = check.symbols[finding.symbol]?.challenge;
      if (word !== undefined) {
        onChallenge.push({ reason: { ...reason, points: 0 }, forbids: word === 'forbids' });
        continue;
      }
      reasons.push(reason);
      mailKind ??= check.symbols[finding.symbol]?.kind;
      for (const symbol of check.symbols[finding.symbol]?.withholds ?? []) withheld.add(symbol);
      const mapped = policy.actions[finding.symbol];
      if (mapped === 'accept') isAllowed = true;
      const next = mapped ?? finding.action ?? advised(check, finding);
      if (next === 'challenge') challengedBy ??= finding.symbol;
      else demanded = graverOf(demanded, next, finding.symbol);
    }
  }
  withhold(reasons, withheld);
  cap(reasons, policy.traitOf);
  // Whoever is allowed, or has proven to be a person, is not asked whatever speaks against it.
  if (challengedBy !== undefined && !isAllowed) demanded = graverOf(demanded, 'challenge', challengedBy);
  const score = sumOf(reasons);
  const earned = upTo === 'symbols' || isAllowed ? 'accept' : earnedBy(score, policy);
  const action = graver(earned, demanded.action);
  const { map, scores } = policy;
  const common = {
    score,
    ...(map ? { probability: probabilityAt(map, score) } : {}),
    ...(scores ? { scores } : {}),
    observed,
    unavailable,
    ...(mailKind === undefined ? {} : { mailKind }),
  };
  const because = action === earned || demanded.because === undefined ? {} : { because: demanded.because };
  if (action !== 'challenge' || upTo === 'symbols') return { action, ...because, ...common, reasons };
  const told = onChallenge.map(({ reason }) => reason);
  const isPermitted = onChallenge.length > 0 && onChallenge.every(({ forbids }) => !forbids);
  return { action: isPermitted ? action : 'quarantine', ...because, ...common, reasons: [...reasons, ...told] };
}

/** The symbols that were found and count. */
function countedIn(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap(outcome =>
    outcome.status === 'unavailable' || outcome.check.mode === 'observe'
      ? []
      : outcome.findings.flatMap(({ symbol }) => {
          const { isObserved = false, challenge } = outcome.check.symbols[symbol] ?? {};
          return isObserved || challenge !== undefined ? [] : symbol;
        }),
  );
}

/** What a score alone comes to. */
export function earnedBy(score: number, policy: Policy): Action {
  if (policy.rejectAt !== 'never' && score >= policy.rejectAt) return 'reject';
  if (policy.challengeAt !== 'never' && score >= policy.challengeAt) return 'challenge';
  if (score >= policy.quarantineAt) return 'quarantine';
  return score >= policy.markAt ? 'mark' : 'accept';
}

function reasonOf(check: PreparedCheck, finding: Finding): Reason {
  const { weight = 0, learnedFrom } = check.symbols[finding.symbol] ?? {};
  // Hundredths, so that the sum people can add up is the sum that was acted on; `+ 0` makes -0 a 0.
  return {
    check: check.name,
    symbol: finding.symbol,
    points: Math.round(weight * finding.share * 100) / 100 + 0,
    details: finding.details,
    ...(finding.share === 1 ? {} : { share: finding.share }),
    ...(learnedFrom === undefined ? {} : { learned: { from: learnedFrom, to: weight } }),
  };
}

/** Takes the credit away from what another finding that counts says is no merit. */
function withhold(reasons: Reason[], symbols: ReadonlySet<string>): void {
  if (symbols.size === 0) return;
  for (const [i, reason] of reasons.entries())
    if (reason.points < 0 && symbols.has(reason.symbol)) reasons[i] = { ...reason, points: 0, share: 0 };
}

function sumOf(reasons: readonly Reason[]): number {
  return reasons.reduce((sum, reason) => sum + Math.round(reason.points * 100), 0) / 100;
}

function advised(check: PreparedCheck, finding: Finding): Action {
  const advice = check.symbols[finding.symbol]?.advice;
  // Delay belongs to the greet room.
  return advice === undefined || advice === 'delay' ? 'accept' : milder(advice, 'defer');
}

function graverOf(so: { readonly action: Action; readonly because?: string }, next: Action, because: string) {
  return graver(so.action, next) === so.action ? so : { action: next, because };
}
