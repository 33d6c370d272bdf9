// SPDX-License-Identifier: Apache-2.0
/** Compose — pieces of the messages we write ourselves: header lines that nothing from outside can break, and text for people. */
import { base64Lines } from '../mime/transfer-encode.ts';

export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** Each line with its CRLF, as UTF-8. */
export function lines(list: readonly string[]): Buffer {
  return Buffer.from(list.map(line => `${line}\r\n`).join(''));
}

/** What others said must not begin a line of ours. */
export function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f\u2028\u2029]+/g, ' ');
}

/** Header fields, empty line and body of a text in UTF-8 that any way takes. */
export function textPart(text: readonly string[]): Buffer {
  const fields = [
    'Content-Type: text/plain; charset=utf-8',
    'Content-Language: en, ja',
    'Content-Transfer-Encoding: base64',
    '',
  ];
  return Buffer.concat([lines(fields), base64Lines(lines(text))]);
}
