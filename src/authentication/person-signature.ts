// SPDX-License-Identifier: Apache-2.0
/**
 * Person signature — what one signature of a person (S/MIME, OpenPGP) comes to. It is the only proof of a whole address: DKIM and SPF prove
 * domains. It covers neither Subject nor recipients, so that what somebody once signed can be sent again by anybody: an old one is not believed.
 */
import { parseAddressList } from '../wire/mime/addresses.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import { authorDomainOf } from './dmarc-author.ts';

export interface PersonSignature {
  /** As RFC 7281 3 has them; `policy`: it holds, and yet it is not believed. */
  readonly result: 'pass' | 'fail' | 'policy' | 'neutral' | 'permerror';
  readonly reason?: PersonReason;
  /** The address in key or certificate: From's if it is there, else the first one. Empty if there is none. */
  readonly signer: string;
  readonly isAuthor: boolean;
  /** From's address; empty if From names not exactly one. */
  readonly author: string;
  /** Nothing that a reader is shown stands outside of what is signed. */
  readonly coversAll: boolean;
  /** Fingerprint or key id of an OpenPGP key; serial number of a certificate. */
  readonly key: string;
  readonly signedAt?: number;
}

export type PersonReason =
  | 'altered'
  | 'unknown'
  | 'untrusted'
  | 'expired'
  | 'revoked'
  | 'weak'
  | 'unsupported'
  | 'malformed'
  | 'too-long';

/** Mail is on its way for five days at most; some wait for a network before they send. */
const freshMs = 14 * 86_400_000;

export type Standing = 'proven' | 'broken' | 'not-valid' | 'unbelieved' | 'other' | 'part' | 'old' | 'unreadable';

/** What of it matters most; `proven` is the only one that speaks for From. */
export function standingOf(signature: PersonSignature, nowMs: number): Standing {
  switch (signature.result) {
    case 'fail':
      return 'broken';
    case 'permerror':
      return 'unreadable';
    case 'neutral':
      return signature.reason === 'unknown' ? 'unbelieved' : 'unreadable';
    case 'policy':
      return signature.reason === 'untrusted' ? 'unbelieved' : 'not-valid';
    case 'pass':
      if (!signature.isAuthor) return 'other';
      if (!signature.coversAll) return 'part';
      return signature.signedAt !== undefined && nowMs - signature.signedAt > freshMs ? 'old' : 'proven';
  }
}

/** The one that proves most, else the first that says something. */
export function weightiest(
  signatures: readonly PersonSignature[],
  nowMs: number,
): { readonly signature: PersonSignature; readonly standing: Standing } | undefined {
  const all = signatures.map(signature => ({ signature, standing: standingOf(signature, nowMs) }));
  return all.find(({ standing }) => standing === 'proven') ?? all[0];
}

/** The one address of From; empty where it could be read in more than one way, since a key must not prove one while another is shown. */
export function authorOf(mime: MimeMessage): string {
  const from = mime.headers.all('from').map(({ raw }) => raw);
  if (authorDomainOf(from) === undefined) return '';
  const [only, ...others] = from.flatMap(raw => parseAddressList(raw));
  return only?.address && others.length === 0 ? `${only.address.local}@${only.address.domain}` : '';
}

/** Whose of the addresses it is. Case is not told apart: no server gives Alice and alice to two people. */
export function matchAuthor(
  addresses: readonly string[],
  author: string,
): Pick<PersonSignature, 'signer' | 'isAuthor' | 'author'> {
  const own = author === '' ? undefined : addresses.find(one => one.toLowerCase() === author.toLowerCase());
  return { signer: own ?? addresses[0] ?? '', isAuthor: own !== undefined, author };
}
