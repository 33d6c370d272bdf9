// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { base64Lines, encodingFor, quotedPrintable } from './transfer-encode.ts';

const bytes = fc.uint8Array({ maxLength: 400 }).map(array => Buffer.from(array));
const text = fc
  .array(fc.oneof(fc.constantFrom('\r\n', ' ', '\t', '=', '.', 'あ', '\r', '\n'), fc.string({ maxLength: 90 })))
  .map(pieces => Buffer.from(pieces.join('')));

function decode(encoded: Buffer): Buffer {
  const joined = encoded.toString('latin1').replace(/=\r\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

describe('transfer encoding', () => {
  it('writes quoted-printable that any decoder turns back, in lines of 76 printable signs', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, text), original => {
        const encoded = quotedPrintable(original);
        deepEqual(decode(encoded), original);
        for (const line of encoded.toString('latin1').split('\r\n')) {
          ok(line.length <= 76 && /^[\t\x20-\x7e]*$/.test(line) && !/[ \t]$/.test(line), JSON.stringify(line));
        }
      }),
    );
  });

  it('fills a line of 76 signs without a break, and breaks one of 77', () => {
    equal(quotedPrintable(Buffer.from('a'.repeat(76))).toString(), 'a'.repeat(76));
    equal(quotedPrintable(Buffer.from('a'.repeat(77))).toString(), `${'a'.repeat(75)}=\r\naa`);
  });

  it('writes base64 in lines of 76 signs', () => {
    fc.assert(
      fc.property(bytes, original => {
        const encoded = base64Lines(original).toString('latin1');
        deepEqual(Buffer.from(encoded, 'base64'), original);
        ok(encoded.split('\r\n').every(line => line.length <= 76) && (encoded === '' || encoded.endsWith('\r\n')));
      }),
    );
  });

  it('says what a body needs: nothing, quoted-printable for a few strange signs, base64 for many', () => {
    equal(encodingFor(Buffer.from('plain\r\n')), '7bit');
    equal(encodingFor(Buffer.from('caf\u00e9 au lait, and some more\r\n')), 'quoted-printable');
    equal(encodingFor(Buffer.from('日本語の文\r\n')), 'base64');
    equal(encodingFor(Buffer.from('bare\nnewline and enough text around it\r\n')), 'quoted-printable');
    equal(encodingFor(Buffer.from(`${'a'.repeat(998)}\r\n`)), '7bit');
    equal(encodingFor(Buffer.from(`${'a'.repeat(999)}\r\n`)), 'quoted-printable');
  });
});
