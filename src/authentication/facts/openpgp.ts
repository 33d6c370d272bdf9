// SPDX-License-Identifier: Apache-2.0
/** OpenPGP — which persons have signed the message with a key; see authentication/openpgp.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { verifyOpenpgp } from '../openpgp.ts';
import type { PersonSignature } from '../person-signature.ts';
import { personRecord, personResult } from '../person-told.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly openpgp: Measured<'message', readonly PersonSignature[]>;
  }
}

export default defineFact({
  name: 'openpgp',
  scope: 'message',
  summary: {
    en: 'Which persons have signed the message with an OpenPGP key, and whether it is as they signed it (RFC 3156, RFC 9580).',
    ja: 'どの人が OpenPGP の鍵でメッセージに署名し、内容が署名の時のままかどうか（RFC 3156、RFC 9580）。',
  },
  needs: ['mime', 'clock', 'openpgpKeys'],
  deadlineMs: 5_000,
  read: ({ mime, message, clock, openpgpKeys }) =>
    verifyOpenpgp(mime, { keys: openpgpKeys, nowMs: clock.now(), isWhole: message.isWhole }),
  record: signatures => personRecord(signatures, 'key'),
  // No method of that name is registered (RFC 8601 2.7.6).
  results: (signatures): readonly AuthResult[] =>
    signatures.map(signature =>
      personResult('x-openpgp', signature, [
        ['body', 'identifier', signature.signer],
        ['body', 'key', signature.key],
      ]),
    ),
});
