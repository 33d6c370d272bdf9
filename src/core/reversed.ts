// SPDX-License-Identifier: Apache-2.0
/** Reversed — what a recipient's address says when it is, or wants to be, a return path that we once wrote (SRS, BATV). */
import type { Address } from './address.ts';

export type Reversed =
  | { readonly kind: 'none' }
  /** `plain`: the mailbox that a tag stands before, where it can be read. */
  | { readonly kind: 'forged' | 'expired'; readonly scheme: 'SRS' | 'BATV'; readonly plain: Address | undefined }
  /** What was kept for it cannot be read just now. */
  | { readonly kind: 'unreadable' }
  /** Bounces go on to `to`; with `heldFor` its sender was never proven, and they are kept for the receiver who had the message sent on. */
  | { readonly kind: 'forwarded'; readonly to: Address; readonly heldFor: Address | undefined }
  /** A tag that is ours on an address of ours. */
  | { readonly kind: 'tagged'; readonly plain: Address };

/** Whether bounces to an address without a tag are expected; `never` only where all mail leaves signed. */
export type PlainBounces = 'expected' | 'doubtful' | 'never';
