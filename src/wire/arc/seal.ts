// SPDX-License-Identifier: Apache-2.0
/** Seal — an ARC-Seal as a value, or what is wrong with it (RFC 8617 4.1.3); and the octets that it signs (5.1.1). */
import type { SignableField } from '../dkim/fields.ts';
import { readPlace, type KeyPlace } from '../dkim/place.ts';
import { signedHeader } from '../dkim/signed-header.ts';
import { readTags, type Read } from '../dkim/tags.ts';
import { readAlgorithm, readBase64, readNumber, type Algorithm } from '../dkim/values.ts';

/** What the sealer found of the chain before it. */
export type ChainValidation = 'none' | 'pass' | 'fail';

export interface Seal extends KeyPlace {
  readonly algorithm: Algorithm;
  readonly octets: Buffer;
  readonly validation: ChainValidation;
  /** t=, seconds since 1970. */
  readonly sealedAt?: number;
}

export function readSeal(value: string): Read<Seal> {
  const read = readTags(value);
  if ('wrong' in read) return read;
  const tags = read.value;
  // RFC 8617 4.1.3: a seal signs a set of fields that nobody chooses.
  if (tags.has('h')) return { wrong: 'it chooses fields (h=)' };
  const algorithm = readArcAlgorithm(tags.get('a'));
  if (!algorithm) return { wrong: 'the algorithm (a=) is unknown' };
  const octets = readBase64(tags.get('b') ?? '');
  if (!octets) return { wrong: 'the signature (b=) is not base64' };
  const cv = tags.get('cv');
  if (cv !== 'none' && cv !== 'pass' && cv !== 'fail') return { wrong: 'what it says of the chain (cv=) is unknown' };
  const place = readPlace(tags);
  if ('wrong' in place) return place;
  const t = tags.get('t');
  const sealedAt = t === undefined ? undefined : readNumber(t);
  if (t !== undefined && sealedAt === undefined) return { wrong: 'its time (t=) is not a number' };
  const time = sealedAt === undefined ? {} : { sealedAt };
  return { value: { algorithm, octets, validation: cv, ...place.value, ...time } };
}

/** Tag values are case-sensitive, and the algorithms are those of DKIM but SHA-1 (RFC 8617 4.1.3, RFC 8301). */
export function readArcAlgorithm(value: string | undefined): Algorithm | undefined {
  return value === 'rsa-sha256' || value === 'ed25519-sha256' ? readAlgorithm(value) : undefined;
}

export interface SetFields {
  readonly results: SignableField;
  readonly signature: SignableField;
  readonly seal: SignableField;
}

/** All sets up to the one whose seal it is, in their order; of a chain that had failed, that one alone (5.1.2). */
export function sealedHeader(sets: readonly SetFields[]): string {
  const last = sets.at(-1);
  if (!last) return '';
  const before = sets
    .slice(0, -1)
    .map(({ results, signature, seal }) => results.relaxed + signature.relaxed + seal.relaxed);
  return (
    before.join('') +
    last.results.relaxed +
    last.signature.relaxed +
    signedHeader({ fields: [], names: [], canonicalization: 'relaxed', signature: last.seal.raw })
  );
}
