// SPDX-License-Identifier: Apache-2.0
// A real server that learns by itself: what came to a decoy and what two lists name, and no more than that; shown where people look, and taken back.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Talk } from '../kill/talk.ts';
import { startServing } from './serving.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-automatic-'));
after(() => rm(folder, { recursive: true }));

const toml = `[server]
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
zone = "${join(folder, 'zone')}"
[greet]
isOn = false
[greet.tarpit]
isOn = false
[checks.greylist]
mode = "off"
[ownList]
traps = ["decoy@example.jp"]
[learning]
automatic = true
[[dnsLists.lists]]
zone = "bl.one.example"
tests = "none"
[[dnsLists.lists]]
zone = "bl.two.example"
tests = "none"
`;
const zone = [
  'example.com MX 10 mx.example.com',
  'mx.example.com A 192.0.2.1',
  ...['9', '10'].map(end => `${end}.113.0.203.bl.one.example A 127.0.0.2`),
  '9.113.0.203.bl.two.example A 127.0.0.2',
];

async function send(port: number, ip: string, recipient: string, n: number): Promise<void> {
  const talk = new Talk(port);
  try {
    talk.socket.write(`PROXY TCP4 ${ip} 127.0.0.1 40000 25\r\n`);
    await talk.expect('220');
    await talk.say('EHLO mx.example.com', '250');
    await talk.say('MAIL FROM:<alice@example.com>', '250');
    await talk.say(`RCPT TO:<${recipient}>`, '250');
    await talk.say('DATA', '354');
    await talk.say(
      `From: alice@example.com\r\nTo: ${recipient}\r\nMessage-ID: <${n}@example.com>\r\n\r\ntext ${n}\r\n.`,
      '',
    );
  } finally {
    talk.close();
  }
}

it('learns from a decoy and from two lists, and says so', async () => {
  await writeFile(join(folder, 'zone'), `${zone.join('\n')}\n`);
  const server = await startServing({ toml, folder });
  await server.run('domain', 'add', 'example.jp');
  for (const user of ['bob', 'decoy']) await server.run('user', 'add', `${user}@example.jp`);
  await send(server.port, '198.51.100.1', 'bob@example.jp', 1);
  await send(server.port, '203.0.113.10', 'bob@example.jp', 2);
  await send(server.port, '203.0.113.9', 'bob@example.jp', 3);
  await send(server.port, '198.51.100.2', 'decoy@example.jp', 4);
  await send(server.port, '198.51.100.3', 'decoy@example.jp', 5);

  const log = async () => {
    const { stdout } = await server.run('learn', 'log', '--json');
    return stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  };
  let entries = await log();
  for (let i = 0; i < 100 && entries.length < 2; i++) {
    await sleep(50);
    entries = await log();
  }
  assert.deepEqual(
    entries.reverse().map(({ by, source, label, evidence }) => [by, source, label, evidence]),
    [
      ['lists', 'automatic', 'spam', ['DNS_LIST_BL_ONE_EXAMPLE', 'DNS_LIST_BL_TWO_EXAMPLE']],
      ['decoys', 'automatic', 'spam', ['DECOY']],
    ],
  );
  const figures = await (await fetch(`http://127.0.0.1:${server.httpPort}/metrics`)).text();
  assert.match(figures, /sekisho_automatic_labels_total\{label="spam",by="decoys"\} 1/);
  assert.match(figures, /sekisho_automatic_held_back_total\{why="ratio"\} 1/);
  const revoked = await server.run('learn', 'revoke', '--source', 'automatic', '--json');
  assert.equal(JSON.parse(revoked.stdout).after.spam, 0);
  await server.stop();
});
