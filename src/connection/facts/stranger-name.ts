// SPDX-License-Identifier: Apache-2.0
/**
 * Stranger name — the reverse name of a client that is judged by it. For ours and for those inside nothing is asked, so that no printer waits for
 * its greeting because a name server sleeps.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import { readReverseName, type ReverseName } from '../reverse-name.ts';
import { isStranger } from '../stranger.ts';

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
    en: 'The name in DNS of a client that is judged by its name; of our own nothing is asked.',
    ja: 'ホスト名で判定する接続元の逆引きホスト名。自組織の接続元については問い合わせない。',
  },
  needs: ['dns'],
  // A stranger waits for its greeting so long; what has not come by then blames nobody.
  deadlineMs: 5_000,
  read({ client, dns }, signal): StrangerName | Promise<StrangerName> {
    return isStranger(client) ? readReverseName(client.ip, dns, signal) : { kind: 'not-judged' };
  },
});
