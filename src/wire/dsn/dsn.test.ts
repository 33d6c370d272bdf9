// SPDX-License-Identifier: Apache-2.0
import { equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { typedAddress } from './address.ts';
import { encodeWords } from '../mime/encode-words.ts';
import { oneLine } from './compose.ts';
import { composeDsn, headerOf, type Dsn } from './dsn.ts';
import { composeNotice } from './notice.ts';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);

function dsnOf(more: Partial<Dsn> = {}): Dsn {
  return {
    kind: 'failed',
    id: '0abcdefgh0000001',
    reportingHost: 'mx.example.com',
    to: { local: 'alice', domain: 'example.org' },
    at,
    queueId: '0abcdefgh0000000',
    arrivedAt: at - 1000,
    messageId: '<1@example.org>',
    recipients: [
      {
        address: { local: 'bob', domain: 'example.com' },
        status: '5.1.1',
        says: 'The next server refused it.',
        remote: 'a.example.com [192.0.2.1]',
        reply: '550 5.1.1 no such user',
        lastTriedAt: at,
      },
    ],
    returned: { isWhole: false, bytes: Buffer.from('Subject: hello\r\n') },
    ...more,
  };
}

describe('delivery status notification', () => {
  it('has words, fields and the header of the original, in this order', () => {
    const text = composeDsn(dsnOf()).toString();
    const types = [...text.matchAll(/^Content-Type: ([^;\r]+)/gm)].map(([, type]) => type);
    equal(types.join(' '), 'multipart/report text/plain message/delivery-status text/rfc822-headers');
    match(
      text,
      /Arrival-Date: Fri, 02 Jan 2026 03:04:04 \+0000\r\n\r\nFinal-Recipient: rfc822; bob@example\.com\r\nAction: failed\r\nStatus: 5\.1\.1\r\nRemote-MTA: dns; a\.example\.com \[192\.0\.2\.1\]\r\nDiagnostic-Code: smtp; 550 5\.1\.1 no such user\r\n/,
    );
    match(text, /^From: "Mail Delivery System" <MAILER-DAEMON@mx\.example\.com>\r\nTo: <alice@example\.org>\r\n/);
    ok(text.split('\r\n').every(line => line.length <= 998));
  });

  it('is read by another parser', async () => {
    const parsed = await PostalMime.parse(composeDsn(dsnOf({ kind: 'delayed', willRetryUntil: at + 86_400_000 })));
    equal(parsed.subject, 'Your mail is late / メールの配送が遅れています');
    match(
      parsed.text ?? '',
      /not been delivered yet[^]*2026-01-03 03:04 UTC[^]*<bob@example\.com>[^]*まだ配送できていません/,
    );
  });

  it('keeps to lines of its own whatever the other server, the message and the address say', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('\r', '\n', ' ', 'X-Evil: 1', '--=_0abcdefgh0000001', '"', '>', 'あ'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(nasty, nasty, nasty, (reply, messageId, local) => {
        const [recipient] = dsnOf().recipients;
        const dsn = dsnOf({
          messageId,
          to: { local, domain: 'example.org' },
          recipients: recipient
            ? [{ ...recipient, reply, remote: reply, address: { local, domain: 'example.com' } }]
            : [],
        });
        const text = composeDsn(dsn).toString();
        ok(!/^X-Evil/m.test(text));
        equal(text.match(/^--=_0abcdefgh0000001\r$/gm)?.length, 3);
      }),
    );
  });

  it('writes addresses outside ASCII in ASCII', () => {
    equal(typedAddress({ local: '太郎', domain: 'example.com' }), 'utf-8; \\x{592A}\\x{90CE}@example.com');
    equal(typedAddress({ local: 'a b', domain: 'example.com' }), 'rfc822; "a b"@example.com');
  });

  it('cuts the header off at the empty line', () => {
    equal(headerOf(Buffer.from('A: 1\r\nB: 2\r\n\r\nbody\r\n\r\n')).toString(), 'A: 1\r\nB: 2\r\n');
    equal(headerOf(Buffer.from('A: 1\r\n')).toString(), 'A: 1\r\n');
  });
});

describe('notice', () => {
  it('quotes a stranger in one cut line each', async () => {
    const notice = composeNotice({
      id: '0abcdefgh0000002',
      reportingHost: 'mx.example.com',
      to: { local: 'bob', domain: 'example.com' },
      at,
      quarantineId: '0abcdefgh0000000-0',
      sender: { local: 'eve', domain: 'example.net' },
      from: `Eve\r\n${'x'.repeat(300)}`,
      subject: '当選\u2028おめでとう',
      arrivedAt: at,
      trouble: '5.1.1 gone',
    });
    const { text = '' } = await PostalMime.parse(notice);
    match(text, /From: Eve x{196} \(eve@example\.net\)/);
    match(text, /Subject: 当選 おめでとう/);
    match(text, /ID: 0abcdefgh0000000-0/);
  });
});

describe('pieces', () => {
  it('encodes words that any decoder turns back, of 75 signs at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'あ', '𠮷', 'é'), minLength: 1, maxLength: 80 }),
        async text => {
          const encoded = encodeWords(text);
          ok(encoded.split('\r\n ').every(word => word.length <= 80));
          equal((await PostalMime.parse(`Subject: ${encoded}\r\n\r\n`)).subject, text);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('makes one line of many', () => {
    equal(oneLine('a\r\n\tb\0c\u2028d'), 'a b c d');
  });
});
