// SPDX-License-Identifier: Apache-2.0
/** Own model — what the receiver wants otherwise than everybody here, as learned from that person's own corrections; for an address of one mailbox. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { formatAddress, type Address } from '../../core/address.ts';
import type { DirectoryStore } from '../../store/directory/contract.ts';
import type { OwnModel } from '../ports.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    /** `none`: nobody's, of several people, or of somebody who never corrected anything. */
    readonly ownModel: Measured<'recipient', OwnModel | 'none'>;
  }
}

export default defineFact({
  name: 'ownModel',
  scope: 'recipient',
  summary: {
    en: 'What the receiver’s own corrections say beside the common filter.',
    ja: '受信者本人の訂正から学んだ、共通フィルタとの違い。',
  },
  needs: ['filter', 'directory'],
  deadlineMs: 1_000,
  read({ recipient: { address }, filter, directory }): OwnModel | 'none' | Promise<OwnModel | 'none'> {
    const mailbox = mailboxOf(address, directory);
    const own = mailbox && filter.own(formatAddress(mailbox));
    return own instanceof Promise ? own.then(model => model ?? 'none') : (own ?? 'none');
  },
});

function mailboxOf(address: Address, directory: Pick<DirectoryStore, 'find'>): Address | undefined {
  const found = directory.find(address);
  if (found.kind !== 'known') return undefined;
  const [target, ...others] = found.targets;
  return target?.kind === 'mailbox' && others.length === 0 ? target.address : undefined;
}
