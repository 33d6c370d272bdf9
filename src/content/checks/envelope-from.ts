// SPDX-License-Identifier: Apache-2.0
/**
 * Envelope From — whether the reverse-path belongs to the author's domain. Lists, forwarders and mailing services rightly write their own,
 * so that bounces come to them: with List-Id or Resent-* it weighs next to nothing.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { isSameOrganisation } from '../../core/organisation.ts';
import { shortenEnd } from '../shorten.ts';

export default defineCheck({
  name: 'envelope-from',
  stage: 'message',
  summary: {
    en: 'Compares the sender of the envelope with the author in the header.',
    ja: 'エンベロープ From とヘッダの差出人（From）を比べる。',
  },
  needs: ['identities'],
  config: z.strictObject({}),
  symbols: {
    ENVELOPE_FROM_DIFFERS: {
      weight: 0.5,
      says: {
        en: 'It was sent from {envelope}, but From says {header}.',
        ja: 'エンベロープの送信者は {envelope} だが、差出人（From）は {header} である。',
      },
    },
  },
  run({ client, sender, identities: { from, handedOn, sender: sent }, found }) {
    const envelope = sender.address?.domain ?? '';
    const [author] = from;
    if (client.isOurs || envelope === '' || !author) return [];
    if ([...from, ...sent].some(({ address }) => isSameOrganisation(address.domain, envelope))) return [];
    const details = { envelope: shortenEnd(envelope), header: shortenEnd(author.address.domain) };
    return [found.ENVELOPE_FROM_DIFFERS(details, handedOn ? 0.05 : 1)];
  },
});
