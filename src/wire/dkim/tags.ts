// SPDX-License-Identifier: Apache-2.0
/**
 * Tags — the `name=value; name=value` lists of signatures, key records, seals and policies (RFC 6376 3.2), read strictly.
 * Everything of `src/wire/dkim` is pure and takes time linear in its input; text is latin1, one character per octet:
 *
 * - tags.ts: `readTags(text)`, `withoutBlanks(value)`
 * - values.ts: `readBase64`, `readNames`, `readCanonicalization`, `readAlgorithm`, `readNumber`, `readQuotedPrintable`
 * - place.ts: `readPlace(tags)`: where the key is published
 * - signature.ts: `readSignature(value)`: a DKIM-Signature as a value, or what is wrong with it
 * - fields.ts: `readFields(bytes)`: the header cut into signable fields; `pickFields(fields, names)`: what h= chooses, from the bottom
 * - signed-header.ts: `signedHeader({ fields, names, canonicalization, signature })`: the octets that b= signs; `emptySignature(field)`
 * - body.ts: `BodyCanonicalizer`, `canonicalizeBody(body, how)`; body-hashes.ts: `BodyHashes`: each body hashed once for all who ask
 * - key-record.ts: `readKeyRecord(text)`; public-key.ts: `makePublicKey(type, octets)`; verify.ts: `holds(header, octets, key, hash)`
 */

/** A list read, or what is wrong with it. */
export type Read<Value> = { readonly value: Value } | { readonly wrong: string };

export type Tags = ReadonlyMap<string, string>;

/** Real signatures have 300 to 2,000 octets; a key of 16,384 bits makes a record of 3 kB. */
export const longestTagList = 10_240;

/** Values keep the folding between their words, and lose that around them. A tag that comes twice makes the whole list invalid. */
export function readTags(text: string): Read<Tags> {
  if (text.length > longestTagList) return { wrong: 'the tag list is too long' };
  const tags = new Map<string, string>();
  const specs = text.split(';');
  // A semicolon may end the list.
  if (specs.length > 1 && isBlank(specs.at(-1) ?? '')) specs.pop();
  for (const spec of specs) {
    const equals = spec.indexOf('=');
    const name = trimBlanks(spec.slice(0, Math.max(0, equals)));
    const value = trimBlanks(spec.slice(equals + 1));
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || !valueForm.test(value)) return { wrong: 'the tag list is malformed' };
    if (tags.has(name)) return { wrong: `the tag ${name.slice(0, 20)}= comes twice` };
    tags.set(name, value);
  }
  return { value: tags };
}

// Octets beyond ASCII are those of UTF-8, which RFC 8616 lets into d=, i= and s=.
const valueForm = /^[\t\n\r\x20-\x3a\x3c-\x7e\x80-\xff]*$/;

/** Base64 and lists may be folded anywhere, and the folding means nothing. */
export function withoutBlanks(value: string): string {
  return /[\t\n\r ]/.test(value) ? value.replace(/[\t\n\r ]+/g, '') : value;
}

/** Not `trim()`, which takes 0xA0 for white space. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlankCode(text.charCodeAt(start))) start++;
  while (end > start && isBlankCode(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(text: string): boolean {
  return trimBlanks(text) === '';
}

function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}
