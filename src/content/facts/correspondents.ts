// SPDX-License-Identifier: Apache-2.0
/**
 * Correspondents — who of the message's recipients has written to its author before, and whether the author is proven: only then is it honoured,
 * since an address can be forged, and whoever writes to whom can be guessed. Message-IDs are in the fact `conversation`.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import { formatAddress } from '../../core/address.ts';
import { parseMailbox } from '../../wire/smtp/path.ts';
import { alignmentOf } from '../aligned.ts';

export interface Correspondents {
  /** SPF or DKIM speaks for the domain of the only author. */
  readonly isProven: boolean;
  readonly author: string;
  /** By recipient as the client named it: the last day it wrote to the author. */
  readonly lastWrote: ReadonlyMap<string, string>;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly correspondents: Measured<'message', Correspondents>;
  }
}

/** Whoever writes to more at a time is hardly answering. */
const recipientsAsked = 50;
const targetsAsked = 5;

export default defineFact({
  name: 'correspondents',
  scope: 'message',
  summary: {
    en: 'Which recipients have written to the proven author of the message before.',
    ja: '受信者のうち、証明された差出人に以前メールを書いたことがある人。',
  },
  needs: ['mime', 'spf', 'dkim', 'sent', 'directory'],
  deadlineMs: 1_000,
  async read({ client, envelope, mime, spf, dkim, sent, directory }): Promise<Correspondents> {
    const nobody: Correspondents = { isProven: false, author: '', lastWrote: new Map() };
    const [from, ...others] = mime.headers.all('from');
    const mailboxes = from?.raw.match(/[^\s<>,;:"()@]{1,64}@[A-Za-z0-9.-]{1,253}/g) ?? [];
    const address = mailboxes.length === 1 ? parseMailbox(mailboxes[0] ?? '') : undefined;
    if (client.isOurs || others.length > 0 || !address) return nobody;
    const author = formatAddress(address);
    if (alignmentOf(address.domain, spf, dkim).kind !== 'proved') return { ...nobody, author };
    const found = await Promise.all(
      envelope.recipients.slice(0, recipientsAsked).map(async ({ address: recipient }) => {
        const here = directory.find(recipient);
        const targets = here.kind === 'known' ? here.targets.slice(0, targetsAsked).map(target => target.address) : [];
        const ours = new Set([recipient, ...targets].map(formatAddress));
        const days = await Promise.all([...ours].map(one => sent.lastSent(one, author)));
        return [
          formatAddress(recipient),
          days
            .filter(day => day !== undefined)
            .sort()
            .at(-1) ?? '',
        ] as const;
      }),
    );
    return { isProven: true, author, lastWrote: new Map(found.filter(([, day]) => day !== '')) };
  },
  record: ({ isProven, lastWrote }) => ({ isProven, wroteBefore: lastWrote.size }),
});
