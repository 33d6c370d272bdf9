// SPDX-License-Identifier: Apache-2.0
// Greylisting by a real server that is killed half-way: who was asked to come back keeps its place.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { Talk } from '../kill/talk.ts';
import { startServing } from './serving.ts';
import { untilSo } from './strangers.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-greylist-'));
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
waitLeast = "1h"
waitMost = "1h"
`;

/** One message of a stranger that greets with our own name, which speaks against it; the answer to RCPT. */
async function come(port: number, ip: string): Promise<string> {
  const talk = new Talk(port);
  try {
    talk.socket.write(`PROXY TCP4 ${ip} 127.0.0.1 40000 25\r\n`);
    await talk.expect('220');
    await talk.say('EHLO mx.example.jp', '250');
    await talk.say('MAIL FROM:<alice@example.com>', '250');
    talk.socket.write('RCPT TO:<bob@example.jp>\r\n');
    return (await talk.reply()) ?? 'gone';
  } finally {
    talk.close();
  }
}

it('who was asked to come back keeps its place when the server is killed and started again', async () => {
  await writeFile(join(folder, 'zone'), 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.1\n');
  const first = await startServing({ toml, folder });
  await first.run('domain', 'add', 'example.jp');
  await first.run('user', 'add', 'bob@example.jp');
  const clients = Array.from({ length: 20 }, (_, i) => `203.0.113.${i + 1}`);
  const neighbours = ['198.51.100.9', '192.0.2.77'];
  const asked = await Promise.all([...clients, ...neighbours].map(ip => come(first.port, ip)));
  assert.ok(
    asked.every(reply => reply.startsWith('451 4.7.1 ')),
    asked.join('\n'),
  );
  process.kill(first.pid, 'SIGKILL');
  await first.ended();

  const second = await startServing({ folder });
  const again = await Promise.all(neighbours.map(ip => come(second.port, ip)));
  assert.ok(
    again.every(reply => reply.startsWith('451 4.7.1 Too soon')),
    again.join('\n'),
  );
  const list = await second.run('greylist', 'list', '--json');
  const waiting = list.stdout.trim().split('\n');
  // Twenty of one network that greet alike are one sender.
  assert.equal(waiting.length, 3);
  const released = await second.run('greylist', 'release', '192.0.2.77');
  assert.deepEqual([released.code, released.stdout], [0, '192.0.2.77: 1 may come in at the next try.\n']);
  assert.match(await come(second.port, '192.0.2.77'), /^250 /);
  const exempt = await second.run('greylist', 'exempt', '198.51.100.0/24');
  assert.equal(exempt.code, 0);
  assert.match(await come(second.port, '198.51.100.9'), /^250 /);
  const added = await second.run('familiar', 'add', '203.0.113.0/24');
  assert.equal(added.code, 0, added.stderr);
  await second
    .run('familiar', 'list')
    .then(({ stdout }) => assert.match(stdout, /203\.0\.113\.0\/24 \(by the operator\)/));
  // The server follows within a second; until then it is told that it came too soon.
  await untilSo(async () => (await come(second.port, '203.0.113.3')).startsWith('250 '));
  await second.stop();
});
