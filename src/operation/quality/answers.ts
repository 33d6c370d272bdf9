// SPDX-License-Identifier: Apache-2.0
/**
 * Answers — what the answers about one message come to. One that says the verdict was right is believed; one that says it was wrong is asked again, and twice
 * out of three counts: of 100 people some press the wrong key, and in mail of which one in a hundred is an error their slips would be most of what was found.
 */
export type Said = 'spam' | 'ham';
/** `wrong` and `slip` are settled: the verdict was wrong, or the first answer was. */
export type AuditState = 'unasked' | 'right' | 'again' | 'wrong' | 'slip';

export function stateOf(answers: readonly Said[], isMarked: boolean): AuditState {
  const right = isMarked ? 'spam' : 'ham';
  const [first, ...more] = answers;
  if (first === undefined) return 'unasked';
  if (first === right) return 'right';
  const contrary = 1 + more.filter(said => said !== right).length;
  if (contrary >= 2) return 'wrong';
  return more.filter(said => said === right).length >= 2 ? 'slip' : 'again';
}

export function isOpen(state: AuditState): boolean {
  return state === 'unasked' || state === 'again';
}

export interface SlipRates {
  /** How often an error of ours is found as one, once it is asked about. */
  readonly found: number;
  /** How often a right verdict is called wrong in the end. */
  readonly invented: number;
}

/** Prior: three slips in a hundred answers, counted as a hundred answers. */
const prior = { slips: 3, answers: 100 };

export function slipRates(slips: number, agreeing: number): SlipRates {
  const slip = Math.min(0.4, (slips + prior.slips) / (slips + agreeing + prior.answers));
  return { found: (1 - slip) * (1 - slip * slip), invented: slip * slip * (2 - slip) };
}
