// SPDX-License-Identifier: Apache-2.0
/**
 * DomainKey — the ancestor of DKIM (RFC 4870, historic): its signature field, its policy record, and the header as it signs it.
 * Unlike DKIM, one hash goes over header and body, only what stands below the signature is signed, and every field of a name that h= has.
 */
import type { SignableField } from './fields.ts';
import { readPlace, type KeyPlace } from './place.ts';
import { readTags, type Read } from './tags.ts';
import { readBase64, readNames } from './values.ts';

export type DomainKeyForm = 'simple' | 'nofws';

export interface DomainKeySignature extends KeyPlace {
  readonly form: DomainKeyForm;
  readonly octets: Buffer;
  /** h=, in lower case; absent: all fields below the signature. */
  readonly names?: readonly string[];
}

/** Of the value of a DomainKey-Signature (3.3). */
export function readDomainKey(value: string): Read<DomainKeySignature> {
  const read = readTags(value);
  if ('wrong' in read) return read;
  const of = (name: string): string => read.value.get(name) ?? '';
  if ((read.value.get('a') ?? 'rsa-sha1').toLowerCase() !== 'rsa-sha1')
    return { wrong: 'the algorithm (a=) is unknown' };
  const form = of('c').toLowerCase();
  if (form !== 'simple' && form !== 'nofws') return { wrong: 'the canonicalization (c=) is unknown' };
  // Signers of the time left it out, and there is no other.
  if ((read.value.get('q') ?? 'dns').toLowerCase() !== 'dns') return { wrong: 'the query method (q=) is unknown' };
  const octets = readBase64(of('b'));
  if (!octets) return { wrong: 'the signature (b=) is not base64' };
  const place = readPlace(read.value);
  if ('wrong' in place) return place;
  const list = read.value.get('h');
  if (list === undefined) return { value: { form, octets, ...place.value } };
  const names = readNames(list);
  if (!names) return { wrong: 'the field names (h=) are malformed' };
  return { value: { form, octets, ...place.value, names } };
}

/**
 * What is signed of the header; `fields` are those below the signature. They stand in the order of h=, and all of one name are signed: one for
 * each time h= has the name, and the rest at its last (3.3, 3.4.2).
 */
export function domainKeyHeader(fields: readonly SignableField[], { names, form }: DomainKeySignature): string {
  const signed = names ? fieldsInOrder(fields, names) : fields;
  return signed
    .map(({ raw }) => (form === 'simple' ? withLineEnd(raw) : `${raw.replace(/[\t\n\r ]+/g, '')}\r\n`))
    .join('');
}

function fieldsInOrder(fields: readonly SignableField[], names: readonly string[]): readonly SignableField[] {
  const left = new Map<string, SignableField[]>(names.map(name => [name, []]));
  for (const field of fields) left.get(field.name)?.push(field);
  const last = new Map(names.map((name, place) => [name, place]));
  return names.flatMap((name, place) => left.get(name)?.splice(0, last.get(name) === place ? fields.length : 1) ?? []);
}

function withLineEnd(raw: string): string {
  return raw.endsWith('\r\n') ? raw : `${raw.replace(/\n$/, '')}\r\n`;
}

/** The body without any white space but its line ends. */
export function withoutBlankOctets(piece: Buffer): Buffer {
  const out = Buffer.allocUnsafe(piece.length);
  let size = 0;
  for (const octet of piece) if (octet !== 0x20 && octet !== 0x09) out[size++] = octet;
  return out.subarray(0, size);
}

export interface DomainKeyPolicy {
  /** o=-: the domain says that it signs all its mail. */
  readonly signsAll: boolean;
  /** t=y */
  readonly isTest: boolean;
}

/** The record at `_domainkey.<domain>` (3.6); undefined if it is none. */
export function readDomainKeyPolicy(text: string): DomainKeyPolicy | undefined {
  const read = readTags(text);
  if ('wrong' in read) return undefined;
  const outbound = read.value.get('o') ?? '~';
  if (outbound !== '-' && outbound !== '~') return undefined;
  return { signsAll: outbound === '-', isTest: read.value.get('t') === 'y' };
}
