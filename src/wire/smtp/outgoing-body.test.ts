// SPDX-License-Identifier: Apache-2.0
import { equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OutgoingBody } from './outgoing-body.ts';

function send(...chunks: string[]): string {
  const body = new OutgoingBody();
  return Buffer.concat([...chunks.map(chunk => body.encode(Buffer.from(chunk, 'latin1'))), body.end()]).toString(
    'latin1',
  );
}

describe('outgoing body', () => {
  it('leaves CRLF mail as it is but for stuffed dots and the final one', () => {
    equal(send('Subject: x\r\n\r\n.\r\n..a\r\nb.c\r\n'), 'Subject: x\r\n\r\n..\r\n...a\r\nb.c\r\n.\r\n');
    equal(send(''), '.\r\n');
    equal(send('no line end'), 'no line end\r\n.\r\n');
  });

  it('lets none of the false ends of data out', () => {
    const dots = ['\n.\n', '\n.\r\n', '\r.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r', '\n.\r', '\r.\n', '\r\n\0.\r\n'];
    for (const sequence of dots) {
      const sent = send(`before${sequence}MAIL FROM:<evil@example.org>\r\n`);
      equal(sent.indexOf('\r\n.\r\n'), sent.length - 5, JSON.stringify(sequence));
      ok(!/\r(?!\n)|(?<!\r)\n/.test(sent), JSON.stringify(sent));
    }
  });

  it('gives the same however the message is cut, never a bare CR or LF, and unstuffs to the message', () => {
    const piece = fc.string({ unit: fc.constantFrom('\r', '\n', '.', 'a'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const message = pieces.join('');
        const sent = send(...pieces);
        equal(sent, send(message));
        ok(!/\r(?!\n)|(?<!\r)\n/.test(sent));
        const normal = message.replace(/\r\n|\r|\n/g, '\r\n');
        const ended = normal === '' || normal.endsWith('\r\n') ? normal : `${normal}\r\n`;
        equal(sent.slice(0, -3).replace(/(^|\r\n)\./g, '$1'), ended);
      }),
    );
  });
});
