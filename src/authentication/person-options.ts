// SPDX-License-Identifier: Apache-2.0
/** Person options — by whom signatures of persons are believed; the `[authentication.smime]` and `[authentication.openpgp]` tables of the configuration. */
import { z } from 'zod';

export const smimeSchema = z.strictObject({
  roots: z
    .string()
    .meta({
      description:
        'A PEM file of the certificates that are believed when they vouch for an address: authorities, or single persons. Default: none.',
    })
    .optional(),
});

export const openpgpSchema = z.strictObject({
  keys: z
    .string()
    .meta({
      description:
        'A folder of OpenPGP keys that are believed, for all addresses they name: files .asc, .gpg, .pgp, .key or .pub. Default: none.',
    })
    .optional(),
});
