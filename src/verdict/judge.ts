// SPDX-License-Identifier: Apache-2.0
/**
 * Judge — a whole message before its recipients: the stages `message` and `mailbox` run, and each recipient gets a verdict of its own.
 * The expensive checks run only while the score leaves it open what is to be done.
 */
import type { Measurements } from '../check/measurements.ts';
import { runStage, type Outcome } from '../check/run.ts';
import type { Policy } from './policy.ts';
import { earnedBy, weigh } from './weigh.ts';
import type { Verdict } from './verdict.ts';

/** A recipient that was let in at RCPT, with what was found until then. */
export interface JudgedRecipient {
  readonly measurements: Measurements;
  /** From connect to recipient; for postmaster only what concerns the recipient itself. */
  readonly outcomes: readonly Outcome[];
  readonly isPostmaster: boolean;
}

export interface Judgement {
  readonly verdicts: readonly Verdict[];
  /** What stage `message` found, for whom it may concern. */
  readonly outcomes: readonly Outcome[];
}

export async function judge(
  message: Measurements,
  recipients: readonly JudgedRecipient[],
  policy: Policy,
): Promise<Judgement> {
  const cheap = await runStage('message', message, 'cheap');
  const mayCost =
    message.assembly.waves.message.expensive.checks.length > 0 &&
    recipients.some(recipient => isOpen([...recipient.outcomes, ...cheap], policy));
  const outcomes = mayCost ? [...cheap, ...(await runStage('message', message, 'expensive'))] : cheap;
  const verdicts: Verdict[] = [];
  for (const recipient of recipients) {
    const mailbox = await runStage('mailbox', message.for(recipient.measurements));
    const verdict = weigh([...recipient.outcomes, ...outcomes, ...mailbox], policy);
    verdicts.push(recipient.isPostmaster ? neverRefused(verdict) : verdict);
  }
  return { verdicts, outcomes };
}

/** Whether a few points more or less would still change what happens. */
function isOpen(outcomes: readonly Outcome[], policy: Policy): boolean {
  const { score, action } = weigh(outcomes, policy);
  const margin = 3;
  return action !== 'reject' && earnedBy(score - margin, policy) !== earnedBy(score + margin, policy);
}

/** postmaster@ is never refused for content: whoever we refuse must have somebody to complain to (RFC 5321 4.5.1). */
function neverRefused(verdict: Verdict): Verdict {
  return verdict.action === 'accept' ? verdict : { ...verdict, action: 'mark' };
}
