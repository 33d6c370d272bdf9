// SPDX-License-Identifier: Apache-2.0
import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { relayedFrom } from './relayed-from.ts';

const isTrusted = (ip: string): boolean => ip.startsWith('198.51.100.');
const from = (...lines: string[]) => relayedFrom(lines, isTrusted);
const client = (hello: string, hops = 1, ip = '192.0.2.7') => ({ kind: 'client', ip, hello, hops });

const postfix = (helo: string, ip: string): string =>
  ` from ${helo} (unknown [${ip}])\r\n\tby mx2.example.jp (Postfix) with ESMTPS id 4ABC\r\n\tfor <bob@example.jp>; Tue, 24 Nov 2026 12:00:00 +0000 (UTC)`;

describe('the client of a trusted relay', () => {
  it('is read from what Postfix, Exim, Sendmail, qmail, Exchange and we write', () => {
    const lines: readonly (readonly [string, string])[] = [
      [postfix('bot.example.net', '192.0.2.7'), 'bot.example.net'],
      [
        ' from [192.0.2.7] (helo=bot.example.net)\r\n\tby mx2.example.jp with esmtps (Exim 4.96)\r\n\tid 1abc-00; Tue, 24 Nov 2026 12:00:00 +0000',
        'bot.example.net',
      ],
      [
        ' from bot.example.net ([192.0.2.7])\r\n\tby mx2.example.jp with esmtp (Exim 4.96) id 1abc; Tue, 24 Nov 2026 12:00:00 +0000',
        'bot.example.net',
      ],
      [
        ' from bot.example.net (host.example.net [192.0.2.7] (may be forged))\r\n\tby mx2.example.jp (8.15.2/8.15.2) with ESMTP id x; Tue, 24 Nov 2026 12:00:00 GMT',
        'bot.example.net',
      ],
      [
        ' from unknown (HELO bot.example.net) (192.0.2.7)\r\n  by mx2.example.jp with SMTP; 24 Nov 2026 12:00:00 -0000',
        'bot.example.net',
      ],
      [
        ' from bot.example.net (192.0.2.7) by mx2.example.jp (198.51.100.2) with Microsoft SMTP Server id 15.2; Tue, 24 Nov 2026 12:00:00 +0000',
        'bot.example.net',
      ],
      [
        ' from bot.example.net ([192.0.2.7])\r\n\tby mx2.example.jp with ESMTPS id 1m87; Tue, 24 Nov 2026 12:00:00 +0000',
        'bot.example.net',
      ],
    ];
    for (const [line, hello] of lines) deepEqual(from(line), client(hello), line);
    deepEqual(from(postfix('x', 'IPv6:2001:db8::7')), client('x', 1, '2001:db8::7'));
  });

  it('stands below all relays that are trusted, and above whatever strangers wrote', () => {
    const inside = postfix('filter', '127.0.0.1');
    const between = postfix('mx3.example.jp', '198.51.100.3');
    const forged = postfix('friend.example', '198.51.100.9');
    deepEqual(
      from(inside, between, postfix('bot', '192.0.2.7'), forged, postfix('bank', '203.0.113.1')),
      client('bot', 3),
    );
    deepEqual(
      from(' (qmail 12 invoked by uid 89); 24 Nov 2026 12:00:00 -0000', between, postfix('bot', '192.0.2.7')),
      client('bot', 2),
    );
  });

  it('is found behind a mailbox that was fetched', () => {
    const fetched =
      ' from pop.provider.example [203.0.113.99]\r\n\tby home.example.jp with POP3 (fetchmail-6.4)\r\n\tfor <bob@localhost>; Tue, 24 Nov 2026 12:00:00 +0000';
    deepEqual(from(fetched, postfix('bot', '192.0.2.7')), client('bot', 2));
  });

  it('is not what a client says of itself', () => {
    for (const helo of ['[127.0.0.1]', '198.51.100.9', 'x([127.0.0.1])', 'x[198.51.100.9]']) {
      const origin = from(postfix(helo, '192.0.2.7'), postfix('bank', '203.0.113.1'));
      deepEqual([origin.kind, origin.kind === 'client' && origin.ip], ['client', '192.0.2.7'], helo);
    }
    deepEqual(
      from(
        ' from [192.0.2.7] (helo=[198.51.100.9]) by mx2.example.jp with esmtp (Exim 4.96) id 1; Tue, 24 Nov 2026 12:00:00 +0000',
      ),
      client('[198.51.100.9]'),
    );
  });

  it('is one of ours who authenticated there, or where it all began inside; and nobody where it cannot be read', () => {
    deepEqual(from(postfix('phone', '192.0.2.7').replace('ESMTPS', 'ESMTPSA')), { kind: 'ours', hops: 1 });
    deepEqual(from(postfix('cron', '10.0.0.5')), { kind: 'ours', hops: 1 });
    deepEqual(from(), { kind: 'unreadable', hops: 0 });
    deepEqual(
      from(
        ' from nowhere by mx2.example.jp with SMTP; Tue, 24 Nov 2026 12:00:00 +0000',
        postfix('bank', '203.0.113.1'),
      ),
      {
        kind: 'unreadable',
        hops: 0,
      },
    );
    deepEqual(
      relayedFrom(
        Array.from({ length: 30 }, () => postfix('loop', '127.0.0.1')),
        isTrusted,
      ).kind,
      'unreadable',
    );
  });

  it('is read of anything without a fault', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), lines => {
        ok(from(...lines.map(line => ` from ${line}`)).hops >= 0);
      }),
    );
  });
});
