// SPDX-License-Identifier: Apache-2.0
/** Report options — whether we report to others; the `[authentication.reports]` table of the configuration. */
import { z } from 'zod';
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
});

export type ReportOptions = z.output<typeof reportsSchema>;
