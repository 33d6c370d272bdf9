// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Reply } from '../../core/reply.ts';
import { quoteReply, ReplyReader } from './reply-reader.ts';

function readAll(...chunks: readonly string[]): Reply[] {
  const reader = new ReplyReader();
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk, 'latin1'));
    for (let reply = reader.next(); reply; reply = reader.next()) replies.push(reply);
  }
  return replies;
}

describe('reply reader', () => {
  it('reads one line, many lines, a bare code and a bare LF', () => {
    deepEqual(readAll('250-a\r\n250-\r\n250 b\r\n354\r\n220 x\n'), [
      { code: 250, lines: ['a', '', 'b'] },
      { code: 354, lines: [''] },
      { code: 220, lines: ['x'] },
    ]);
  });

  it('takes the enhanced code out of the text, if its class is the reply’s', () => {
    deepEqual(readAll('550-5.1.1 No\r\n550 5.1.1 such user\r\n'), [
      { code: 550, enhanced: '5.1.1', lines: ['No', 'such user'] },
    ]);
    deepEqual(readAll('250 5.1.1 odd\r\n'), [{ code: 250, lines: ['5.1.1 odd'] }]);
    deepEqual(readAll('220 2.0.0.example ESMTP\r\n'), [{ code: 220, lines: ['2.0.0.example ESMTP'] }]);
  });

  it('gives the same however the bytes are cut', () => {
    const talk = '220 hi\r\n250-x\r\n250 2.1.0 y\r\n451 4.3.0 z\r\n';
    fc.assert(
      fc.property(fc.array(fc.nat(talk.length)), cuts => {
        const edges = [0, ...cuts.sort((a, b) => a - b), talk.length];
        deepEqual(readAll(...edges.slice(1).map((end, i) => talk.slice(edges[i], end))), readAll(talk));
      }),
    );
  });

  it('keeps nothing in the text that could end a line or drive a terminal', () => {
    deepEqual(readAll('550 a\rb\x1b[2J\xff\r\n')[0]?.lines, ['a?b?[2J?']);
  });

  it('fails on nonsense, on lines over 4,096 octets, and on too many lines', () => {
    throws(() => readAll('HTTP/1.1 400 Bad Request\r\n'), { code: 'peer-nonsense' });
    throws(() => readAll('250-a\r\n251 b\r\n'), { code: 'peer-nonsense' });
    throws(() => readAll('150 a\r\n'), { code: 'peer-nonsense' });
    equal(readAll(`250 ${'a'.repeat(4_091)}\r\n`).length, 1);
    throws(() => readAll(`250 ${'a'.repeat(4_092)}\r\n`), { code: 'peer-nonsense' });
    throws(() => readAll('a'.repeat(4_097)), { code: 'peer-nonsense' });
    equal(readAll('250-a\r\n'.repeat(199), '250 b\r\n').length, 1);
    throws(() => readAll('250-a\r\n'.repeat(200), '250 b\r\n'), { code: 'peer-nonsense' });
    throws(() => new ReplyReader().push(Buffer.alloc(262_145)), { code: 'peer-nonsense' });
  });

  it('is quoted in one line', () => {
    equal(quoteReply({ code: 550, enhanced: '5.1.1', lines: ['No', 'such user'] }), '550 5.1.1 No such user');
    equal(quoteReply({ code: 250, lines: [''] }), '250');
  });
});
