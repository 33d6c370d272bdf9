// SPDX-License-Identifier: Apache-2.0
/** Next hop — the port by which a recipient is asked for at the server its mail will go to; app.ts lends it under the name `nextHop`. */
import type { Address } from '../core/address.ts';
import type { Domain } from '../store/directory/contract.ts';

declare module '../check/services.ts' {
  interface Services {
    readonly nextHop: NextHop;
  }
}

export interface NextHop {
  /** Whether the next hop of `domain` would take mail for `address`. Answers are remembered; never throws, trouble is `unavailable`. */
  verify(domain: Domain, address: Address, signal: AbortSignal): Promise<'exists' | 'unknown' | 'unavailable'>;
}
