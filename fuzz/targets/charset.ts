// SPDX-License-Identifier: Apache-2.0
/** Charset — bytes under every kind of label: the first line of the input is the label. */
import { decodeCharset, decodeUnlabelled } from '../../src/wire/mime/charset.ts';

export const name = 'charset';

export const seeds: Buffer[] = [
  ['iso-2022-jp', '\x1b$B$"\x1b(B a \x1b(I12\x1b(B \x1b$(D0!\x1b$A0!\x1b$(C0!\x1b(B'],
  ['shift_jis', '\x82\xa0\x83\x41\xb1\x87\x40\x81\x60\x95\x5c'],
  ['euc-jp', '\xa4\xa2\x8e\xb1\x8f\xb0\xa1'],
  ['utf-8', '\xe3\x81\x82 abc \xff'],
  ['utf-16', '\xff\xfea\0b\0'],
  ['gb2312', '\xb0\xa1\x81\x30\x81\x30'],
  ['big5', '\xa4\x40\xf9\xd6'],
  ['iso-2022-kr', '\x1b$)C\x0e0!\x0f'],
  ['utf-7', '+MEI-'],
  ['cp437', '\x80\x90'],
  ['windows-1251', '\xcf\xf0'],
  ['', '\x82\xa0\x82\xa2'],
].map(([label, text]) => Buffer.from(`${label}\n${text}`, 'latin1'));

export function run(bytes: Buffer): void {
  const lineEnd = bytes.indexOf(10);
  const label = bytes.toString('latin1', 0, Math.max(0, lineEnd));
  const body = bytes.subarray(lineEnd + 1);
  for (const { text, charset } of [decodeCharset(body, label), decodeUnlabelled(body)]) {
    if (charset === '') throw new Error('no charset is named');
    // UTF-16 and single bytes give one unit at most for each byte.
    if (text.length > body.length) throw new Error(`${body.length} bytes became ${text.length} units in ${charset}`);
    if (!text.isWellFormed()) throw new Error(`half a character in ${charset}`);
  }
}
