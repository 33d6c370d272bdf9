// SPDX-License-Identifier: Apache-2.0
/** Signable — the message as signatures see it, cut and hashed once for DKIM, ARC and DomainKeys; see authentication/signable.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import { SignableMessage } from '../signable.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly signable: Measured<'message', SignableMessage>;
  }
}

export default defineFact({
  name: 'signable',
  scope: 'message',
  summary: {
    en: 'The header and the body in the forms in which they are signed.',
    ja: '署名の対象となる形にしたヘッダーと本文。',
  },
  needs: [],
  deadlineMs: 1_000,
  read: ({ message }) => new SignableMessage(message),
});
