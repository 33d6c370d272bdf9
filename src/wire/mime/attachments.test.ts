// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attachmentsOf, textsOf } from './attachments.ts';
import { parseMessage } from './parse.ts';

function mail(...lines: string[]) {
  return parseMessage(Buffer.from(lines.join('\r\n'), 'latin1'));
}

describe('attachmentsOf and textsOf', () => {
  it('tells texts from files', () => {
    const message = mail(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      '--a',
      '',
      'hello',
      '--a',
      'Content-Type: text/plain; name=notes.txt',
      'Content-Disposition: inline',
      '',
      'notes',
      '--a',
      'Content-Type: text/html',
      'Content-Disposition: attachment; filename=page.html',
      '',
      '<p>',
      '--a',
      'Content-Type: application/pdf',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment;',
      " filename*0*=utf-8''%E8%AB%8B;",
      ' filename*1*=%E6%B1%82.pdf',
      '',
      'QUJD',
      'REVG',
      '--a--',
    );
    assert.deepEqual(
      textsOf(message).map(part => part.text()),
      ['hello', 'notes'],
    );
    assert.deepEqual(
      attachmentsOf(message).map(({ name, type, sizeBytes }) => `${name} ${type} ${sizeBytes}`),
      ['notes.txt text/plain 5', 'page.html text/html 3', '請求.pdf application/pdf 6'],
    );
  });

  it('finds files that stand uuencoded in a text', () => {
    const message = mail(
      'Subject: x',
      '',
      'see',
      'begin 644 cat.txt',
      '#0V%T',
      '`',
      'end',
      'bye',
      'begin 5 things tomorrow',
      '',
    );
    const [file, ...others] = attachmentsOf(message);
    assert.deepEqual(
      [file?.name, file?.content().toString(), file?.sizeBytes, others.length],
      ['cat.txt', 'Cat', 3, 0],
    );
  });

  it('looks into messages that are attached, also encoded ones', () => {
    const inner = 'Content-Type: application/zip; name=x.zip\r\n\r\nPK';
    const message = mail(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      '--a',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(inner).toString('base64'),
      '--a',
      'Content-Type: message/rfc822',
      '',
      inner,
      '--a--',
    );
    assert.deepEqual(
      attachmentsOf(message).map(({ name, type }) => `${name} ${type}`),
      [' message/rfc822', 'x.zip application/zip', ' message/rfc822', 'x.zip application/zip'],
    );
  });

  it('takes a multipart whose boundary never comes for the text that is shown', () => {
    const message = mail('Content-Type: multipart/mixed; boundary=a', '', 'buy now', '--b', '', 'x');
    assert.deepEqual(
      textsOf(message).map(part => part.text()),
      ['buy now\r\n--b\r\n\r\nx'],
    );
    assert.ok(message.defects.has('boundary-missing'));
  });
});
