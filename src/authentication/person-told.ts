// SPDX-License-Identifier: Apache-2.0
/** Person told — what the record of a message and Authentication-Results say of signatures of persons, be they S/MIME or OpenPGP. */
import type { AuthResult } from '../wire/authres/result.ts';
import type { PersonSignature } from './person-signature.ts';

/** `keyName`: what its key is called. Undefined where nobody signed. */
export function personRecord(signatures: readonly PersonSignature[], keyName: 'key' | 'serial') {
  if (signatures.length === 0) return undefined;
  return signatures.map(({ result, reason, signer, isAuthor, coversAll, key }) => ({
    result,
    ...(reason === undefined ? {} : { reason }),
    signer: signer.slice(0, 100),
    isAuthor,
    coversAll,
    [keyName]: key,
  }));
}

/** Properties without a value are left out. */
export function personResult(
  method: string,
  { result, reason }: PersonSignature,
  properties: AuthResult['properties'],
): AuthResult {
  return {
    method,
    result,
    ...(reason === undefined ? {} : { reason }),
    properties: properties.filter(([, , value]) => value !== ''),
  };
}
