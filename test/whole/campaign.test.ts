// SPDX-License-Identifier: Apache-2.0
// A campaign on the real server: the same letter from ten unrelated networks, and what the record, `explain` and `history` make of it.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { run, startServing } from './serving.ts';
import { Stranger, untilSo } from './strangers.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-campaign-'));
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
`;
const words =
  'you have been chosen to receive the cheapest tablets anywhere shipped the same day in plain paper from our own warehouse no doctor and no waiting order before sunday and a second box is free as thousands of happy customers will tell you we take every card';

async function send(port: number, ip: string, i: number): Promise<string> {
  const stranger = new Stranger(port, ip);
  for (const line of [`EHLO h${i}.example.com`, `MAIL FROM:<u${i}@example.com>`, 'RCPT TO:<bob@example.jp>', 'DATA'])
    await stranger.say(line);
  const said = await stranger.say(
    [
      `From: u${i}@example.com`,
      'To: bob@example.jp',
      `Subject: Offer ${i} for you`,
      `Message-ID: <${i}@example.com>`,
      'Date: Tue, 24 Nov 2026 12:00:00 +0000',
      '',
      `Dear reader ${i * 7919},`,
      words,
      '.',
    ].join('\r\n'),
  );
  await stranger.quit();
  return said;
}

it('is recognised over networks and providers, told in the record, and found again', async () => {
  await writeFile(join(folder, 'zone'), 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.1\n');
  const server = await startServing({ toml, folder });
  try {
    await server.run('domain', 'add', 'example.jp');
    await server.run('user', 'add', 'bob@example.jp');
    const networks = ['192.0.2', '198.51.100', '203.0.113', '198.18.1', '198.18.2', '198.19.3', '198.19.4', '192.0.0'];
    for (const [i, network] of networks.entries()) await send(server.port, `${network}.${i + 9}`, i);
    const history = () => server.run('history', '--recipient', 'bob@example.jp', '--json');
    let found: { readonly id: string; readonly keys: { readonly campaigns?: readonly string[] } }[] = [];
    await untilSo(async () => {
      found = (await history()).stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line));
      return found.filter(({ keys }) => keys.campaigns).length === networks.length - 1;
    });
    const [last] = found;
    const campaign = last?.keys.campaigns?.[0] ?? '';
    const listed = await server.run('history', '--campaign', campaign);
    assert.equal(listed.stdout.trim().split('\n').length, networks.length);
    assert.equal((await server.run('history', '--campaign', 'c0')).code, 1);
    const told = await server.run('explain', last?.id ?? '');
    assert.match(
      told.stdout,
      new RegExp(`It is of campaign ${campaign}: 8 messages since .*8 addresses in 8 networks of 5 providers`),
    );
    assert.match(
      told.stdout,
      /CAMPAIGN: The same mail has come since .* from 7 addresses in 7 networks of \d providers/,
    );
    const japanese = await run([
      'env',
      'LANG=ja_JP.UTF-8',
      process.execPath,
      join(import.meta.dirname, '../../bin/sekisho.js'),
      'explain',
      last?.id ?? '',
      '-c',
      server.configPath,
      '-d',
      server.dataPath,
    ]);
    assert.match(japanese.stdout, /一斉送信 c[0-9a-f]{16} の 1 通/);
    assert.match(japanese.stdout, /CAMPAIGN: 同じメールが/);
  } finally {
    await server.stop();
  }
});
