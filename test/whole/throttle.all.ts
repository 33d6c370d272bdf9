// SPDX-License-Identifier: Apache-2.0
// Limits over four real processes: 400 connections at once from one address, one process killed, and reading timed at the sender's socket.
import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { childrenOf } from '../kill/processes.ts';
import { cleanUp, startServing } from './serving.ts';
import { rush, Stranger } from './strangers.ts';

const serving = await startServing({
  toml: `[server]
processes = 4
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["127.0.0.1:9"]
[smtp]
connectionsPerClient = 20
[greet]
isOn = false
[greet.tarpit]
isOn = false
[throttle.bytesPerSecond]
connection = "400kB"
address = "500kB"
`,
});
after(() => cleanUp(serving));

it('never has more than 24 of a limit of 20, cuts nobody, and gives back what a killed process had within 60 s', async () => {
  const first = await rush(serving.port, '198.51.100.7', 400);
  assert.ok(first.inside.length >= 20 && first.inside.length <= 24, `${first.inside.length}`);
  for (let i = 0; i < 5; i++) {
    const { inside } = await rush(serving.port, '198.51.100.7', 100);
    assert.ok(first.inside.length + inside.length <= 24);
    first.inside.push(...inside);
  }
  assert.ok(first.inside.every(one => one.isOpen));
  const [killed = 0] = childrenOf(serving.pid);
  process.kill(killed, 'SIGKILL');
  const killedAt = performance.now();
  await pause(500);
  const stayed = first.inside.filter(one => one.isOpen);
  const lost = first.inside.length - stayed.length;
  const again: Stranger[] = [];
  while (stayed.length + again.length < 20 && performance.now() - killedAt < 60_000) {
    const { inside } = await rush(serving.port, '198.51.100.7', 40);
    again.push(...inside);
    assert.ok(stayed.length + again.length <= 24, `${stayed.length} ${again.length}`);
    await pause(1_000);
  }
  assert.ok(stayed.length + again.length >= 20, `${lost} were lost with the process; ${again.length} came for them`);
  for (const one of stayed) assert.equal(await one.say('NOOP'), '250');
  await Promise.all([...stayed, ...again].map(one => one.quit()));
});

it('reads from one connection, and from all of an address, as slowly as the record says within 5 %', async () => {
  const line = 'a line of text, as people write them\r\n';
  const send = async (ip: string, bytes: number) => {
    const one = new Stranger(serving.port, ip);
    await one.hello();
    const startedAt = performance.now();
    const code = await one.say(`From: alice@example.com\r\n\r\n${line.repeat(bytes / line.length)}.`);
    const tookMs = performance.now() - startedAt;
    await one.quit();
    return { code, tookMs };
  };
  const slowedOf = async (ip: string) => {
    const { stdout } = await serving.run('history', '--client', ip, '--json');
    return stdout
      .split('\n')
      .filter(Boolean)
      .flatMap(text => JSON.parse(text).events)
      .filter((event: { readonly kind: string }) => event.kind === 'slowed');
  };
  const alone = await send('203.0.113.5', 4_000_000);
  assert.equal(alone.code, '250');
  const [slowed] = await slowedOf('203.0.113.5');
  assert.ok(Math.abs(slowed.tookMs / alone.tookMs - 1) < 0.05, `${slowed.tookMs} of ${alone.tookMs}`);
  // 4 MB at 400 kB a second, of which one second was given in advance.
  assert.ok(Math.abs(alone.tookMs / 9_000 - 1) < 0.1, `${alone.tookMs}`);

  // Three at once, whichever processes they came to.
  const startedAt = performance.now();
  const three = await Promise.all([1, 2, 3].map(() => send('203.0.113.6', 2_000_000)));
  const tookMs = performance.now() - startedAt;
  assert.ok(three.every(({ code }) => code === '250'));
  // 6 MB at 500 kB a second, a second in advance for each process that reads.
  assert.ok(tookMs > 8_000 && tookMs < 15_000, `${tookMs}`);
  const records = await slowedOf('203.0.113.6');
  assert.equal(records.length, 3);
  const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  const seen = sorted(three.map(one => one.tookMs));
  const told = sorted(records.map((one: { readonly tookMs: number }) => one.tookMs));
  for (const [i, ms] of seen.entries()) assert.ok(Math.abs((told[i] ?? 0) / ms - 1) < 0.05, `${told[i]} of ${ms}`);
});
