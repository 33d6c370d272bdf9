// SPDX-License-Identifier: Apache-2.0
/** Past — a verdict as the record keeps it, read back into outcomes that can be weighed again. What cannot be read is no verdict. */
import type { PreparedCheck } from '../../check/assembly.ts';
import type { Finding } from '../../check/check.ts';
import type { Outcome } from '../../check/run.ts';
import type { Details } from '../../core/sentence.ts';
import { actions, type Action } from '../../verdict/verdict.ts';
import type { Asking } from './replay.ts';

export interface PastReason {
  readonly symbol: string;
  readonly points: number;
  readonly details: Details;
}

export interface PastVerdict {
  readonly action: Action;
  readonly because: string | undefined;
  /** What counted, and what was only observed. */
  readonly reasons: readonly PastReason[];
  readonly unavailable: readonly { readonly check: string; readonly reason: string }[];
}

export function readVerdict(value: unknown): PastVerdict | undefined {
  if (!isTable(value)) return undefined;
  const action = actions.find(one => one === value['action']);
  if (!action) return undefined;
  const { because } = value;
  return {
    action,
    because: typeof because === 'string' ? because : undefined,
    reasons: [...listOf(value['reasons']), ...listOf(value['observed'])].flatMap(readReason),
    unavailable: listOf(value['unavailable']).flatMap(one => {
      const [check, reason] = isTable(one) ? [one['check'], one['reason']] : [];
      return typeof check === 'string' ? [{ check, reason: String(reason) }] : [];
    }),
  };
}

/** As the checks of `after` would have said it: only those that exist there, and whose word of then counts. */
export function outcomesOf(
  verdict: PastVerdict,
  { before, after, changed }: Pick<Asking, 'before' | 'after' | 'changed'>,
): readonly Outcome[] {
  const findings = new Map<PreparedCheck, Finding[]>();
  for (const { symbol, points, details } of verdict.reasons) {
    const check = after.assembly.byName.get(after.assembly.symbols.get(symbol)?.check ?? '');
    if (!check || changed.has(check.name)) continue;
    const weight = before.assembly.symbols.get(symbol)?.weight ?? 0;
    const share = weight === 0 ? 1 : points / weight;
    // Its options then said what it leads to, and its options are the same.
    const isSame = before.policy.actions[symbol] === after.policy.actions[symbol];
    const action = symbol === verdict.because && isSame ? { action: verdict.action } : {};
    findings.set(check, [...(findings.get(check) ?? []), { symbol, details, share, ...action }]);
  }
  const silent = verdict.unavailable.flatMap(({ check, reason }): readonly Outcome[] => {
    const known = after.assembly.byName.get(check);
    return known && !changed.has(check) ? [{ check: known, status: 'unavailable', reason }] : [];
  });
  return [...[...findings].map(([check, found]): Outcome => ({ check, status: 'done', findings: found })), ...silent];
}

function readReason(value: unknown): readonly PastReason[] {
  const [symbol, points, details]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (typeof symbol !== 'string' || typeof points !== 'number') return [];
  const words = isTable(details)
    ? Object.fromEntries(
        Object.entries(details).flatMap(([key, word]) =>
          typeof word === 'string' || typeof word === 'number' ? [[key, word] as const] : [],
        ),
      )
    : {};
  return [{ symbol, points, details: words }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
