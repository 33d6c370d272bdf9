// SPDX-License-Identifier: Apache-2.0
/**
 * Destination — where mail for a recipient would go: found in the directory, or asked for at the next hop.
 * An address that hides another one (`a%b@ours`, `b!a@ours`, `"a@b"@ours`) is `disguised` and never handed on, lest a server behind us unwrap it.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Address } from '../../core/address.ts';
import type { Domain, Found, Target } from '../../store/directory/contract.ts';
import { relayDisguise } from '../../wire/smtp/relay-disguise.ts';
import type {} from '../next-hop.ts';

export type Destination =
  | { readonly kind: 'known'; readonly domain: Domain; readonly targets: readonly Target[] }
  | { readonly kind: 'unknown'; readonly domain: Domain }
  /** The next hop did not answer: nobody knows yet. */
  | { readonly kind: 'unverified'; readonly domain: Domain }
  | { readonly kind: 'disguised' }
  /** Not a domain of ours. */
  | { readonly kind: 'foreign' };

declare module '../../check/fact.ts' {
  interface Facts {
    readonly destination: Measured<'recipient', Destination>;
  }
}

export default defineFact({
  name: 'destination',
  scope: 'recipient',
  summary: { en: 'Where mail for the recipient goes.', ja: '受信者あてのメールの届け先。' },
  needs: ['directory', 'nextHop'],
  // A next hop is asked over SMTP: connecting, greeting and three commands.
  deadlineMs: 15_000,
  read({ recipient: { address }, directory, nextHop }, signal): Destination | Promise<Destination> {
    const found = directory.find(address);
    if (found.kind !== 'foreign' && relayDisguise(address) && !namesMailbox(found, address))
      return { kind: 'disguised' };
    if (found.kind !== 'ask-next-hop') return found;
    const { domain } = found;
    return nextHop.verify(domain, address, signal).then((answer): Destination => {
      switch (answer) {
        case 'exists':
          return { kind: 'known', domain, targets: [{ kind: 'mailbox', address, domain }] };
        case 'unknown':
          return { kind: 'unknown', domain };
        case 'unavailable':
          return { kind: 'unverified', domain };
      }
    });
  },
  record: ({ kind }) => ({ kind }),
});

/** A mailbox that really is called so. A catch-all is none: it takes everything. */
function namesMailbox(found: Found, { local }: Address): boolean {
  return (
    found.kind === 'known' &&
    found.targets.some(({ kind, address }) => kind === 'mailbox' && address.local.toLowerCase() === local.toLowerCase())
  );
}
