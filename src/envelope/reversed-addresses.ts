// SPDX-License-Identifier: Apache-2.0
/**
 * Reversed addresses — the port by which a recipient is read that may be a return path we once wrote (SRS, BATV): app.ts lends it under the
 * name `reversedAddresses`.
 */
import type { Address } from '../core/address.ts';
import type { PlainBounces, Reversed } from '../core/reversed.ts';

declare module '../check/services.ts' {
  interface Services {
    readonly reversedAddresses: ReversedAddresses;
  }
}

export interface ReversedAddresses {
  /** What an address in a domain of ours says; never throws. */
  read(address: Address): Promise<Reversed>;
  /** Whether a bounce may come to this address without a tag; never throws. */
  plainBounces(address: Address): Promise<PlainBounces>;
}
