// SPDX-License-Identifier: Apache-2.0
/**
 * Destination — where mail for a recipient would go: found in the directory, or asked for at the next hop.
 * An address that hides another one (`a%b@ours`, `b!a@ours`, `"a@b"@ours`) is `disguised` and never handed on, lest a server behind us unwrap it.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Address } from '../../core/address.ts';
import { after } from '../../core/maybe.ts';
import type { DirectoryStore, Domain, Target } from '../../store/directory/contract.ts';
import { relayDisguise } from '../../wire/smtp/relay-disguise.ts';
import { namesMailbox } from '../names-mailbox.ts';
import type { NextHop } from '../next-hop.ts';
import type {} from './reversal.ts';

export type Destination =
  | { readonly kind: 'known'; readonly domain: Domain; readonly targets: readonly Target[] }
  | { readonly kind: 'unknown'; readonly domain: Domain }
  /** The next hop did not answer: nobody knows yet. */
  | { readonly kind: 'unverified'; readonly domain: Domain }
  | { readonly kind: 'disguised' }
  /** A return path that we wrote: bounces go on to `to`, elsewhere, or are kept for whoever had the message sent on. */
  | { readonly kind: 'returned'; readonly to: Address; readonly heldFor: Address | undefined }
  /** It wants to be a return path of ours and is none, or none any more. */
  | { readonly kind: 'no-return-path'; readonly why: 'forged' | 'expired'; readonly scheme: 'SRS' | 'BATV' }
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
  needs: ['directory', 'nextHop', 'reversal'],
  // A next hop is asked over SMTP: connecting, greeting and three commands.
  deadlineMs: 15_000,
  read({ recipient: { address }, sender, directory, nextHop, reversal }, signal): Destination | Promise<Destination> {
    const { of } = reversal;
    switch (of.kind) {
      case 'none':
        return destinationOf(address, { directory, nextHop, signal });
      case 'tagged':
        return destinationOf(of.plain, { directory, nextHop, signal });
      case 'unreadable':
        return unverified(address, directory);
      case 'forged':
      case 'expired':
        // Whoever writes to it as to any address, answers a letter; only bounces must show that they are ours.
        return sender.address !== null && of.plain
          ? destinationOf(of.plain, { directory, nextHop, signal })
          : { kind: 'no-return-path', why: of.kind, scheme: of.scheme };
      case 'forwarded': {
        if (of.heldFor || sender.address !== null) return { kind: 'returned', to: of.to, heldFor: of.heldFor };
        // Its domain may have become ours since.
        const found = destinationOf(of.to, { directory, nextHop, signal });
        return after(found, there =>
          there.kind === 'foreign' ? { kind: 'returned', to: of.to, heldFor: undefined } : there,
        );
      }
    }
  },
  record: ({ kind }) => ({ kind }),
});

interface Asked {
  readonly directory: Pick<DirectoryStore, 'find'>;
  readonly nextHop: NextHop;
  readonly signal: AbortSignal;
}

function destinationOf(address: Address, { directory, nextHop, signal }: Asked): Destination | Promise<Destination> {
  const found = directory.find(address);
  if (found.kind !== 'foreign' && relayDisguise(address) && !namesMailbox(found, address)) return { kind: 'disguised' };
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
}

function unverified(address: Address, directory: Pick<DirectoryStore, 'find'>): Destination {
  const found = directory.find(address);
  return found.kind === 'foreign' ? found : { kind: 'unverified', domain: found.domain };
}
