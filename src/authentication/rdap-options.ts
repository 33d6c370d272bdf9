// SPDX-License-Identifier: Apache-2.0
/** RDAP options — which registries are asked since when a domain is registered; the `[authentication.rdap]` table of the configuration. */
import { z } from 'zod';
import type { Registrations } from './registrations.ts';

const base = z
  .string()
  .refine(
    text => URL.canParse(text) && text.startsWith('https://'),
    'expected an address such as https://rdap.example/',
  );

export const rdapSchema = z.strictObject({
  isOn: z.boolean().default(false).meta({
    description:
      'Whether registries are asked since when domains are registered (RDAP): after delivery, over https, each domain once a month. They learn from whom mail comes here.',
  }),
  bootstrap: z.string().optional().meta({
    description:
      'The file dns.json of IANA’s RDAP bootstrap registry, which says who is asked for which top-level domain.',
  }),
  servers: z
    .record(z.string().regex(/^[a-z0-9-]{1,63}$/, 'expected a top-level domain such as jp'), base)
    .default({})
    .meta({ description: 'Who is asked for a top-level domain, before the bootstrap file: `{ jp = "https://…/" }`.' }),
  perMinute: z.number().int().min(1).max(600).default(20).meta({ description: 'How many questions a minute.' }),
});

export type RdapOptions = z.output<typeof rdapSchema>;

declare module '../check/services.ts' {
  interface Services {
    readonly registrations: Pick<Registrations, 'of'>;
  }
}
