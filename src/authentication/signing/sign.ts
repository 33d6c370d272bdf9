// SPDX-License-Identifier: Apache-2.0
/** Sign — a DKIM-Signature over a message as it leaves us: relaxed/relaxed, without a limit of its body and without an end (RFC 6376). */
import type { SignableField } from '../../wire/dkim/fields.ts';
import { signedHeader } from '../../wire/dkim/signed-header.ts';
import { signedField, type SigningKey } from './tag-field.ts';

export interface ToSign {
  readonly fields: readonly SignableField[];
  /** SHA-256 of the body in the relaxed form. */
  readonly bodyHash: Buffer;
  /** h= */
  readonly names: readonly string[];
  /** Unix milliseconds. */
  readonly at: number;
}

/** The field with its CRLF. */
export function dkimSignature({ fields, bodyHash, names, at }: ToSign, key: SigningKey): string {
  return signedField(
    'DKIM-Signature',
    [
      ['v', '1'],
      ['a', key.algorithm],
      ['c', 'relaxed/relaxed'],
      ['d', key.domain],
      ['s', key.selector],
      ['t', String(Math.floor(at / 1_000))],
      ['h', names.join(':')],
      ['bh', bodyHash.toString('base64')],
      ['b', ''],
    ],
    key,
    signature => signedHeader({ fields, names, canonicalization: 'relaxed', signature }),
  );
}
