// SPDX-License-Identifier: Apache-2.0
// Mail by a trusted relay of a real server: its client is judged, and the relay is never kept waiting, refused or blamed.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { startServing } from './serving.ts';
import { Stranger, untilSo } from './strangers.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-relay-'));
after(() => rm(folder, { recursive: true }));

// The room and the greylist would hold anybody else for minutes: without a wait the test is over in seconds.
const toml = `[server]
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
trustedRelays = ["198.51.100.2"]
[dns]
zone = "${join(folder, 'zone')}"
[greet]
clean = "10m"
suspectLeast = "10m"
suspectMost = "10m"
[checks.greylist]
waitLeast = "1h"
waitMost = "1h"
[checks.client-list]
block = ["192.0.2.66"]
`;
const relay = '198.51.100.2';

const received = (ip: string, helo: string): string =>
  `Received: from ${helo} (unknown [${ip}])\r\n\tby mx2.example.jp (Postfix) with ESMTPS id 4ABC;\r\n\tTue, 24 Nov 2026 12:00:00 +0000`;

async function handOn(port: number, subject: string, ...lines: readonly string[]): Promise<string> {
  const stranger = new Stranger(port, relay);
  for (const line of ['EHLO mx2.example.jp', 'MAIL FROM:<alice@example.com>', 'RCPT TO:<bob@example.jp>', 'DATA']) {
    const code = await stranger.say(line);
    if (!/^[23]/.test(code)) return code;
  }
  const head = [
    'From: Alice <alice@example.com>',
    'To: bob@example.jp',
    `Subject: ${subject}`,
    'Message-ID: <1@example.com>',
    'Date: Tue, 24 Nov 2026 12:00:00 +0000',
  ];
  const said = await stranger.say([...lines, ...head, '', 'Hello Bob, see you tomorrow.', '.'].join('\r\n'));
  await stranger.quit();
  return said;
}

it('judges the client that the relay names, and nobody whom that client names', async () => {
  await writeFile(
    join(folder, 'zone'),
    'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.1\nexample.com TXT "v=spf1 ip4:192.0.2.0/24 -all"\n',
  );
  const server = await startServing({ toml, folder });
  try {
    await server.run('domain', 'add', 'example.jp');
    await server.run('user', 'add', 'bob@example.jp');
    const forged = received('198.51.100.2', 'friend.example');
    assert.equal(
      await handOn(
        server.port,
        'one',
        received('192.0.2.7', 'mail.example.com'),
        forged,
        received('203.0.113.9', 'bank'),
      ),
      '250',
    );
    assert.equal(await handOn(server.port, 'two', received('192.0.2.66', 'bot.example.net')), '250');
    assert.equal(await handOn(server.port, 'three'), '250');
    const explained = async (client: string): Promise<string> => {
      const { stdout } = await server.run('history', '--client', client, '--json');
      const [record] = stdout.trim().split('\n');
      return record ? (await server.run('explain', String(JSON.parse(record).id))).stdout : '';
    };
    await untilSo(async () => (await explained(relay)) !== '');
    const wanted = await explained('192.0.2.7');
    assert.match(wanted, /198\.51\.100\.2 connected/);
    assert.match(
      wanted,
      /trusted relay 198\.51\.100\.2 had it from 192\.0\.2\.7, which introduced itself as mail\.example\.com/,
    );
    assert.match(wanted, /SPF_PASS/);
    assert.match(wanted, /For bob@example\.jp: accepted/);
    const blocked = await explained('192.0.2.66');
    assert.match(blocked, /CLIENT_BLOCKED/);
    assert.match(blocked, /bob@example\.jp: to quarantine/);
    const unnamed = await explained(relay);
    assert.match(unnamed, /came by the trusted relay 198\.51\.100\.2, which does not say who sent it/);
    assert.doesNotMatch(unnamed, /SPF_FAIL|REVERSE_NAME/);
    assert.equal((await server.run('history', '--client', '203.0.113.9')).code, 1);
    assert.equal((await server.run('throttle', 'list')).stdout.includes(relay), false);
  } finally {
    await server.stop();
  }
});
