// SPDX-License-Identifier: Apache-2.0
import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { memorySentStore } from '../../store/sent/memory.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { isReturnedMessage } from './returned-message.ts';
import returnedMessage from './returned-message.ts';

const sent = memorySentStore();
sent.append({
  sender: 'bob@example.jp',
  recipients: ['a@example.net'],
  messageId: '<ours@example.jp>',
  day: '2026-01-01',
});

async function read(text: string, isNull = true): Promise<string> {
  const mime = parseMessage(Buffer.from(text.replaceAll('\n', '\r\n')));
  const address = isNull ? null : { local: 'x', domain: 'example.net' };
  const given = { mime, sent, sender: { address, body: '7BIT', isSmtpUtf8: false } };
  const value: unknown = await Reflect.apply(Reflect.get(returnedMessage, 'read'), undefined, [given]);
  ok(isReturnedMessage(value));
  return `${value.kind} ${value.original}`;
}

const report = (part: string): string => `From: MAILER-DAEMON@mx.example.net
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It failed.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

--b
${part}
--b--
`;
const header = (id: string): string => `Subject: offer\nFrom: bob@example.jp\nMessage-ID: ${id}\n`;

describe('returned message', () => {
  it('is known by its Message-ID, in a returned message or header', async () => {
    for (const type of ['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers']) {
      const returned = (id: string) => read(report(`Content-Type: ${type}\n\n${header(id)}\nhello`));
      deepEqual(
        [await returned('<ours@example.jp>'), await returned('<forged@example.jp>')],
        ['notice ours', 'notice unknown'],
        type,
      );
    }
    const encoded = Buffer.from(header('<ours@example.jp>').replaceAll('\n', '\r\n')).toString('base64');
    deepEqual(
      await read(report(`Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n${encoded}`)),
      'notice ours',
    );
  });

  it('is found in text, as qmail and old servers write', async () => {
    const qmail = (id: string): string =>
      `From: MAILER-DAEMON@mx.example.net\nSubject: failure notice\n\nHi. This is the qmail-send program.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <bob@example.jp>\n${header(id)}\nhello\n`;
    deepEqual(
      [await read(qmail('<ours@example.jp>')), await read(qmail('<no@example.jp>'))],
      ['like ours', 'like unknown'],
    );
    deepEqual(await read(qmail('\n <no@example.jp>'), false), 'like unknown');
  });

  it('is not looked for in letters, answers by machine and receipts', async () => {
    const forwarded = `From: alice@example.net\nSubject: see below\n\nMessage-ID: <no@example.jp>\n`;
    deepEqual(await read(forwarded), 'none unnamed');
    deepEqual(await read(forwarded, false), 'none unnamed');
    deepEqual(
      await read('From: alice@example.net\nSubject: Away\nAuto-Submitted: auto-replied\n\nAway.\n'),
      'none unnamed',
    );
    deepEqual(await read(report('').replace('delivery-status;', 'disposition-notification;')), 'none unnamed');
  });

  it('can be unnamed', async () => {
    deepEqual(await read(report('Content-Type: text/plain\n\nnothing')), 'notice unnamed');
  });

  it('is read of anything without a fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async text => {
        await read(report(`Content-Type: text/rfc822-headers\n\nMessage-ID: ${text}`));
      }),
    );
  });
});
