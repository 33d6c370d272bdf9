// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMessage } from '../../wire/mime/parse.ts';
import text, { type MessageText } from './text.ts';

function read(message: string): MessageText {
  const mime = parseMessage(Buffer.from(message.replace(/\n/g, '\r\n')));
  return text.read({ mime } as never, new AbortController().signal) as MessageText;
}
const parts = (...bodies: readonly (readonly [header: string, body: string])[]) =>
  `Subject: S\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n${bodies.map(([header, body]) => `--b\n${header}\n\n${body}\n`).join('')}--b--\n`;

describe('text', () => {
  it('is subject, plain text and what HTML shows', () => {
    const { subject, plain, shown, folded, isAscii, pages } = read(
      parts(
        ['Content-Type: text/plain', 'Plain'],
        ['Content-Type: text/html', '<p>Seen<span style="display:none">not</span></p>'],
      ),
    );
    deepEqual(
      [subject, plain, shown, folded, isAscii, pages.length],
      ['S', 'Plain', 'Plain\nSeen', 's\nplain\nseen', true, 1],
    );
  });

  it('leaves out attachments', () => {
    const attached = 'Content-Type: text/plain\nContent-Disposition: attachment';
    equal(read(parts(['Content-Type: text/plain', 'Shown'], [attached, 'Filed'])).shown, 'Shown');
  });

  it('has what stands in a message or multipart that is encoded', () => {
    const encoded = (type: string, inner: string) =>
      `Content-Type: ${type}\nContent-Transfer-Encoding: base64\n\n${Buffer.from(inner).toString('base64')}\n`;
    equal(read(encoded('message/rfc822', 'Subject: S\n\nInner\n')).shown.trim(), 'Inner');
    equal(read(encoded('multipart/mixed; boundary=q', '--q\n\nInner\n--q--\n')).shown.trim(), 'Inner');
  });

  it('folds what is not ASCII', () => {
    const { folded, isAscii } = read('Subject: x\nContent-Type: text/plain; charset=utf-8\n\nＦＲＥＥ\n');
    deepEqual([folded.trim(), isAscii], ['x\nfree', false]);
  });

  it('is cut, however long the message', () => {
    ok(read(`Subject: ${'s'.repeat(5_000)}\n\n${'word '.repeat(100_000)}`).folded.length < 35_000);
  });

  it('puts no text into the record', () => {
    deepEqual(text.record?.(read('Subject: secret\n\nsecret\n')), { plainLength: 8, pages: 0 });
  });
});
