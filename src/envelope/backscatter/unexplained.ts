// SPDX-License-Identifier: Apache-2.0
/** Unexplained — which bounces answer nothing of ours: neither a tag on the recipient nor what our users sent explains them. */
import { isOwnSending, type OwnSending } from '../facts/own-sending.ts';
import { isReturnedMessage, type ReturnedMessage } from '../facts/returned-message.ts';
import { isReversal } from '../facts/reversal.ts';

/** A notice that names no message is explained by whoever has sent something. */
export function isUnexplained({ kind, original }: ReturnedMessage, { hasSent }: OwnSending): boolean {
  return kind !== 'none' && (original === 'unknown' || (original === 'unnamed' && !hasSent));
}

/** The same of what was measured, whatever it is: `fact` gives what is known of one recipient. */
export function isUnexplainedBounce(returned: unknown, fact: (name: string) => unknown): boolean {
  const [sending, reversal] = [fact('ownSending'), fact('reversal')];
  if (!isReturnedMessage(returned) || !isOwnSending(sending) || !isReversal(reversal)) return false;
  return reversal.of.kind === 'none' && isUnexplained(returned, sending);
}
