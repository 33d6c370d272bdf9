// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rememberedReader } from './app.ts';
import { clientAt } from './core/client.ts';
import { zoneDns } from './net/zone-dns.ts';
import { openWayWorld } from './way.suite.ts';

const verdict = 'X-Spam-Status: Yes, score=1\r\n\ttests=[GREYLIST_WAIT=0]\r\nX-Sekisho-Id: 0123\r\n';

describe('what a stored message says of how it was judged', () => {
  it('is read where it came through this server', async () => {
    const { settings, judges, open, queue } = await openWayWorld({
      dns: zoneDns({
        'example.com': { MX: '10 mx.example.com', A: '192.0.2.1' },
        'mx.example.com': { A: '192.0.2.1' },
      }),
      toml: '[server]\nhostname = "mx.example.jp"\n',
      domains: ['example.jp'],
      mailboxes: ['bob'],
    });
    const client = clientAt('192.0.2.1', 25);
    const attempt = open(client, client, 'smtp');
    await attempt.connect();
    await attempt.hello({ verb: 'EHLO', name: 'mx.example.com' });
    await attempt.sender({ address: { local: 'alice', domain: 'example.com' }, body: '8BITMIME', isSmtpUtf8: false });
    equal(await attempt.recipient({ address: { local: 'bob', domain: 'example.jp' } }), undefined);
    const sink = await attempt.data();
    ok('end' in sink);
    await sink.write(Buffer.from('From: alice@example.com\r\nSubject: Hello\r\n\r\nHello Bob.\r\n'));
    await sink.end({ bareNewlines: 0, longestLine: 70, hasNul: false });
    const [entry] = await queue.list({ limit: 1 });
    ok(entry);
    const stored = Buffer.concat([Buffer.from(verdict), await queue.read(entry.id)]);
    const read = rememberedReader(settings, judges.assembly);
    deepEqual(
      read(stored).findings?.map(({ symbol }) => symbol),
      ['GREYLIST_WAIT'],
    );
    // Moved here from elsewhere, where a stranger may have written them.
    const other = Buffer.from('Received: from a.example by mx.other.example with ESMTP id 1; now\r\n');
    equal(read(Buffer.concat([other, stored])).findings, undefined);
    equal(read(Buffer.from(`${verdict}From: alice@example.com\r\n\r\nHello.\r\n`)).findings, undefined);
  });
});
