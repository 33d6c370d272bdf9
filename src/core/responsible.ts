// SPDX-License-Identifier: Apache-2.0
/** Responsible — who answers for a message, by the best that was proven, and where to complain about it. A record keeps it. */

/** From the best proof to none: a signature of the author's own domain, another signature, the return path, the greeting, nothing but the address. */
export const proofs = ['author-signature', 'signature', 'return-path', 'greeting', 'nothing'] as const;
export type Proof = (typeof proofs)[number];

export interface Responsible {
  readonly proof: Proof;
  /** As A-labels; empty where nothing was proven. */
  readonly domain: string;
  readonly ip: string;
  readonly complain: Complain;
}

export type Complain =
  /** The message names it, and those whom that takes have signed that it does (RFC 9477). */
  | {
      readonly kind: 'named';
      readonly address: string;
      readonly format: 'arf' | 'xarf';
      /** What the sender knows the message by. */
      readonly feedbackId?: string;
    }
  /** The mailbox that every domain has to have (RFC 2142). `why`: the message names another, which may not be used. */
  | { readonly kind: 'abuse'; readonly address: string; readonly why?: 'unsigned' | 'unreadable' }
  /** Whoever runs the network of the client. */
  | { readonly kind: 'network' };
