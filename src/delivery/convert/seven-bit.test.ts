// SPDX-License-Identifier: Apache-2.0
import { equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { convertTo7Bit } from './seven-bit.ts';

function convert(text: string): string {
  const converted = convertTo7Bit(Buffer.from(text));
  return converted.kind === 'converted' ? converted.bytes.toString('latin1') : `impossible: ${converted.reason}`;
}

const head = 'From: alice@example.org\r\nMIME-Version: 1.0\r\n';

describe('conversion to 7 bit', () => {
  it('leaves a 7-bit message as it is', () => {
    const mail = `${head}Content-Type: text/plain\r\n\r\nplain\r\n`;
    equal(convert(mail), mail);
  });

  it('encodes an 8-bit text and says so in place of what was said before', () => {
    const mail = `${head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nX-Last: 1\r\n\r\nA caf\u00e9 au lait.\r\n`;
    equal(
      convert(mail),
      `${head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nX-Last: 1\r\n\r\nA caf=C3=A9 au lait.\r\n`,
    );
  });

  it('makes MIME of a message that was none', () => {
    const converted = convert('Subject: x\r\n\r\nA caf\u00e9 au lait, and nothing else.\r\n');
    equal(
      converted,
      'Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n\r\nA caf=C3=A9 au lait, and nothing else.\r\n',
    );
  });

  it('encodes the parts of a multipart that need it, and no others', async () => {
    const parts = [
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n日本語の本文です。',
      'Content-Type: text/html; charset=us-ascii\r\n\r\n<p>ascii \t</p>',
      'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.bin\r\nContent-Transfer-Encoding: binary\r\n\r\n\u00ff\u00fe\u00fd',
    ];
    const mail = `${head}Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${parts.map(part => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
    const converted = convert(mail);
    ok(/^[\x00-\x7f]*$/.test(converted));
    ok(converted.includes('\r\nContent-Transfer-Encoding: 7bit\r\n\r\n--b\r\n'));
    ok(converted.includes(`--b\r\n${parts[1]}\r\n--b\r\n`));
    const before = await PostalMime.parse(Buffer.from(mail));
    const after = await PostalMime.parse(converted);
    equal(after.text?.replace(/\n+/g, '\n'), before.text?.replace(/\n+/g, '\n'));
    equal(after.html, before.html);
    const [attachment] = after.attachments;
    equal(Buffer.from(attachment?.content as ArrayBuffer).toString(), '\u00ff\u00fe\u00fd');
  });

  it('does not break what is signed, nor guess at headers in 8 bit', () => {
    const signed = `${head}Content-Type: multipart/signed; boundary=b; protocol="application/pgp-signature"\r\n\r\n--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\ncaf\u00e9\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n`;
    ok(convert(signed).startsWith('impossible: the message is signed'));
    ok(convert('Subject: caf\u00e9\r\n\r\nplain\r\n').startsWith('impossible: its header'));
  });

  it('gives 7-bit mail or says that it cannot, whatever comes in', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        '--b',
        '--b--',
        'Content-Type: multipart/mixed; boundary=b',
        'Content-Transfer-Encoding: 8bit',
        'Content-Type: message/rfc822',
        '\u00e9',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        const converted = convertTo7Bit(Buffer.from(pieces.join('')));
        ok(converted.kind === 'impossible' || !converted.bytes.some(byte => byte >= 0x80));
      }),
    );
  });
});
