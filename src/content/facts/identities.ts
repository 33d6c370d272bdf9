// SPDX-License-Identifier: Apache-2.0
/** Identities — who the header says wrote, sent and receives the message, read once; and whether a list or a resender stands between them. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Address } from '../../core/address.ts';
import { parseAddressList } from '../../wire/mime/addresses.ts';
import type { Headers, MimeMessage } from '../../wire/mime/types.ts';

export interface Correspondent {
  /** As shown to people; empty if there is none. */
  readonly name: string;
  readonly address: Address;
}

export interface Identities {
  readonly from: readonly Correspondent[];
  readonly sender: readonly Correspondent[];
  readonly replyTo: readonly Correspondent[];
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  /** The first of From. */
  readonly author: Correspondent | undefined;
  readonly fromFields: number;
  /** Which of them is in a domain of ours. */
  readonly local: { readonly author: boolean };
  /** Who handed it on, by its own word: then the envelope, To and Reply-To need not fit the author. */
  readonly handedOn: 'list' | 'resent' | undefined;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly identities: Measured<'message', Identities>;
  }
}

/** Of long lists only so many are kept: enough to see that it is a crowd. */
const addressesRead = 200;
/** As long as these are; 60 kB of addresses would cost 40 ms. */
const fieldRead = 20_000;

export default defineFact({
  name: 'identities',
  scope: 'message',
  summary: { en: 'The addresses in the header.', ja: 'ヘッダに書かれた差出人・宛先などのアドレス。' },
  needs: ['mime', 'directory'],
  deadlineMs: 1_000,
  read({ mime, directory }) {
    const { headers } = mime;
    const from = addressesIn(headers, 'from');
    const [author] = from;
    return {
      from,
      sender: addressesIn(headers, 'sender'),
      replyTo: addressesIn(headers, 'reply-to'),
      to: addressesIn(headers, 'to'),
      cc: addressesIn(headers, 'cc'),
      author,
      fromFields: headers.all('from').length,
      local: { author: author !== undefined && directory.isLocalDomain(author.address.domain) },
      handedOn: handedOnBy(mime),
    };
  },
});

/** Entries without a readable address are left out: nobody can be compared with them. */
function addressesIn(headers: Headers, key: string): readonly Correspondent[] {
  const read: Correspondent[] = [];
  for (const field of headers.all(key)) {
    for (const { name, address } of parseAddressList(field.raw.slice(0, fieldRead))) {
      if (address === null || address.domain === '') continue;
      read.push({ name, address });
      if (read.length === addressesRead) return read;
    }
  }
  return read;
}

function handedOnBy({ headers }: MimeMessage): Identities['handedOn'] {
  if (headers.first('list-id') ?? headers.first('list-post') ?? headers.first('mailing-list')) return 'list';
  if (headers.first('resent-from') ?? headers.first('resent-to') ?? headers.first('resent-date')) return 'resent';
  return undefined;
}
