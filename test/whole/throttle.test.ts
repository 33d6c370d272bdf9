// SPDX-License-Identifier: Apache-2.0
// Limits on the whole server, by strangers who come through a proxy: places over two processes, a dictionary attack that is listed and let go of, and reading
// as slowly as the record says; mail of others flows meanwhile.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { cleanUp, startServing } from './serving.ts';
import { Stranger, rush, untilSo } from './strangers.ts';

const serving = await startServing({
  toml: `[server]
processes = 2
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["127.0.0.1:9"]
[smtp]
connectionsPerClient = 10
[greet]
isOn = false
[greet.tarpit]
isOn = false
[throttle.unknownRecipients]
address = 8
delayFrom = 4
delay = "200ms"
[throttle.bytesPerSecond]
connection = "200kB"
`,
});
after(() => cleanUp(serving));

it('lets in no more of one address than the limit and a share a process, cuts nobody, and says why to the rest', async () => {
  const { inside, refused } = await rush(serving.port, '198.51.100.7', 100);
  assert.ok(inside.length >= 10 && inside.length <= 12, `${inside.length}`);
  for (const words of refused)
    assert.match(words, /^421 4\.7\.0 Too many connections at a time from 198\.51\.100\.7; .*\(id \w{16}\)/);
  assert.equal(await new Stranger(serving.port, '198.51.100.8').say('EHLO other.example'), '250');
  assert.ok(inside.every(one => one.isOpen));
  await Promise.all(inside.map(one => one.quit()));
  const { inside: again } = await rush(serving.port, '198.51.100.7', 1);
  assert.equal(again.length, 1);
});

it('delays, blocks, lists and releases one who goes through a dictionary', async () => {
  const eve = new Stranger(serving.port, '203.0.113.9');
  await eve.say('EHLO eve.example');
  await eve.say('MAIL FROM:<eve@eve.example>');
  const heard: string[] = [];
  for (let i = 0; i < 20 && heard.at(-1) !== '421'; i++) heard.push(await eve.say(`RCPT TO:<word${i}@localhost>`));
  assert.deepEqual(heard, [...Array.from({ length: 7 }, () => '550'), '421']);
  await untilSo(async () => (await new Stranger(serving.port, '203.0.113.9').greeting()) === '421');
  assert.equal(await new Stranger(serving.port, '203.0.114.9').greeting(), '220');

  const { stdout } = await serving.run('throttle', 'list');
  assert.match(stdout, /203\.0\.113\.9 +blocked +too many recipients that are not here/);
  const id = /sekisho explain (\w{16})/.exec(stdout.split('\n').find(line => line.includes('203.0.113.9')) ?? '')?.[1];
  const explained = await serving.run('explain', id ?? '');
  assert.match(explained.stdout, /It was put off: too many recipients that are not here/);
  assert.match(explained.stdout, /came \d+ ms late/);

  assert.equal((await serving.run('throttle', 'release', '203.0.113.9')).code, 0);
  assert.equal((await serving.run('throttle', 'release', '203.0.113.9')).code, 66);
  await untilSo(async () => (await new Stranger(serving.port, '203.0.113.9').greeting()) === '220');
});

it('reads as slowly as the record says, which is what the sender sees', async () => {
  const alice = new Stranger(serving.port, '192.0.2.20');
  await alice.hello();
  const startedAt = performance.now();
  assert.equal(await alice.say(`From: alice@example.com\r\n\r\n${'a line of text\r\n'.repeat(50_000)}.`), '250');
  const tookMs = performance.now() - startedAt;
  await alice.quit();
  const [slowed] = await serving
    .run('history', '--client', '192.0.2.20', '--json')
    .then(({ stdout }) => JSON.parse(stdout.split('\n')[0] ?? '').events)
    .then((events: readonly { readonly kind: string; readonly tookMs: number; readonly bytes: number }[]) =>
      events.filter(({ kind }) => kind === 'slowed'),
    );
  assert.ok(slowed && slowed.bytes > 800_000);
  // 800 kB at 200 kB a second, of which one second was given in advance.
  assert.ok(Math.abs(slowed.tookMs - tookMs) < 0.05 * tookMs + 100, `${slowed.tookMs} of ${tookMs}`);
  assert.ok(slowed.tookMs > 2_900, `${slowed.tookMs}`);
});

it('counts what was put off in the metrics', async () => {
  const metrics = await (await fetch(`http://127.0.0.1:${serving.httpPort}/metrics`)).text();
  assert.match(metrics, /^sekisho_throttled_total\{limit="connections",scope="address"\} \d\d/m);
  assert.match(metrics, /^sekisho_throttled_total\{limit="unknownRecipients",scope="address"\} \d/m);
});
