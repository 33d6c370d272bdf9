// SPDX-License-Identifier: Apache-2.0
/**
 * Stranger name — the reverse name of a client that is judged by it. For ours, for those inside and for familiar ones nothing is
 * asked: they do not wait for their greeting because a name server sleeps.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import { readReverseName, type ReverseName } from '../reverse-name.ts';
import { isUnfamiliar } from '../stranger.ts';

export type StrangerName = ReverseName | { readonly kind: 'not-judged' };

declare module '../../check/fact.ts' {
  interface Facts {
    readonly strangerName: Measured<'connection', StrangerName>;
  }
}

export default defineFact({
  name: 'strangerName',
  scope: 'connection',
  summary: {
    en: 'The name in DNS of a client that is judged by its name; of ours and of familiar ones nothing is asked.',
    ja: 'ホスト名で判定する接続元の逆引きホスト名。自組織とお馴染みの接続元については問い合わせない。',
  },
  needs: ['dns', 'familiarNetworks'],
  // A stranger waits for its greeting so long; what has not come by then blames nobody.
  deadlineMs: 5_000,
  read({ client, dns, familiarNetworks }, signal): StrangerName | Promise<StrangerName> {
    return isUnfamiliar(client, familiarNetworks) ? readReverseName(client.ip, dns, signal) : { kind: 'not-judged' };
  },
});
