// SPDX-License-Identifier: Apache-2.0
// Bounces of forged mail pour in for one address of a real server; those of what it really sent still arrive.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { makeDataFolder, openStores } from '../../src/app.ts';
import { formatAddress } from '../../src/core/address.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { tagged } from '../../src/delivery/forwarding/batv.ts';
import { startServing } from './serving.ts';
import { Stranger, untilSo } from './strangers.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-backscatter-'));
after(() => rm(folder, { recursive: true }));

const toml = `[server]
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
relayFrom = ["198.51.100.200"]
[dns]
zone = "${join(folder, 'zone')}"
[greet]
isOn = false
[greet.tarpit]
isOn = false
[checks.greylist]
mode = "off"
`;
const bob = { local: 'bob', domain: 'example.jp' };

async function transact(
  port: number,
  ip: string,
  sender: string,
  recipient: string,
  message: readonly string[],
): Promise<string> {
  const stranger = new Stranger(port, ip);
  for (const line of ['EHLO mx.example.net', `MAIL FROM:<${sender}>`, `RCPT TO:<${recipient}>`, 'DATA']) {
    const code = await stranger.say(line);
    if (!/^[23]/.test(code)) return code;
  }
  const said = await stranger.say([...message, '.'].join('\r\n'));
  await stranger.quit();
  return said;
}

const notice = (messageId: string): readonly string[] => [
  'From: Mail Delivery System <MAILER-DAEMON@mx.example.net>',
  'To: bob@example.jp',
  'Subject: Undelivered Mail Returned to Sender',
  'Date: Tue, 24 Nov 2026 12:00:00 +0000',
  'Message-ID: <notice@mx.example.net>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
  '--b',
  '',
  'It could not be delivered.',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.net',
  '',
  '--b',
  'Content-Type: text/rfc822-headers',
  '',
  'From: bob@example.jp',
  `Message-ID: ${messageId}`,
  '',
  '--b--',
];

it('an attack of them is recognised, told, and keeps no real one away', async () => {
  await writeFile(join(folder, 'zone'), 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.1\n');
  const dataPath = join(folder, 'data');
  await makeDataFolder(dataPath);
  const stores = await openStores(dataPath, systemClock, silentLog);
  const signed = formatAddress(tagged(bob, systemClock.now(), stores.secrets) ?? bob);
  await stores.close();
  const server = await startServing({ toml, folder });
  try {
    await server.run('domain', 'add', 'example.jp');
    await server.run('user', 'add', 'bob@example.jp');
    const letter = ['From: bob@example.jp', 'Subject: Hello', 'Message-ID: <real@example.jp>', '', 'Hello.'];
    assert.equal(await transact(server.port, '198.51.100.200', 'bob@example.jp', 'carol@example.com', letter), '250');
    for (let i = 0; i < 21; i++)
      assert.equal(
        await transact(server.port, `203.0.113.${i + 1}`, '', 'bob@example.jp', notice(`<forged${i}@example.jp>`)),
        '250',
      );
    const figure = async (name: string): Promise<string> => {
      const text = await fetch(`http://127.0.0.1:${server.httpPort}/metrics`).then(answer => answer.text());
      return new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? '';
    };
    await untilSo(async () => (await figure('sekisho_unexplained_bounces_total')) === '21');
    assert.equal(await figure('sekisho_bounce_attacks_total'), '1');
    assert.match(server.output(), /bounces of forged mail pour in for one address/);

    const actionOf = async (client: string): Promise<string> => {
      const { stdout } = await server.run('history', '--client', client, '--json');
      return String(JSON.parse(stdout.trim().split('\n')[0] ?? '{}').keys?.action);
    };
    await transact(server.port, '192.0.2.40', '', 'bob@example.jp', notice('<forged@example.jp>'));
    await transact(server.port, '192.0.2.41', '', 'bob@example.jp', notice('<real@example.jp>'));
    await transact(server.port, '192.0.2.42', '', signed, notice('<from-a-phone@example.jp>'));
    assert.deepEqual(await Promise.all(['192.0.2.40', '192.0.2.41', '192.0.2.42'].map(actionOf)), [
      'quarantine',
      'accept',
      'accept',
    ]);
    const { stdout: id } = await server.run('history', '--client', '192.0.2.40', '--json');
    const told = await server.run('explain', String(JSON.parse(id).id));
    assert.match(told.stdout, /BOUNCE_ATTACK: Bounces of forged mail pour in for this address: 21 since/);
    assert.match(told.stdout, /Bounces of forged mail pour in for bob@example\.jp: 22 since/);
  } finally {
    await server.stop();
  }
});
