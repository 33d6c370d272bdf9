// SPDX-License-Identifier: Apache-2.0
/**
 * S/MIME — whether the certificate of a person has signed the message (RFC 8551), and whether the operator's roots lead to it (RFC 8550).
 * Costs nothing where nothing is signed. Certificates that were revoked are not asked for. Never throws.
 */
import type { Certificate } from '../wire/smime/certificate.ts';
import { trustOf } from '../wire/smime/chain.ts';
import { holds, readSignedData, type SignedData, type SignerInfo } from '../wire/smime/signed-data.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import { findSigned, signatureAtMost, type SignedPart } from '../wire/signed-mail/find.ts';
import { authorOf, matchAuthor, type PersonSignature } from './person-signature.ts';

export interface SmimeSignature extends PersonSignature {
  /** Whether a certificate for this address vouches, as its issuer is written by OpenSSL. */
  readonly issuer: string;
}

export interface SmimeOptions {
  readonly roots: readonly Certificate[];
  readonly nowMs: number;
  /** The whole message is there; of one that is cut nothing can be said. */
  readonly isWhole: boolean;
}

const signaturesAtMost = 4;

export function verifySmime(mime: MimeMessage, options: SmimeOptions): readonly SmimeSignature[] {
  const parts = findSigned(mime).filter(({ method }) => method === 'smime');
  if (parts.length === 0) return [];
  const author = authorOf(mime);
  return parts.flatMap(part => verifyPart(part, author, options)).slice(0, signaturesAtMost);
}

function verifyPart(part: SignedPart, author: string, options: SmimeOptions): readonly SmimeSignature[] {
  const { coversAll } = part;
  const nobody = { signer: '', isAuthor: false, author, coversAll, key: '', issuer: '' };
  if (!options.isWhole) return [{ ...nobody, result: 'neutral', reason: 'too-long' }];
  const isTooLarge = part.form === 'detached' && part.signature.length > signatureAtMost;
  const data = part.isMalformed || isTooLarge ? undefined : readSignedData(part.signature);
  const content = part.form === 'detached' ? part.content : data?.content;
  if (!data || !content) return [{ ...nobody, result: 'permerror', reason: 'malformed' }];
  return data.signers.map(signer => {
    const { certificate, signedAt } = signer;
    return {
      ...nobody,
      ...matchAuthor(certificate?.addresses ?? [], author),
      ...judge(signer, content, data, options),
      key: certificate?.serial.toString('hex').slice(0, 64) ?? '',
      issuer: certificate?.x509.issuer.replaceAll('\n', ', ').slice(0, 200) ?? '',
      ...(signedAt === undefined ? {} : { signedAt }),
    };
  });
}

function judge(
  signer: SignerInfo,
  content: Buffer,
  { certificates }: SignedData,
  { roots, nowMs }: SmimeOptions,
): Pick<PersonSignature, 'result' | 'reason'> {
  // The certificate may be left out (RFC 5652 5.1): nobody is known then.
  if (!signer.certificate) return { result: 'neutral', reason: 'unknown' };
  const holding = holds(signer, content);
  switch (holding) {
    case 'altered':
      return { result: 'fail', reason: holding };
    case 'weak':
      return { result: 'policy', reason: holding };
    case 'unsupported':
      return { result: 'neutral', reason: holding };
    case 'holds': {
      const trust = trustOf(signer.certificate, certificates, roots, nowMs);
      return trust === 'trusted' ? { result: 'pass' } : { result: 'policy', reason: trust };
    }
  }
}
