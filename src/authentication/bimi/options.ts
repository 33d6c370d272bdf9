// SPDX-License-Identifier: Apache-2.0
/** BIMI options — whether marks of brands are looked at, and whose certificates are believed; the `[authentication.bimi]` table of the configuration. */
import { z } from 'zod';
import type { Marks } from './marks.ts';

export const bimiSchema = z.strictObject({
  isOn: z.boolean().default(false).meta({
    description:
      'Whether marks of brands (BIMI) are looked at: fetched after delivery from the addresses that domains publish, over https. Their servers learn that mail of the domain came here.',
  }),
  roots: z.string().optional().meta({
    description:
      'A PEM file of the authorities that are believed when they vouch for marks. Without it no mark earns anything.',
  }),
});

export type BimiOptions = z.output<typeof bimiSchema>;

declare module '../../check/services.ts' {
  interface Services {
    readonly marks: Pick<Marks, 'of' | 'isOn' | 'look'>;
  }
}
