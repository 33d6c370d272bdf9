// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMessage } from '../../wire/mime/parse.ts';
import links, { type Link } from './links.ts';
import text from './text.ts';

function read(message: string): readonly Link[] {
  const mime = parseMessage(Buffer.from(message.replace(/\n/g, '\r\n')));
  const { signal } = new AbortController();
  return links.read({ text: text.read({ mime } as never, signal) } as never, signal) as readonly Link[];
}

describe('links', () => {
  it('are those of plain text', () => {
    deepEqual(
      read('Subject: x\n\nSee http://example.org/a and www.example.net.\n').map(({ host, kind }) => `${kind} ${host}`),
      ['text example.org', 'text www.example.net'],
    );
  });

  it('are anchors with what they show, images, and addresses HTML merely shows', () => {
    const html =
      '<p>http://c.example/</p><a href="http://a.example/x">Click <b>here</b></a><img src="http://b.example/i.png"><a href="mailto:x@example.org">m</a>';
    deepEqual(
      read(`Content-Type: text/html\n\n${html}\n`).map(({ host, kind, shown }) => `${kind} ${host} ${shown}`.trim()),
      ['anchor a.example Click here', 'image b.example', 'text c.example'],
    );
  });

  it('are no more than 200 of a text', () => {
    equal(read(`Subject: x\n\n${'http://a.example/\n'.repeat(300)}`).length, 200);
  });
});
