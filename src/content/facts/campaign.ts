// SPDX-License-Identifier: Apache-2.0
/**
 * Campaign — whether mail like this has come before, from whatever addresses. Asked only of mail whose sender nothing speaks for: newsletters of proven senders are alike too.
 * Notices of failure are alike everywhere and are left out. Nothing is learned here (campaigns/witness.ts).
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Spread } from '../campaigns/memory.ts';
import { traitsOf, type Traits } from '../campaigns/traits.ts';
import type {} from '../ports.ts';

export interface CampaignSighting {
  /** Undefined where nobody asks for them; of familiar senders only where their links lead. */
  readonly traits: Traits | undefined;
  /** Why it does not count: somebody speaks for it, it is a list's, or it is a notice. */
  readonly standing: 'unproven' | 'familiar' | 'proven' | 'list' | 'notice' | 'ours';
  /** What was seen before. */
  readonly spread: Spread | undefined;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly campaign: Measured<'message', CampaignSighting>;
  }
}

export default defineFact({
  name: 'campaign',
  scope: 'message',
  summary: {
    en: 'Whether mail of the same campaign has come before, from how many addresses, networks and providers.',
    ja: '同じ一斉送信のメールが以前に届いているか。いくつのアドレス、ネットワーク、事業者からか。',
  },
  needs: ['mime', 'text', 'links', 'spf', 'dkim', 'familiar', 'campaigns'],
  deadlineMs: 1_000,
  async read({ client, hello, sender, mime, text, links, spf, dkim, familiar, campaigns }): Promise<CampaignSighting> {
    const has = (name: string): boolean => mime.headers.first(name) !== undefined;
    const standing = (): CampaignSighting['standing'] => {
      if (client.isOurs || familiar.by === 'inside') return 'ours';
      if (sender.address === null) return 'notice';
      if (familiar.by !== 'nobody') return 'familiar';
      if (
        (spf.result === 'pass' && !spf.passesAnyone) ||
        dkim.some(({ result, isTest }) => result === 'pass' && !isTest)
      )
        return 'proven';
      return has('list-id') && (has('list-post') || has('list-unsubscribe')) ? 'list' : 'unproven';
    };
    const known = standing();
    const isAsked = known === 'unproven' || known === 'list';
    // To take them costs as much as a tenth of judging the message, nearly all of it for the text.
    const traits =
      isAsked || known === 'familiar'
        ? traitsOf({ subject: text.subject, folded: isAsked ? text.folded : '', links, hello: hello.name })
        : undefined;
    const spread = isAsked && traits ? await campaigns.find(traits) : undefined;
    return { traits, standing: known, spread };
  },
  record: ({ spread }) =>
    spread && {
      id: spread.id,
      messages: spread.messages,
      addresses: spread.addresses,
      networks: spread.networks,
      providers: spread.providers,
    },
});

/** What was measured under this fact's name. */
export function isCampaignSighting(value: unknown): value is CampaignSighting {
  return typeof value === 'object' && value !== null && 'traits' in value && 'standing' in value;
}
