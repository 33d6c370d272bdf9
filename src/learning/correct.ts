// SPDX-License-Identifier: Apache-2.0
/**
 * Correct — a person says what a message is: by moving it, by a button, by IMAP. The one port for all of them.
 * A person's word takes back what programs said otherwise; saying the same again adds nothing.
 */
import type { Kind } from '../core/kinds.ts';
import { judgedLimitBytes } from '../core/message.ts';
import type { Label, NewTraining } from '../store/learning/contract.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import { asJudged } from './as-judged.ts';
import type { Filter, LearnResult } from './filter.ts';
import { learningIdOf } from './id.ts';

/** `message` as it lies in the mailbox; `by` is the person's address, `kind` of what kind that person says it is. Durable when it resolves. */
export type Correct = (message: Buffer, label: Label, by: string, kind?: Kind) => Promise<LearnResult>;

/** What a stored message says of how it was judged, from what we wrote in front of it. */
export interface Remembered {
  readonly proven: readonly string[];
  readonly findings: NewTraining['findings'];
}

/** `onLearned` hears of what was not known before. */
export function corrector(
  filter: Pick<Filter, 'learn'>,
  rememberedIn: (stored: Buffer) => Remembered = () => ({ proven: [], findings: undefined }),
  onLearned: (stored: Buffer, label: Label) => void = () => {},
): Correct {
  return async (stored, label, by, kind) => {
    const message = readStored(stored);
    const id = learningIdOf(message);
    const known = { ...rememberedIn(stored), kind };
    const result = await filter.learn(message, label, by, 'person', id, known);
    if (result.outcome === 'learned') onLearned(stored, label);
    return result;
  };
}

/** A message of a mailbox as the filter saw it. */
export function readStored(stored: Buffer): MimeMessage {
  return parseMessage(asJudged(stored.subarray(0, judgedLimitBytes)));
}
