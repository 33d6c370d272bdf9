// SPDX-License-Identifier: Apache-2.0
/** Values — what the values of tags may be (RFC 6376 3.5); each gives undefined for what is not one. */
import { withoutBlanks } from './tags.ts';

export type Canonicalization = 'simple' | 'relaxed';
export type KeyType = 'rsa' | 'ed25519';
export type HashName = 'sha1' | 'sha256';

export interface Algorithm {
  readonly key: KeyType;
  readonly hash: HashName;
}

/** Base64 with folding anywhere in it; never empty. */
export function readBase64(value: string): Buffer | undefined {
  const text = withoutBlanks(value);
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The field names of h=, in lower case and in their order; never none. */
export function readNames(value: string): readonly string[] | undefined {
  const names = withoutBlanks(value).toLowerCase().split(':');
  // A field name is printable ASCII without a colon (RFC 5322 3.6.8), and without a semicolon in a tag.
  return names.every(name => /^[\x21-\x39\x3c-\x7e]+$/.test(name)) ? names : undefined;
}

/** c=: header and body; the body is simple where it is not named. */
export function readCanonicalization(
  value: string,
): { readonly header: Canonicalization; readonly body: Canonicalization } | undefined {
  const [header, body = 'simple', ...more] = value.toLowerCase().split('/');
  return isCanonicalization(header) && isCanonicalization(body) && more.length === 0 ? { header, body } : undefined;
}

function isCanonicalization(word: string | undefined): word is Canonicalization {
  return word === 'simple' || word === 'relaxed';
}

/** a=, of which RFC 6376 and 8463 know three. */
export function readAlgorithm(value: string): Algorithm | undefined {
  switch (value.toLowerCase()) {
    case 'rsa-sha256':
      return { key: 'rsa', hash: 'sha256' };
    case 'rsa-sha1':
      return { key: 'rsa', hash: 'sha1' };
    case 'ed25519-sha256':
      return { key: 'ed25519', hash: 'sha256' };
  }
  return undefined;
}

/** A number without sign of at most `digits` digits, as l=, t= and x= have it. */
export function readNumber(value: string, digits = 12): number | undefined {
  return /^[0-9]+$/.test(value) && value.length <= digits ? Number(value) : undefined;
}

/** DKIM's own quoted-printable (RFC 6376 2.11): folding means nothing, `=` and two hexadecimal digits are an octet. */
export function readQuotedPrintable(value: string): string | undefined {
  const text = withoutBlanks(value);
  if (!text.includes('=')) return text;
  if (/=(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  return text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
