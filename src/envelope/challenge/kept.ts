// SPDX-License-Identifier: Apache-2.0
/**
 * Kept — under which id a message waits for its proof: the same for the same bytes of the same sender to the same recipients, so that a sender that did not hear
 * its 550, or that does not go by it, has one copy here and one link, however often it comes again. Whoever else sends the same is another. Rejects where the store does.
 */
import { createHash } from 'node:crypto';
import { formatAddress, formatPath, type Address } from '../../core/address.ts';
import type { StateStore } from '../../store/state/contract.ts';

export interface Kept {
  /** As core/familiar.ts makes it. */
  readonly identity: string;
  readonly sender: Address | null;
  /** Those it is kept for. */
  readonly recipients: readonly Address[];
  /** All of the message, as it came. */
  readonly bytes: Buffer;
}

/** `newId` the first time, and what it was then for as long as that is remembered. */
export async function idOfKept(
  state: StateStore,
  { identity, sender, recipients, bytes }: Kept,
  newId: string,
  keepMs: number,
  now: number,
): Promise<string> {
  const hash = createHash('sha256')
    .update(JSON.stringify([identity, formatPath(sender), recipients.map(formatAddress), bytes.length]))
    .update(bytes);
  return state.settle(`challenge.kept/${hash.digest('base64url')}`, newId, keepMs, now);
}
