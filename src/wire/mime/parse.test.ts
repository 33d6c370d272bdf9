// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMessage } from './parse.ts';

function mail(...lines: string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

describe('parseMessage', () => {
  it('reads header fields and the place of the body', () => {
    const bytes = mail('Subject: one', '\ttwo', 'To: bob@example.org', 'SUBJECT : three', '', 'body', '');
    const { headers, bodyStart } = parseMessage(bytes);
    assert.equal(headers.first('subject')?.raw, 'one\ttwo');
    assert.equal(headers.all('subject')[1]?.name, 'SUBJECT');
    assert.equal(bytes.subarray(bodyStart).toString(), 'body\r\n');
    const [subject, to] = headers.fields;
    assert.deepEqual([subject?.start, subject?.end, to?.start], [0, 20, 20]);
  });

  it('takes all of a message without a header as its body', () => {
    const { root, defects } = parseMessage(mail('Hello there, no header', '', 'bye'));
    assert.equal(root.text(), 'Hello there, no header\r\n\r\nbye');
    assert.ok(defects.has('field-without-colon'));
  });

  it('passes over lines that are no fields, and the line of a mailbox file', () => {
    const { headers, defects } = parseMessage(
      mail('From alice@example.org Thu Jan  1', 'Subject: a', 'nonsense', 'To: b', '', ''),
    );
    assert.deepEqual(
      headers.fields.map(field => field.key),
      ['subject', 'to'],
    );
    assert.deepEqual([...defects], ['field-without-colon']);
  });

  it('walks into parts, and compares boundaries as whole lines', () => {
    const bytes = mail(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      'preamble',
      '--a',
      'Content-Type: multipart/alternative; boundary="a-b"',
      '',
      '--a-b',
      '',
      'plain',
      '--a-b ',
      'Content-Type: text/html',
      '',
      '<p>html',
      '--a-b--',
      '--a',
      'Content-Type: message/rfc822',
      '',
      'Subject: inner',
      '',
      'inner text',
      '--a--',
      'epilogue',
    );
    const { parts, defects } = parseMessage(bytes);
    assert.deepEqual(
      parts.map(part => `${part.depth} ${part.type}/${part.subtype}`),
      [
        '0 multipart/mixed',
        '1 multipart/alternative',
        '2 text/plain',
        '2 text/html',
        '1 message/rfc822',
        '2 text/plain',
      ],
    );
    assert.deepEqual(
      parts.slice(2, 4).map(part => part.text()),
      ['plain', '<p>html'],
    );
    assert.equal(parts[5]?.headers.first('subject')?.text, 'inner');
    assert.equal(defects.size, 0);
  });
});
