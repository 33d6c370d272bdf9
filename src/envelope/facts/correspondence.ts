// SPDX-License-Identifier: Apache-2.0
/**
 * Correspondence — whether the recipient has written to the sender before. Honoured only where SPF proves the sender's domain: whoever writes to
 * whom can be guessed, and a sender address can be forged.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import { formatAddress } from '../../core/address.ts';

export interface Correspondence {
  /** The last day it wrote, `2026-01-31`. */
  readonly lastWrote: string | undefined;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly correspondence: Measured<'recipient', Correspondence>;
  }
}

const mailboxesAtMost = 5;

export default defineFact({
  name: 'correspondence',
  scope: 'recipient',
  summary: {
    en: 'Whether the recipient has written to the sender before, where SPF proves the sender.',
    ja: '受信者がこの送信者に以前メールを書いたことがあるか（送信者が SPF で証明されている場合）。',
  },
  needs: ['spf', 'sent', 'directory'],
  deadlineMs: 1_000,
  async read({ recipient, sender, spf, sent, directory }): Promise<Correspondence> {
    const isProven = spf.result === 'pass' && spf.identity === 'mailfrom' && !spf.passesAnyone;
    if (!isProven || sender.address === null) return { lastWrote: undefined };
    const found = directory.find(recipient.address);
    const targets = found.kind === 'known' ? found.targets.slice(0, mailboxesAtMost) : [];
    const ours = new Set([recipient.address, ...targets.map(({ address }) => address)].map(formatAddress));
    const to = formatAddress(sender.address);
    const days = await Promise.all([...ours].map(one => sent.lastSent(one, to)));
    return {
      lastWrote: days
        .filter(day => day !== undefined)
        .sort()
        .at(-1),
    };
  },
});
