// SPDX-License-Identifier: Apache-2.0
/** Accreditation options — whose word about other domains is believed; the `[authentication.vbr]` table of the configuration. */
import { z } from 'zod';
import { domainName } from '../core/config-words.ts';

export const vbrSchema = z.strictObject({
  vouchers: z.array(domainName('A domain that vouches for others.')).max(10).default([]).meta({
    description:
      'Domains that are believed when they vouch for others (VBR, RFC 5518). Nobody is asked unless named here.',
  }),
});

declare module '../check/services.ts' {
  interface Services {
    /** Domains that the operator believes when they vouch for others. */
    readonly trustedVouchers: readonly string[];
  }
}
