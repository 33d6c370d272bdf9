// SPDX-License-Identifier: Apache-2.0
/** Refusal — a verdict as the reply a sender hears: the sentence of the symbol that led to it, and the attempt's id to ask about. */
import type { Assembly } from '../check/assembly.ts';
import type { Reply } from '../core/reply.ts';
import { fill } from '../core/sentence.ts';
import type { Verdict } from './verdict.ts';

/** The reply to a RCPT or DATA that this verdict refuses; undefined if it refuses nothing. */
export function refusalOf(verdict: Verdict, assembly: Assembly, attemptId: string): Reply | undefined {
  if (verdict.action !== 'defer' && verdict.action !== 'reject') return undefined;
  const isForGood = verdict.action === 'reject';
  const reason = verdict.reasons.find(one => one.symbol === verdict.because);
  const symbol = reason && assembly.symbols.get(reason.symbol);
  const says = reason && symbol ? fill(symbol.says, reason.details, 'en') : usual(verdict, isForGood);
  const status = symbol?.status ?? '7.1';
  return {
    code: isForGood ? (symbol?.code ?? 550) : 451,
    enhanced: `${isForGood ? 5 : 4}.${status}`,
    lines: [`${says} (id ${attemptId})`],
  };
}

function usual(verdict: Verdict, isForGood: boolean): string {
  if (!isForGood) return 'Cannot be judged just now, please try again later.';
  return `Refused as spam with a score of ${verdict.score}; the postmaster can tell why.`;
}
