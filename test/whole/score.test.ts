// SPDX-License-Identifier: Apache-2.0
// One score, wherever it is told: in the header, in the record, by `explain`, and as the sum of its points.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { symbolSays } from '../../src/app.ts';
import { clientAt } from '../../src/core/client.ts';
import { seededRandom, type Random } from '../../src/core/random.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { explain } from '../../src/operation/explain.ts';
import { parseMailbox } from '../../src/wire/smtp/path.ts';
import { openWayWorld } from '../../src/way.suite.ts';

const fragments = {
  from: ['From: alice@example.com', 'From: "bob@example.jp" <carol@example.org>', 'From: bob@example.jp', ''],
  to: ['To: bob@example.jp', 'To: undisclosed-recipients:;', 'Cc: carol@example.org', ''],
  subject: ['Subject: Hello', 'Subject: FREE VIAGRA $$$', 'Subject: =?ISO-2022-JP?B?GyRCTCQ+NUJ6OS05cCIoGyhC?=', ''],
  date: ['Date: Thu, 01 Jan 2026 00:00:00 +0000', 'Date: yesterday', ''],
  id: ['Message-ID: <1@example.com>', 'Message-ID: broken', ''],
  more: ['Reply-To: dave@example.net', 'X-Priority: 1', 'Precedence: bulk', 'List-Id: <list.example.org>', ''],
  type: ['', 'Content-Type: text/html', 'Content-Type: multipart/mixed; boundary=x'],
  body: [
    'A letter.',
    '<a href="http://192.0.2.1/x">http://example.com</a><font color=ffffff>word</font>',
    'Buy Viagra now, $ 100 off!',
    `${'w'.repeat(60)} ${'x'.repeat(40)}`,
  ],
};

it('is the same everywhere, for 500 attempts', async () => {
  const random = seededRandom(7);
  const { open, queue, records, judges } = await openWayWorld({
    dns: zoneDns({ 'example.com': { MX: '10 mx.example.com' } }),
    toml: '[policy]\nquarantineAt = 9\n',
    domains: ['example.jp'],
    mailboxes: ['bob'],
  });
  const seen = new Set<number>();

  for (let n = 0; n < 500; n++) {
    const client = clientAt(`192.0.2.${n % 250}`, 25);
    const attempt = open(client, client, 'smtp');
    await attempt.connect();
    await attempt.hello({
      verb: 'EHLO',
      name: pick(random, ['mx.example.com', '192.0.2.9', 'localhost', 'mx.example.jp']),
    });
    await attempt.sender({
      address: parseMailbox(pick(random, ['alice@example.com', 'x@example.net'])) ?? null,
      body: '8BITMIME',
      isSmtpUtf8: false,
    });
    const refusal = await attempt.recipient({ address: { local: 'bob', domain: 'example.jp' } });
    if (refusal) continue;
    const sink = await attempt.data();
    assert.ok('end' in sink);
    await sink.write(Buffer.from(messageOf(random)));
    const reply = await sink.end({ bareNewlines: n % 3, longestLine: 70, hasNul: false });
    assert.equal(reply.code, 250, reply.lines.join());
    attempt.close('quit');

    const record = await records.get(attempt.id);
    const verdict = record?.events.find(event => event.kind === 'verdict');
    const score = Number(verdict?.['score']);
    const reasons = (verdict?.['reasons'] ?? []) as readonly (readonly [string, number])[];
    const queueId = String(record?.events.find(event => event.kind === 'accepted')?.['queueId']);
    const header = (await queue.read(queueId, 0)).toString('latin1').split('\r\n\r\n')[0] ?? '';
    const tests = /tests=\[([^\]]*)\]/.exec(header.replace(/\r\n\s/g, ' '))?.[1] ?? '';
    const points = tests
      .split(/,\s*/)
      .filter(Boolean)
      .map(test => Number(test.split('=')[1]));

    assert.equal(Number(/^X-Spam-Score: (.*)$/m.exec(header)?.[1]), score);
    assert.equal(hundredths(points), Math.round(score * 100));
    assert.equal(hundredths(reasons.map(([, value]) => value)), Math.round(score * 100));
    const told = explain(record!, symbolSays(judges), 'en');
    assert.match(told, new RegExp(`score ${String(score).replace('.', '\\.')}\\.`));
    assert.equal(record?.keys.score, score);
    seen.add(score);
  }
  assert.ok(seen.size > 50, `only ${seen.size} different scores`);
});

function messageOf(random: Random): string {
  const header = [
    fragments.from,
    fragments.to,
    fragments.subject,
    fragments.date,
    fragments.id,
    fragments.more,
    fragments.type,
  ]
    .map(list => pick(random, list))
    .filter(Boolean);
  return `${header.join('\r\n')}\r\n\r\n${pick(random, fragments.body)}\r\n`;
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random.next() * list.length)]!;
}

function hundredths(points: readonly number[]): number {
  return points.reduce((sum, value) => sum + Math.round(value * 100), 0);
}
