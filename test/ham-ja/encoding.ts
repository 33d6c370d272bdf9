// SPDX-License-Identifier: Apache-2.0
/** Encoding — Japanese text into the bytes that mail carries it in. Fails on a sign that the charset does not have. */
import assert from 'node:assert/strict';
import Encoding from 'encoding-japanese';

export type Charset = 'ISO-2022-JP' | 'Shift_JIS' | 'UTF-8';

const codings = { 'ISO-2022-JP': 'JIS', Shift_JIS: 'SJIS' } as const;
/** So few signs fit, encoded, into one word of 75 bytes. */
const signsOfWord = 10;

export function encoded(text: string, charset: Charset): Buffer {
  if (charset === 'UTF-8') return Buffer.from(text);
  const to = codings[charset];
  const bytes = Encoding.convert(Encoding.stringToCode(text), { from: 'UNICODE', to, fallback: 'error' });
  const back = Encoding.codeToString(Encoding.convert(bytes, { from: to, to: 'UNICODE' }));
  assert.equal(back, text, `not in ${charset}`);
  return Buffer.from(bytes);
}

/** RFC 2047 words on lines of their own; ASCII stays as it is. */
export function words(text: string, charset: Charset): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const signs = Array.from(text);
  const pieces = Array.from({ length: Math.ceil(signs.length / signsOfWord) }, (_, i) =>
    signs.slice(i * signsOfWord, (i + 1) * signsOfWord).join(''),
  );
  return pieces.map(piece => `=?${charset}?B?${encoded(piece, charset).toString('base64')}?=`).join('\r\n ');
}

export function base64(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n'));
}

export function quotedPrintable(bytes: Buffer): Buffer {
  const written: string[] = [];
  let length = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte === 0x0d || byte === 0x0a) {
      written.push(String.fromCharCode(byte));
      length = 0;
      continue;
    }
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x3d;
    const isInnerSpace = byte === 0x20 && bytes[at + 1] !== 0x0d;
    const sign =
      isPlain || isInnerSpace ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (length + sign.length > 75) {
      written.push('=\r\n');
      length = 0;
    }
    written.push(sign);
    length += sign.length;
  }
  return Buffer.from(written.join(''), 'latin1');
}
