// SPDX-License-Identifier: Apache-2.0
/** MIME — a whole message: its structure, every decoded field and text, its files. Parts must lie within one another and within the message. */
import { attachmentsOf, textsOf } from '../../src/wire/mime/attachments.ts';
import { hardLimits } from '../../src/wire/mime/limits.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import type { MimeMessage } from '../../src/wire/mime/types.ts';

export const name = 'mime';

const lines = (...text: string[]) => Buffer.from(text.join('\r\n'), 'latin1');

export const seeds: Buffer[] = [
  lines('From: alice@example.org', 'Subject: =?utf-8?B?44GC?=', '', 'hello', ''),
  lines(
    'Content-Type: multipart/mixed; boundary=a',
    '',
    '--a',
    'Content-Type: multipart/alternative; boundary="a-b"',
    '',
    '--a-b',
    '',
    'one',
    '--a-b',
    'Content-Type: text/html; charset=shift_jis',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<p>=82=A0=',
    '</p>',
    '--a-b--',
    '--a',
    "Content-Type: application/pdf; name*0*=utf-8''%E3%81; name*1*=%82.pdf",
    'Content-Transfer-Encoding: base64',
    '',
    'QUJD',
    'REVG',
    '--a--',
    '',
  ),
  lines(
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('Subject: x\r\n\r\ny').toString('base64'),
    '',
  ),
  lines('Content-Type: multipart/digest; boundary=a', '', '--a', '', 'Subject: x', '', 'y', '--a', '', 'z', '--a--'),
  lines('', 'begin 644 a.txt', '#0V%T', '`', 'end', ''),
  lines('Content-Type: text/plain; charset=iso-2022-jp', '', '\x1b$B$"\x1b(B \x1b(I12\x1b(B', ''),
];

export function run(bytes: Buffer): void {
  const message = parseMessage(bytes);
  look(message);
  if (parseMessage(bytes, hardLimits).parts.length < message.parts.length)
    throw new Error('higher limits gave fewer parts');
  for (const part of textsOf(message)) part.text();
  for (const { name: fileName, sizeBytes, part } of attachmentsOf(message)) {
    if (typeof fileName !== 'string' || sizeBytes < 0) throw new Error('an attachment without a size');
    if (part.content(10).length > 10) throw new Error('the limit was passed');
  }
}

function look(message: MimeMessage): void {
  for (const part of message.parts) {
    if (part.bodyStart > part.bodyEnd || part.bodyEnd > message.bytes.length)
      throw new Error('a body outside the message');
    let at = part.bodyStart;
    for (const child of part.children) {
      if (child.bodyStart < at || child.bodyEnd > part.bodyEnd) throw new Error('a part outside the one it is in');
      at = child.bodyEnd;
    }
    for (const field of part.headers.fields) {
      if (field.start >= field.end || field.end > part.bodyStart) throw new Error('a field outside its header');
      if (field.raw.includes('\n') || typeof field.text !== 'string') throw new Error('a value with a line end');
    }
    // Decoded when asked for: the asking is the test.
    void [part.fileName, part.charset, part.disposition];
    const inner = part.embedded();
    if (inner) look(inner);
  }
}
