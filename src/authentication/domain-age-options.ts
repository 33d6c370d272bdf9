// SPDX-License-Identifier: Apache-2.0
/** Domain age options — how long a domain is new; the `[authentication.domainAge]` table of the configuration. */
import { z } from 'zod';
import { domainName, duration } from '../core/config-words.ts';

export const domainAgeSchema = z.strictObject({
  newFor: duration(
    '14d',
    'How long a domain counts as new after it was first seen here, or with another SPF record or other name servers.',
  ),
  lists: z.array(domainName('Zone of a DNS list.')).default([]).meta({
    description:
      'DNS lists of domains registered of late, by their zones: a domain is new while one of them holds it. No list is asked unless named here.',
  }),
});

export type DomainAgeOptions = z.output<typeof domainAgeSchema>;

declare module '../check/services.ts' {
  interface Services {
    readonly domainAgeOptions: DomainAgeOptions;
  }
}
