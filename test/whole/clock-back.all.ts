// SPDX-License-Identifier: Apache-2.0
/**
 * Clock back — the clock of a real server is set back an hour while it runs (libfaketime), and then put right: mail of familiar senders and of strangers flows and is
 * delivered, nobody waits longer for it who was asked to come back, and a block is not an hour longer.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { knowNetwork } from './familiar.ts';
import { cleanUp, root, startServing } from './serving.ts';
import { Stranger, untilSo } from './strangers.ts';

const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map(name => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`)
  .find(path => existsSync(path));
const skip = library === undefined ? 'libfaketime is not installed' : false;

const toml = (zone: string): string => `[server]
processes = 2
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
zone = ${JSON.stringify(zone)}
[greet]
clean = "1s"
suspectLeast = "1s"
suspectMost = "1s"
[greet.tarpit]
isOn = false
[checks.greylist]
waitLeast = "5m"
waitMost = "5m"
[throttle.unknownRecipients]
address = 8
delayFrom = 0
`;

it('an hour back and forth stops nobody', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-clock-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const zone = join(folder, 'zone');
  await writeFile(
    zone,
    'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.1\n7.113.0.203.in-addr.arpa PTR mail.example.net\nmail.example.net A 203.0.113.7\n',
  );
  await knowNetwork(join(folder, 'data'), '192.0.2.0/24');
  const hand = join(folder, 'offset');
  /** Whole at once, and nobody reads half of it. */
  const setClock = async (offset: string): Promise<void> => {
    await writeFile(`${hand}.new`, `${offset}\n`);
    await rename(`${hand}.new`, hand);
    // It is looked at once a second.
    await pause(2_000);
  };
  await setClock('+0');
  const env = [
    `LD_PRELOAD=${library}`,
    `FAKETIME_TIMESTAMP_FILE=${hand}`,
    'FAKETIME_CACHE_DURATION=1',
    'DONT_FAKE_MONOTONIC=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
  ];
  const program = ['env', ...env, process.execPath, join(root, 'bin/sekisho.js')];
  const serving = await startServing({ toml: toml(zone), folder, program });
  after(() => cleanUp(serving));
  const box = join(serving.dataPath, 'mail/localhost/postmaster/new');
  let sent = 0;
  const flows = async (hour: string): Promise<void> => {
    for (const [ip, codes] of [
      ['192.0.2.20', Array.from({ length: 10 }, (_, i) => i)],
      ['203.0.113.7', [0, 1]],
    ] as const)
      for (const i of codes) {
        assert.equal(await new Stranger(serving.port, ip, 30_000 + i).send(`hello ${hour}`), '250', `${ip} ${hour}`);
        sent++;
      }
    await untilSo(async () => (await readdir(box)).length === sent);
  };
  assert.equal((await serving.run('user', 'add', 'bob@localhost')).code, 0);
  /** A stranger that greets with our own name, which speaks against it. */
  const suspect = async (ip: string): Promise<string> => {
    const one = new Stranger(serving.port, ip);
    let said = await one.words();
    for (const line of ['EHLO mx.example.jp', 'MAIL FROM:<alice@example.com>', 'RCPT TO:<bob@localhost>']) {
      if (!said.startsWith('2')) break;
      one.socket.write(`${line}\r\n`);
      said = await one.reply();
    }
    one.socket.destroy();
    return said;
  };

  await flows('at first');
  assert.match(await suspect('198.51.100.9'), /^451 4\.7\.1 Not known here yet/);
  assert.match(await suspect('198.51.100.9'), /^451 4\.7\.1 Too soon/);
  const eve = new Stranger(serving.port, '203.0.114.9');
  await eve.say('EHLO eve.example');
  await eve.say('MAIL FROM:<eve@eve.example>');
  let code = '';
  for (let i = 0; i < 20 && code !== '421'; i++) code = await eve.say(`RCPT TO:<word${i}@localhost>`);
  assert.equal(code, '421');

  await setClock('-3600');
  const told = await serving.run('history', '-n', '1', '--json');
  assert.equal(told.code, 0);
  await flows('an hour back');
  // It shows the clock as the server sees it.
  const dates = await Promise.all((await readdir(box)).map(async name => readFile(join(box, name), 'utf8')));
  const hours = dates
    .filter(text => text.includes('an hour back'))
    .map(text => Date.parse(/^Received:[^;]*;\s*([^\r\n]*)/m.exec(text)?.[1] ?? ''));
  assert.ok(hours.length > 0 && hours.every(at => Math.abs(Date.now() - 3_600_000 - at) < 300_000), hours.join());
  assert.match(await suspect('198.51.100.9'), /^250 /);
  assert.match(await suspect('198.51.101.9'), /^451 4\.7\.1 Not known here yet/);
  assert.match(await suspect('198.51.101.9'), /^451 4\.7\.1 Too soon/);

  await setClock('+0');
  await flows('put right');
  // Known by then, and an hour is more than it had to stay away.
  assert.match(await suspect('198.51.100.9'), /^250 /);
  assert.match(await suspect('198.51.101.9'), /^250 /);
});
