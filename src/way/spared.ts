// SPDX-License-Identifier: Apache-2.0
/**
 * Spared — of recipients refused for what spoke against their sender, the few that are let through to quarantine, so that somebody can say what they were.
 * Only those that are known here: never one that is not, nor a relay, nor a return path. Drawn by chance alone: nothing that a sender does makes it likelier.
 */
import type { Address } from '../core/address.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { Action } from '../verdict/verdict.ts';

/** `could`: it was one of those, and was refused. Undefined: nobody could have let it through, or nobody lets any through. */
export type Sparing = 'spared' | 'could' | undefined;

export interface Sparer {
  /** Which share is let through, 0 to 1. */
  share(): number;
  /** 0 up to 1, without it. */
  chance(): number;
}

export function sparingOf(
  { sparer, directory }: { readonly sparer?: Sparer; readonly directory: Pick<DirectoryStore, 'find'> },
  action: Action,
  address: Address,
): Sparing {
  const share = sparer?.share() ?? 0;
  if (!sparer || share <= 0 || action !== 'reject' || directory.find(address).kind !== 'known') return undefined;
  return sparer.chance() < share ? 'spared' : 'could';
}
