// SPDX-License-Identifier: Apache-2.0
/** ARC options — whose seals are believed; the `[authentication.arc]` table of the configuration. */
import { z } from 'zod';
import { domainName } from '../core/config-words.ts';

export const arcSchema = z.strictObject({
  trusted: z.array(domainName('A domain; it stands for those under it, too.')).default([]).meta({
    description:
      'Domains that hand mail on and are believed when they say by ARC that an author was proven: mailing lists and forwarders of your own choice.',
  }),
});
