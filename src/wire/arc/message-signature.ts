// SPDX-License-Identifier: Apache-2.0
/**
 * Message signature — an ARC-Message-Signature as a value, or what is wrong with it (RFC 8617 4.1.2): a DKIM signature without v=, whose
 * i= is the instance. Unlike DKIM it need not sign From, or anything: whoever trusts it must look at `names`.
 */
import { readPlace, type KeyPlace } from '../dkim/place.ts';
import { readTags, withoutBlanks, type Read } from '../dkim/tags.ts';
import { readBase64, readCanonicalization, readNumber, type Algorithm, type Canonicalization } from '../dkim/values.ts';
import { readArcAlgorithm } from './seal.ts';

export interface MessageSignature extends KeyPlace {
  readonly algorithm: Algorithm;
  readonly octets: Buffer;
  readonly bodyHash: Buffer;
  /**
   * c=; where it is missing, simple as RFC 6376 has it, and then relaxed: sealers leave it out because the seal beside it knows no other form
   * (RFC 8617 4.1.3), and the suite of the RFC's authors wants that to pass. Either is signed by whoever holds the key.
   */
  readonly forms: readonly Forms[];
  /** h=, in lower case; may be none. */
  readonly names: readonly string[];
  /** l= */
  readonly bodyLimit?: number;
}

export interface Forms {
  readonly header: Canonicalization;
  readonly body: Canonicalization;
}

const unstated: readonly Forms[] = [
  { header: 'simple', body: 'simple' },
  { header: 'relaxed', body: 'relaxed' },
];
/** As many as a DKIM signature may name. */
const namesAtMost = 200;

export function readMessageSignature(value: string): Read<MessageSignature> {
  const read = readTags(value);
  if ('wrong' in read) return read;
  const tags = read.value;
  const algorithm = readArcAlgorithm(tags.get('a'));
  if (!algorithm) return { wrong: 'the algorithm (a=) is unknown' };
  const octets = readBase64(tags.get('b') ?? '');
  if (!octets) return { wrong: 'the signature (b=) is not base64' };
  const bodyHash = readBase64(tags.get('bh') ?? '');
  if (!bodyHash) return { wrong: 'the body hash (bh=) is not base64' };
  const c = tags.get('c');
  const form = c === undefined ? undefined : readCanonicalization(c);
  if (c !== undefined && !form) return { wrong: 'the canonicalization (c=) is unknown' };
  const names = namesOf(tags.get('h'));
  if (!names) return { wrong: 'the field names (h=) are missing or too many' };
  // It would sign what comes after it (4.1.2).
  if (names.includes('arc-seal')) return { wrong: 'it signs an ARC-Seal (h=)' };
  const place = readPlace(tags);
  if ('wrong' in place) return place;
  const t = tags.get('t');
  if (t !== undefined && readNumber(t) === undefined) return { wrong: 'its time (t=) is not a number' };
  const l = tags.get('l');
  const bodyLimit = l === undefined ? undefined : readNumber(l, 15);
  if (l !== undefined && bodyLimit === undefined) return { wrong: 'the length of the body (l=) is not a number' };
  return {
    value: {
      algorithm,
      octets,
      bodyHash,
      forms: form ? [form] : unstated,
      ...place.value,
      names,
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
    },
  };
}

/** A name that is empty chooses no field, as one that is not there does. */
function namesOf(value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const names = withoutBlanks(value).toLowerCase().split(':');
  if (names.length > namesAtMost) return undefined;
  return names.filter(name => name !== '');
}
