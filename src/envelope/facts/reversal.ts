// SPDX-License-Identifier: Apache-2.0
/**
 * Reversal — whether the recipient is a return path that we once wrote: for mail that was sent on (SRS), or of our own users (BATV).
 * A mailbox that really is called so is what it is called. A server behind us may write such addresses too: what is not ours there, it is asked for.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Address } from '../../core/address.ts';
import type { PlainBounces, Reversed } from '../../core/reversed.ts';
import type {} from '../reversed-addresses.ts';
import { namesMailbox } from '../names-mailbox.ts';

export interface Reversal {
  readonly of: Reversed;
  /** For bounces to an address without a tag. */
  readonly plainBounces: PlainBounces;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly reversal: Measured<'recipient', Reversal>;
  }
}

export default defineFact({
  name: 'reversal',
  scope: 'recipient',
  summary: {
    en: 'Whether the recipient is a return path that this server once wrote (SRS, BATV).',
    ja: '受信者アドレスが、このサーバが以前に書いた返送先（SRS・BATV）かどうか。',
  },
  needs: ['directory', 'reversedAddresses'],
  deadlineMs: 2_000,
  read({ recipient: { address }, sender, directory, reversedAddresses }): Reversal | Promise<Reversal> {
    const found = directory.find(address);
    if (found.kind === 'foreign') return nothing;
    const looksWritten = /^(srs[01][=+-]|prvs=)/i.test(address.local) && !namesMailbox(found, address);
    if (!looksWritten && sender.address !== null) return nothing;
    if (!looksWritten)
      return reversedAddresses.plainBounces(address).then(plainBounces => ({ of: none, plainBounces }));
    return reversedAddresses.read(address).then((of): Reversal => {
      const isUnknown = of.kind === 'forged' || of.kind === 'expired';
      const isBehindUs = found.domain.transport.kind !== 'maildir';
      return { of: isUnknown && isBehindUs ? none : of, plainBounces: 'expected' };
    });
  },
  record: ({ of }) => (of.kind === 'none' ? undefined : { kind: of.kind }),
});

/** What was measured under this fact's name. */
export function isReversal(value: unknown): value is Reversal {
  return typeof value === 'object' && value !== null && 'of' in value && 'plainBounces' in value;
}

/** The mailbox that a recipient stands for: without the tag of a return path of ours. */
export function plainRecipient(address: Address, of: Reversed): Address {
  switch (of.kind) {
    case 'none':
    case 'unreadable':
      return address;
    case 'tagged':
      return of.plain;
    case 'forged':
    case 'expired':
      return of.plain ?? address;
    case 'forwarded':
      return of.heldFor ?? of.to;
  }
}

const none: Reversed = { kind: 'none' };
const nothing: Reversal = { of: none, plainBounces: 'expected' };
