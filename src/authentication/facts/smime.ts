// SPDX-License-Identifier: Apache-2.0
/** S/MIME — which persons have signed the message with a certificate; see authentication/smime.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { personRecord, personResult } from '../person-told.ts';
import { verifySmime, type SmimeSignature } from '../smime.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly smime: Measured<'message', readonly SmimeSignature[]>;
  }
}

export default defineFact({
  name: 'smime',
  scope: 'message',
  summary: {
    en: 'Which persons have signed the message with a certificate, and whether it is as they signed it (RFC 8551).',
    ja: 'どの人が証明書でメッセージに署名し、内容が署名の時のままかどうか（RFC 8551）。',
  },
  needs: ['mime', 'clock', 'smimeRoots'],
  deadlineMs: 2_000,
  read: ({ mime, message, clock, smimeRoots }) =>
    verifySmime(mime, { roots: smimeRoots, nowMs: clock.now(), isWhole: message.isWhole }),
  record: signatures => personRecord(signatures, 'serial'),
  // RFC 7281 has "none" for mail that is not signed; nearly none is, so that nothing is said of it.
  results: (signatures): readonly AuthResult[] =>
    signatures.map(signature =>
      personResult('smime', signature, [
        ['body', 'smime-identifier', signature.signer],
        ['body', 'smime-serial', signature.key],
        ['body', 'smime-issuer', signature.issuer],
      ]),
    ),
});
