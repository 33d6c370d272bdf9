// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseMessage } from './parse.ts';
import { decodeWords } from './words.ts';
import { encodeWords, headerField, multipartBody } from './write.ts';

describe('write', () => {
  it('writes text that reads as it was, in words of 75 signs at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
        const written = encodeWords(text);
        assert.match(written, /^[\x20-\x7e]*$/);
        for (const word of written.split(' ')) if (word.startsWith('=?')) assert.ok(word.length <= 75, word);
        assert.equal(decodeWords(written), text);
      }),
    );
  });

  it('folds long values, and lets no line end out', () => {
    const field = headerField('Subject', `${'word '.repeat(40)}\r\nBcc: eve@example.org`);
    assert.ok(field.split('\r\n').every(line => line.length <= 76));
    const { headers } = parseMessage(Buffer.from(`${field}\r\n`));
    assert.deepEqual(
      headers.fields.map(({ key }) => key),
      ['subject'],
    );
    assert.equal(headers.first('subject')?.raw, `${'word '.repeat(40)}Bcc: eve@example.org`);
  });

  it('builds multiparts that come apart again', () => {
    const body = multipartBody('b', [Buffer.from('\r\none'), Buffer.from('Content-Type: text/html\r\n\r\ntwo')]);
    const { root, defects } = parseMessage(
      Buffer.concat([Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n'), body]),
    );
    assert.deepEqual(
      root.children.map(part => part.text()),
      ['one', 'two'],
    );
    assert.equal(defects.size, 0);
  });
});
