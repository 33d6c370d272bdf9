// SPDX-License-Identifier: Apache-2.0
/**
 * Packed — what the checks of a stage found, as one short text: thousands of connections are held while it is remembered of each.
 * Only what was found or could not be made is kept; what is read back weighs and is recorded the same.
 */
import type { Assembly, PreparedCheck } from '../check/assembly.ts';
import type { Finding } from '../check/check.ts';
import type { Outcome } from '../check/run.ts';

/** A finding without details is its symbol alone; of a check that could not be made there is the reason. */
type Packed = readonly [check: string, found: readonly (Finding | string)[] | string];

export function pack(outcomes: readonly Outcome[]): string {
  const kept = outcomes.flatMap((one): Packed[] => {
    if (one.status === 'unavailable') return [[one.check.name, one.reason]];
    return one.findings.length > 0 ? [[one.check.name, one.findings.map(shorten)]] : [];
  });
  return kept.length > 0 ? JSON.stringify(kept) : '';
}

/** `assembly` must be the one that was packed under. */
export function unpack(text: string, assembly: Assembly): readonly Outcome[] {
  if (text === '') return [];
  const kept: unknown = JSON.parse(text);
  return Array.isArray(kept) ? kept.filter(isPacked).flatMap(one => outcomesOf(one, assembly)) : [];
}

function shorten(finding: Finding): Finding | string {
  const { symbol, details, share, action } = finding;
  return share === 1 && action === undefined && Object.keys(details).length === 0 ? symbol : finding;
}

function outcomesOf([name, found]: Packed, assembly: Assembly): readonly Outcome[] {
  const check: PreparedCheck | undefined = assembly.byName.get(name);
  if (!check) return [];
  if (typeof found === 'string') return [{ check, status: 'unavailable', reason: found }];
  const findings = found.map(one => (typeof one === 'string' ? { symbol: one, details: {}, share: 1 } : one));
  return [{ check, status: 'done', findings }];
}

function isPacked(value: unknown): value is Packed {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}
