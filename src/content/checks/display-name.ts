// SPDX-License-Identifier: Apache-2.0
/** Display name — most programs show only the name: one that is itself an address, and not the true one, deceives. */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { toALabels } from '../../core/domain.ts';
import { isSameOrganisation } from '../../core/organisation.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'display-name',
  stage: 'message',
  summary: {
    en: 'Looks whether the author’s name shows another address than the true one.',
    ja: '差出人の表示名が実際と異なるアドレスを示していないかを調べる。',
  },
  needs: ['identities'],
  config: z.strictObject({}),
  symbols: {
    DISPLAY_NAME_ADDRESS: {
      weight: 1.5,
      says: {
        en: 'The author’s name shows an address at {shown}, but the true one is at {actual}.',
        ja: '表示名は {shown} のアドレスだが、実際のアドレスは {actual} である。',
      },
    },
  },
  run({ client, identities: { from, handedOn }, found }) {
    if (client.isOurs) return [];
    for (const { name, address } of from) {
      const shown = toALabels(/[^\s@<>"'()]@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)/.exec(name.slice(0, 300))?.[1] ?? '');
      if (shown === '' || isSameOrganisation(shown, address.domain)) continue;
      // Lists that must rewrite From put the author's address into the name (`alice@example.org via list`).
      const share = handedOn === 'list' ? 0.05 : 1;
      return [found.DISPLAY_NAME_ADDRESS({ shown: shortenEnd(shown), actual: shortenEnd(address.domain) }, share)];
    }
    return [];
  },
});
