// SPDX-License-Identifier: Apache-2.0
/** Names mailbox — whether an address is a mailbox that really is called so. A catch-all is none: it takes everything. */
import type { Address } from '../core/address.ts';
import type { Found } from '../store/directory/contract.ts';

export function namesMailbox(found: Found, { local }: Address): boolean {
  return (
    found.kind === 'known' &&
    found.targets.some(({ kind, address }) => kind === 'mailbox' && address.local.toLowerCase() === local.toLowerCase())
  );
}
