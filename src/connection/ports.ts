// SPDX-License-Identifier: Apache-2.0
/** Ports — what the connection stage asks of others, and what it lends to the stages after it; app.ts fills it. */
import type { Network } from '../core/ip.ts';

declare module '../check/services.ts' {
  interface Services {
    /** Whose wanted mail has come here before; read from memory. */
    readonly familiarNetworks: FamiliarNetworks;
    /** Whose mail was mostly marked; read from memory. */
    readonly senderMarks: SenderMarks;
  }
}

export interface FamiliarNetworks {
  /** Whether wanted mail has come from the networks that this address belongs to. Synchronous; false of what is no address. */
  knows(ip: string): boolean;
  /** Whether this identity (see connection/familiar/identity.ts) is familiar. Synchronous. */
  knowsIdentity(identity: string): boolean;
}

export interface SenderMarks {
  /** How many messages of this identity were marked lately, where they were more than those that were not; else 0. Synchronous. */
  marksOf(identity: string, now: number): number;
}

/** From where a domain lets its mail come, by its SPF record. */
export type NetworksOfDomain = (
  domain: string,
  signal?: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly networks: readonly Network[]; readonly ttlSeconds: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable'; readonly reason: string }
>;
