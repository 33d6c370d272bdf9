// SPDX-License-Identifier: Apache-2.0
/**
 * Packed — what the checks of a stage found, as one short text: thousands of connections are held while it is remembered of each.
 * Only what was found or could not be made is kept; what is read back weighs and is recorded the same.
 */
import type { Assembly, PreparedCheck } from '../check/assembly.ts';
import type { Finding } from '../check/check.ts';
import type { Outcome } from '../check/run.ts';

type Packed = readonly [check: string, found: readonly Finding[] | string];

export function pack(outcomes: readonly Outcome[]): string {
  const kept = outcomes.flatMap((one): Packed[] => {
    if (one.status === 'unavailable') return [[one.check.name, one.reason]];
    return one.findings.length > 0 ? [[one.check.name, one.findings]] : [];
  });
  return kept.length > 0 ? JSON.stringify(kept) : '';
}

/** `assembly` must be the one that was packed under. */
export function unpack(text: string, assembly: Assembly): readonly Outcome[] {
  if (text === '') return [];
  const kept: unknown = JSON.parse(text);
  return Array.isArray(kept) ? kept.filter(isPacked).flatMap(one => outcomesOf(one, assembly)) : [];
}

function outcomesOf([name, found]: Packed, assembly: Assembly): readonly Outcome[] {
  const check: PreparedCheck | undefined = assembly.byName.get(name);
  if (!check) return [];
  return typeof found === 'string'
    ? [{ check, status: 'unavailable', reason: found }]
    : [{ check, status: 'done', findings: found }];
}

function isPacked(value: unknown): value is Packed {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}
