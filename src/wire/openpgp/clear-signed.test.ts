// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readClearSigned } from './clear-signed.ts';

const frame = (text: string, headers = 'Hash: SHA256\r\n'): string =>
  `-----BEGIN PGP SIGNED MESSAGE-----\r\n${headers}\r\n${text}\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nAAAA\r\n-----END PGP SIGNATURE-----`;
const read = (text: string): string | undefined =>
  readClearSigned(Buffer.from(text, 'latin1'))?.text.toString('latin1');

describe('clear-signed text', () => {
  it('has no line end before its signature', () => {
    assert.equal(read(frame('one\r\n\r\ntwo')), 'one\r\n\r\ntwo');
    assert.equal(read(frame('one\r\n')), 'one\r\n');
  });

  it('loses its dashes, and blanks at the ends of lines', () => {
    assert.equal(read(frame('- - one \t\r\n- -----BEGIN x')), '- one\r\n-----BEGIN x');
  });

  it('keeps bytes that are no ASCII', () => {
    assert.equal(read(frame('\xe6\x97\xa5\x1b$B')), '\xe6\x97\xa5\x1b$B');
  });

  it('has a signature of its own', () => {
    assert.match(
      readClearSigned(Buffer.from(frame('one')))?.signature ?? '',
      /^-----BEGIN PGP SIGNATURE-----\n\nAAAA\n/,
    );
  });

  it('needs no header, and takes none but Hash', () => {
    assert.equal(read(frame('one', '')), 'one');
    assert.equal(read(frame('one', 'Hash: SHA256, SHA512\r\n')), 'one');
    assert.equal(read(frame('one', 'Comment: pay to 123\r\n')), undefined);
    assert.equal(read(frame('one', 'Hash: SHA256\r\nNotDashEscaped: you need GnuPG\r\n')), undefined);
  });

  it('is none with a line that begins with a bare dash', () => {
    assert.equal(read(frame('-one')), undefined);
  });

  it('is none without its frame', () => {
    assert.equal(read('-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\none\r\n'), undefined);
    assert.equal(
      read(frame('one').replace('-----BEGIN PGP SIGNED MESSAGE-----', '-----BEGIN PGP SIGNED MESSAGE----- x')),
      undefined,
    );
  });

  it('may be empty', () => {
    assert.equal(read(frame('')), '');
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '-----BEGIN PGP SIGNED MESSAGE-----',
      '-----BEGIN PGP SIGNATURE-----',
      '\r\n',
      '\n',
      '- ',
      'Hash: x',
      'a',
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), pieces => void read(pieces.join(''))));
  });
});
