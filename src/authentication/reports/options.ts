// SPDX-License-Identifier: Apache-2.0
/** Report options — whether we report to others, and where their reports arrive; the `[authentication.reports]` table of the configuration. */
import { z } from 'zod';
import { formatAddress } from '../../core/address.ts';
import { parseMailbox } from '../../wire/smtp/path.ts';

export const reportsSchema = z.strictObject({
  send: z.boolean().default(false).meta({
    description:
      'Whether owners of domains that ask for it are told once a day what was seen of mail in their names (DMARC aggregate reports: addresses of servers and counts, no mail).',
  }),
  from: z
    .string()
    .refine(text => (parseMailbox(text)?.domain ?? '') !== '', 'expected an address such as reports@example.org')
    .optional()
    .meta({ description: 'The author of our reports. Default: noreply-dmarc at `server.hostname`.' }),
  received: z
    .array(
      z
        .string()
        .refine(text => (parseMailbox(text)?.domain ?? '') !== '', 'expected an address such as reports@example.org')
        .transform(text => formatAddress(parseMailbox(text) ?? { local: '', domain: '' })),
    )
    .max(100)
    .optional()
    .meta({
      description:
        'Addresses of ours at which the reports of others arrive (DMARC, TLS): their mail is delivered as ever, and read as a report too. Default: those that the records of our domains name (rua, ruf); an empty list: none.',
    }),
});

export type ReportOptions = z.output<typeof reportsSchema>;
