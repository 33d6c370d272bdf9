// SPDX-License-Identifier: Apache-2.0
/** Ports — what the commands of live quality need done; the workplace fills it. */
import type { AuditState, Said } from './answers.ts';
import type { Quality } from './survey.ts';

export interface QualityDesk {
  survey(since: number, until: number): Promise<Quality>;
  /** What is still to be judged, newest first; of one mailbox, or of all. */
  open(mailbox: string | undefined, since: number, limit: number): Promise<readonly AuditShown[]>;
  /** What the answer came to; undefined if there is no such audit of that mailbox. Learned when it is settled. */
  answer(
    id: string,
    label: Said,
    by: string,
    mailbox: string | undefined,
  ): Promise<Exclude<AuditState, 'unasked'> | 'not-asked' | undefined>;
}

/** A message that somebody is asked about. */
export interface AuditShown {
  readonly id: string;
  readonly recipient: string;
  readonly at: number;
  /** It was answered, and is asked once more. */
  readonly isAgain: boolean;
  /** Empty where the message is no longer here. */
  readonly from: string;
  readonly subject: string;
}
