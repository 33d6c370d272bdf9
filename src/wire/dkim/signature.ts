// SPDX-License-Identifier: Apache-2.0
/**
 * Signature — a DKIM-Signature as a value (RFC 6376 3.5), or what is wrong with it. What it says of time is kept and not judged.
 */
import { isWithin } from '../../core/domain.ts';
import { domainOf, readPlace, type KeyPlace } from './place.ts';
import { readTags, withoutBlanks, type Read, type Tags } from './tags.ts';
import {
  readAlgorithm,
  readBase64,
  readCanonicalization,
  readNames,
  readNumber,
  readQuotedPrintable,
  type Algorithm,
  type Canonicalization,
} from './values.ts';

export interface Signature extends KeyPlace {
  readonly algorithm: Algorithm;
  readonly headerForm: Canonicalization;
  readonly bodyForm: Canonicalization;
  /** b= */
  readonly octets: Buffer;
  /** bh= */
  readonly bodyHash: Buffer;
  /** h=, in lower case; `from` is among them. */
  readonly names: readonly string[];
  /** i= as it says; a local part may be empty. Its domain is d= or lies under it. */
  readonly identity: Identity;
  /** l= */
  readonly bodyLimit?: number;
  /** t= and x=, seconds since 1970. */
  readonly signedAt?: number;
  readonly expiresAt?: number;
}

export interface Identity {
  readonly local: string;
  readonly domain: string;
}

/** Older drafts had no v=, or others; RFC 6376 knows 1 alone. */
export interface SignatureRules {
  readonly versions?: readonly (string | undefined)[];
}

/** Of the field's value; folding may still be in it. */
export function readSignature(value: string, rules?: SignatureRules): Read<Signature> {
  const tags = readTags(value);
  return 'wrong' in tags ? tags : signatureOf(tags.value, rules);
}

function signatureOf(tags: Tags, { versions = ['1'] }: SignatureRules = {}): Read<Signature> {
  if (!versions.includes(tags.get('v'))) return { wrong: 'the version (v=) is not 1' };
  for (const name of required) if (!tags.has(name)) return { wrong: `the tag ${name}= is missing` };
  const of = (name: string): string => tags.get(name) ?? '';
  const algorithm = readAlgorithm(of('a'));
  if (!algorithm) return { wrong: 'the algorithm (a=) is unknown' };
  const form = readCanonicalization(tags.get('c') ?? 'simple/simple');
  if (!form) return { wrong: 'the canonicalization (c=) is unknown' };
  const octets = readBase64(of('b'));
  if (!octets) return { wrong: 'the signature (b=) is not base64' };
  const bodyHash = readBase64(of('bh'));
  if (!bodyHash) return { wrong: 'the body hash (bh=) is not base64' };
  const names = readNames(of('h'));
  if (!names) return { wrong: 'the field names (h=) are malformed' };
  if (names.length > namesAtMost) return { wrong: 'too many fields are signed (h=)' };
  if (!names.includes('from')) return { wrong: 'From is not signed (h=)' };
  const place = readPlace(tags);
  if ('wrong' in place) return place;
  const { domain } = place.value;
  const identity = identityOf(tags.get('i'), domain);
  if (!identity) return { wrong: 'the identity (i=) is not of the domain (d=)' };
  const query = tags.get('q');
  if (query !== undefined && !withoutBlanks(query).split(':').some(isDnsQuery))
    return { wrong: 'the query method (q=) is unknown' };
  const [bodyLimit, signedAt, expiresAt] = [tags.get('l'), tags.get('t'), tags.get('x')];
  const numbers = {
    ...(bodyLimit === undefined ? {} : { bodyLimit: readNumber(bodyLimit, 15) }),
    ...(signedAt === undefined ? {} : { signedAt: readNumber(signedAt) }),
    ...(expiresAt === undefined ? {} : { expiresAt: readNumber(expiresAt) }),
  };
  if (Object.values(numbers).includes(undefined)) return { wrong: 'one of l=, t= and x= is not a number' };
  const { signedAt: from, expiresAt: until } = numbers;
  if (from !== undefined && until !== undefined && until <= from)
    return { wrong: 'it expires (x=) before it begins (t=)' };
  const { header: headerForm, body: bodyForm } = form;
  const found = { algorithm, headerForm, bodyForm, octets, bodyHash, ...place.value, names, identity };
  return { value: { ...found, ...numbers } as Signature }; // no number is undefined here
}

const required = ['a', 'b', 'bh', 'd', 'h', 's'] as const;
/** Real ones sign at most 60; each name is looked for among all fields. */
const namesAtMost = 200;

/** q= names a method and its options; `dns` alone is what early signers wrote. */
function isDnsQuery(method: string): boolean {
  return method === 'dns/txt' || method === 'dns';
}

function identityOf(value: string | undefined, domain: string): Identity | undefined {
  if (value === undefined) return { local: '', domain };
  const text = readQuotedPrintable(value);
  const at = text?.lastIndexOf('@') ?? -1;
  if (text === undefined || at < 0) return undefined;
  const own = domainOf(text.slice(at + 1));
  return own !== '' && isWithin(own, domain) ? { local: text.slice(0, at), domain: own } : undefined;
}
