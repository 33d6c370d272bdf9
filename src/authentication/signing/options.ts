// SPDX-License-Identifier: Apache-2.0
/** Signing options — what leaves us signed and sealed, and as whom; the `[authentication.signing]` table of the configuration. */
import { z } from 'zod';
import { domainName, duration } from '../../core/config-words.ts';

const yes = (description: string) => z.boolean().default(true).meta({ description });

export const signingSchema = z.strictObject({
  domain: domainName(
    'The domain that signs and seals where we have no key of the author’s domain (for mail of our own senders) or of the address that forwards.',
  ).optional(),
  signs: yes('Whether mail of our own senders is signed (DKIM), wherever there is a key.'),
  signsForwards: yes(
    'Whether mail that an address of ours sends on to elsewhere is signed by the domain of that address.',
  ),
  seals: yes('Whether such mail is sealed (ARC), so that the next server learns what we found when it came.'),
  seesKeys: yes(
    'Whether a key is used only while the name service shows its record. Say false where our name servers do not see what the world sees.',
  ),
  overlap: duration(
    '2d',
    'How long a new key is published before it signs: as long as name servers may remember that it was not there.',
  ),
  keep: duration(
    '14d',
    'How long the record of a former key must stay published: as long as mail it signed may be under way.',
  ),
});

export type SigningOptions = z.output<typeof signingSchema>;
