// SPDX-License-Identifier: Apache-2.0
/** Signed header — the octets that b= signs (RFC 6376 3.7): the chosen fields, then the signature's own with its b= emptied. */
import { pickFields, type SignableField } from './fields.ts';
import { relaxField } from './relax-field.ts';
import type { Canonicalization } from './values.ts';

export interface HeaderToSign {
  /** All fields of the message from the top down. */
  readonly fields: readonly SignableField[];
  /** That of them which is being verified: it is never chosen (RFC 6376 3.5). */
  readonly own?: SignableField;
  /** h=, in lower case. */
  readonly names: readonly string[];
  readonly canonicalization: Canonicalization;
  /** The signature's field as it came or as it will be sent; what its b= says is left out. */
  readonly signature: string;
}

/** One character per octet; to be hashed as latin1. */
export function signedHeader({ fields, own, names, canonicalization, signature }: HeaderToSign): string {
  const others = own && names.includes(own.name) ? fields.filter(field => field !== own) : fields;
  let text = '';
  for (const field of pickFields(others, names)) text += canonicalField(field, canonicalization);
  const last = emptySignature(signature);
  return text + withoutLineEnd(canonicalization === 'relaxed' ? relaxField(last) : last);
}

export function canonicalField(field: SignableField, canonicalization: Canonicalization): string {
  switch (canonicalization) {
    case 'relaxed':
      return field.relaxed;
    case 'simple':
      // A header that ends without a line end is signed as if it had one.
      return field.raw.endsWith('\n') ? field.raw : `${field.raw}\r\n`;
  }
}

/** The field with nothing after the `=` of its b= (RFC 6376 3.5: the white space around the value goes too). */
export function emptySignature(field: string): string {
  let start = field.indexOf(':') + 1;
  while (start < field.length) {
    const semicolon = field.indexOf(';', start);
    const end = semicolon < 0 ? field.length : semicolon;
    const b = /^[\t\n\r ]*b[\t\n\r ]*=/.exec(field.slice(start, end));
    if (b) return field.slice(0, start + b[0].length) + field.slice(end);
    start = end + 1;
  }
  return field;
}

function withoutLineEnd(text: string): string {
  return text.endsWith('\r\n') ? text.slice(0, -2) : text;
}
