// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { replyBytes, saying } from './reply-text.ts';

const text = (...args: Parameters<typeof replyBytes>) => replyBytes(...args).toString('latin1');

describe('replyBytes', () => {
  it('writes code, enhanced code and text', () => {
    assert.equal(text({ code: 250, enhanced: '2.1.0', lines: ['Ok'] }), '250 2.1.0 Ok\r\n');
  });

  it('writes several lines', () => {
    assert.equal(text({ code: 250, lines: ['a', 'b'] }), '250-a\r\n250 b\r\n');
  });

  it('writes a reply without text', () => {
    assert.equal(text({ code: 250, lines: [] }, ' (id x)'), '250  (id x)\r\n');
  });

  it('ends the last line with the note, once', () => {
    assert.equal(text({ code: 550, lines: ['a', 'b'] }, ' (id x)'), '550-a\r\n550 b (id x)\r\n');
    assert.equal(text({ code: 550, lines: ['a (id x)'] }, ' (id x)'), '550 a (id x)\r\n');
  });

  it('lets nothing in a text end a line or leave ASCII', () => {
    assert.equal(text({ code: 550, lines: ['a\r\n250 b', 'é\0'] }), '550-a??250 b\r\n550 ??\r\n');
  });

  it('makes lines of 512 octets at most, and says all', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 1_500 }), { maxLength: 4 }), lines => {
        const written = text({ code: 550, enhanced: '5.7.1', lines }, ' (id 01hx0000000000ab)').split('\r\n');
        assert.equal(written.pop(), '');
        for (const [i, line] of written.entries()) {
          assert.ok(line.length <= 510);
          assert.match(line, i === written.length - 1 ? /^550 5\.7\.1 / : /^550-5\.7\.1 /);
        }
        assert.ok(written.at(-1)?.endsWith('(id 01hx0000000000ab)'));
      }),
    );
  });

  it('makes the bytes of a saying once', () => {
    const { reply, bytes } = saying(221, '2.0.0', 'Bye');
    assert.equal(bytes.toString(), '221 2.0.0 Bye\r\n');
    assert.deepEqual(reply, { code: 221, enhanced: '2.0.0', lines: ['Bye'] });
  });
});
