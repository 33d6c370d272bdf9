// SPDX-License-Identifier: Apache-2.0
/** IIM — signatures of Identified Internet Mail that the message bears. They are not verified: the key servers they name are gone. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { parseIimSignature, verdictOf, type IimSignature } from '../../wire/iim/signature.ts';

export interface Iim {
  readonly signatures: readonly IimSignature[];
  /** What servers before us say they found; anybody can write that. */
  readonly claims: readonly string[];
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly iim: Measured<'message', Iim>;
  }
}

/** More say no more. */
const fieldsRead = 5;

export default defineFact({
  name: 'iim',
  scope: 'message',
  summary: {
    en: 'Signatures of Identified Internet Mail, an ancestor of DKIM; recognised, not verified.',
    ja: 'DKIM の前身である Identified Internet Mail の署名。認識するだけで検証はしない。',
  },
  needs: ['mime'],
  deadlineMs: 1_000,
  read: ({ mime }): Iim => ({
    signatures: mime.headers
      .all('iim-sig')
      .slice(0, fieldsRead)
      .flatMap(({ raw }) => parseIimSignature(raw) ?? []),
    claims: mime.headers
      .all('iim-verify')
      .slice(0, fieldsRead)
      .map(({ raw }) => verdictOf(raw))
      .filter(said => said !== ''),
  }),
  record: value => (value.signatures.length > 0 ? value : undefined),
  // No method of that name is registered (RFC 8601 2.7.6).
  results: ({ signatures }): readonly AuthResult[] =>
    signatures.map(({ host }) => ({
      method: 'x-iim',
      result: 'neutral',
      reason: 'not verified, no key server lives',
      properties: host === '' ? [] : [['header', 'h', host]],
    })),
});
