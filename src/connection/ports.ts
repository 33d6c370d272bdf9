// SPDX-License-Identifier: Apache-2.0
/** Ports — what the connection stage asks of others, and what it lends to the stages after it; app.ts fills it. */
import type { Network } from '../core/ip.ts';

declare module '../check/services.ts' {
  interface Services {
    /** Whose wanted mail has come here before; read from memory. */
    readonly familiarNetworks: FamiliarNetworks;
  }
}

export interface FamiliarNetworks {
  /** Whether wanted mail has come from the networks that this address belongs to. Synchronous; false of what is no address. */
  knows(ip: string): boolean;
  /** Whether this identity (see connection/familiar/identity.ts) is familiar. Synchronous. */
  knowsIdentity(identity: string): boolean;
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
