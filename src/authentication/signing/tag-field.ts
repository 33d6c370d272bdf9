// SPDX-License-Identifier: Apache-2.0
/** Tag field — writes a header field that is a list of tags (RFC 6376 3.2), folded; and signs it, the signature in its tag b=. */
import { hash as hashOnce, sign, type KeyObject } from 'node:crypto';

export type SigningAlgorithm = 'rsa-sha256' | 'ed25519-sha256';

export interface SigningKey {
  /** As A-labels in lower case. */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
}

export type TagList = readonly (readonly [name: string, value: string])[];

/** Without the blank that begins a folded line. */
const lineLength = 72;
/** A seal signs its folds as blanks, and the published seals (test/conformance/arc.ts) are over a b= without any. */
const unfolded = 'ARC-Message-Signature';

/** The field with its CRLF. A tag b= is left empty and filled with the signature over what `headerOf` makes of the field so far. */
export function signedField(name: string, tags: TagList, key: SigningKey, headerOf: (field: string) => string): string {
  const header = Buffer.from(headerOf(writeField(name, tags)), 'latin1');
  const octets =
    key.algorithm === 'rsa-sha256'
      ? sign('sha256', header, key.privateKey)
      : // RFC 8463 3: what is signed is the hash.
        sign(null, hashOnce('sha256', header, 'buffer'), key.privateKey);
  const signature = octets.toString('base64');
  return writeField(
    name,
    tags.map(([tag, value]) => [tag, tag === 'b' ? signature : value]),
  );
}

/** Folded between tags; base64 and lists of names, where blanks mean nothing, also inside. */
export function writeField(name: string, tags: TagList): string {
  let text = `${name}:`;
  let length = text.length;
  for (const [index, [tag, value]] of tags.entries()) {
    const end = index === tags.length - 1 ? '' : ';';
    const whole = `${tag}=${value}${end}`;
    const pieces = name === unfolded && tag === 'b' ? [whole] : piecesOf(whole, tag);
    for (const [at, piece] of pieces.entries()) {
      const blank = at === 0 ? 1 : 0;
      const folds = length + blank + piece.length > lineLength;
      text += `${folds ? '\r\n ' : ' '.repeat(blank)}${piece}`;
      length = folds ? piece.length : length + blank + piece.length;
    }
  }
  return `${text}\r\n`;
}

function piecesOf(text: string, tag: string): readonly string[] {
  if (text.length <= lineLength) return [text];
  switch (tag) {
    case 'b':
      return text.match(/.{1,72}/g) ?? [];
    case 'h':
      return text.match(/[^:]+:?/g) ?? [];
  }
  return [text];
}
