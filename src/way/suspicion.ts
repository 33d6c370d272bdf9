// SPDX-License-Identifier: Apache-2.0
/** Suspicion — weighs what the checks at connect found, for those who let a client wait. Checks that only observe delay nobody. */
import type { Outcome } from '../check/run.ts';
import { noSuspicion, type Suspicion } from '../core/suspicion.ts';
import type { Policy } from '../verdict/policy.ts';
import { weigh } from '../verdict/weigh.ts';

export function suspicionOf(outcomes: readonly Outcome[], policy: Policy): Suspicion {
  if (!outcomes.some(one => one.status === 'done')) return noSuspicion;
  const { reasons, score } = weigh(outcomes, policy, 'symbols');
  const declared = new Map(outcomes.map(({ check }) => [check.name, check.symbols]));
  const symbolOf = ({ check, symbol }: { readonly check: string; readonly symbol: string }) =>
    declared.get(check)?.[symbol];
  // An action of the operator's takes the place of our advice.
  const isAdvised = new Set(
    outcomes.flatMap(one =>
      one.status === 'done'
        ? one.findings.filter(({ action }) => action === undefined).map(({ symbol }) => symbol)
        : [],
    ),
  );
  const isDelay = (reason: (typeof reasons)[number]): boolean =>
    isAdvised.has(reason.symbol) && symbolOf(reason)?.advice === 'delay';
  const all = reasons.filter(reason => reason.points > 0 || isDelay(reason));
  // Trouble of ours is no second sign: what alone defers nobody defers nobody now.
  const ofClient = all.filter(reason => symbolOf(reason)?.isOwnTrouble !== true);
  const against = ofClient.length > 0 ? ofClient : all;
  const worst = against.toSorted((a, b) => b.points - a.points)[0];
  return {
    points: score,
    isDelayed: against.some(isDelay),
    isAllowed: reasons.some(({ symbol }) => policy.actions[symbol] === 'accept'),
    isAnswerable: against.length > 0 && against.every(reason => symbolOf(reason)?.yieldsToPatience === true),
    ...(worst ? { because: worst.symbol } : {}),
  };
}

/**
 * What speaks against a client before it names a recipient. Not who sends: forwarders fail SPF. Its greeting adds points; odd ones are common in printers
 * and scanners, which never come back, and so do not turn a doubt about a name into more than that.
 */
export function suspicionBefore(
  atConnect: Suspicion,
  connect: readonly Outcome[],
  hello: readonly Outcome[],
  policy: Policy,
): Suspicion {
  if (!hello.some(one => one.status === 'done')) return atConnect;
  const both = suspicionOf([...connect, ...hello], policy);
  return { ...both, isDelayed: both.isDelayed && (both.isAnswerable || !atConnect.isAnswerable) };
}
