// SPDX-License-Identifier: Apache-2.0
/** Person proof — whether somebody has shown to be a person and to stand behind this sender, or this client. Nothing is looked up where nobody is asked for it. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { provenAt } from '../challenge/proven.ts';
import type {} from '../challenges.ts';

export interface PersonProof {
  readonly isAsked: boolean;
  /** Unix milliseconds: when it was shown for mail of this sender to this recipient. */
  readonly person: number | undefined;
  /** The same of the client, before it was let in. */
  readonly client: number | undefined;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly personProof: Measured<'recipient', PersonProof>;
  }
}

export default defineFact({
  name: 'personProof',
  scope: 'recipient',
  summary: {
    en: 'Whether a person has proven to be behind this sender.',
    ja: 'この送信者の背後に人がいることが確かめられているか。',
  },
  needs: ['clock', 'state', 'challenges', 'familiar'],
  deadlineMs: 1_000,
  read({ sender, recipient, familiar, clock, state, challenges }): PersonProof | Promise<PersonProof> {
    if (!challenges.isOn) return { isAsked: false, person: undefined, client: undefined };
    const { identity } = familiar;
    return provenAt(state, { identity, sender: sender.address, recipient: recipient.address }, clock.now()).then(
      proven => ({ isAsked: true, ...proven }),
    );
  },
});
