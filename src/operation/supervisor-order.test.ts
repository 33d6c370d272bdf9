// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { TestClock } from '../core/clock.ts';
import { silentLog, type Log } from '../core/log.ts';
import { Supervisor } from './supervisor.ts';

/** A process that does with an order what the order says: `mute order.check 1` is an order that slot 1 does not answer when asked to check it. */
const program = `
import { existsSync } from 'node:fs';
const own = process.argv.at(-1);
let follows, checked;
const misbehaves = (order, how, verb) => order === how + ' ' + verb + ' ' + own;
process.on('message', message => {
  if ('order' in message) {
    follows = message.order;
    return existsSync(new URL('./slow', import.meta.url)) ? undefined : process.send({ ready: [] });
  }
  const { verb, order, number } = message.request;
  if (verb === 'die ' + own) process.kill(process.pid, 'SIGKILL');
  if (verb === 'order.follow' && checked === undefined) return process.send({ answer: message.ask, problem: 'not checked' });
  const meant = order ?? checked;
  if (misbehaves(meant, 'dies at', verb)) process.kill(process.pid, 'SIGKILL');
  if (misbehaves(meant, 'mute at', verb)) return;
  if (misbehaves(meant, 'refuses', verb)) return process.send({ answer: message.ask, problem: 'no room' });
  if (verb === 'order.check') checked = order;
  if (verb === 'order.follow') follows = checked;
  if (verb === 'order.forget') checked = undefined;
  process.send({ answer: message.ask, value: verb === 'what' ? [follows, checked] : true });
});
`;

async function started(t: TestContext, order = 'first') {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-order-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'program.mjs');
  writeFileSync(path, program);
  const clock = new TestClock();
  const logged: string[] = [];
  const note: Log['warn'] = (text, fields = {}) =>
    void logged.push(`${text}: ${JSON.stringify(fields['reason'] ?? '')}`);
  const supervisor = new Supervisor({
    program: path,
    arguments: [],
    processes: 2,
    clock,
    log: { ...silentLog, warn: note, error: note },
    environment: process.env,
    inheritedDescriptors: [],
    order,
  });
  t.after(() => supervisor.stop(1_000));
  await supervisor.start();
  const what = async () => (await supervisor.askAll({ verb: 'what' })).map(({ value }) => value);
  return { supervisor, clock, logged, what, slowFile: join(folder, 'slow') };
}

async function untilReady(supervisor: Supervisor): Promise<void> {
  for (let tries = 0; tries < 400 && !supervisor.isReady; tries++) await pause(25);
  assert.ok(supervisor.isReady, 'not ready within 10 s');
}

const endWithinMs = 1_000;

describe('an order', () => {
  it('is the first thing a process is told', async t => {
    const { what } = await started(t);
    assert.deepEqual(await what(), [
      ['first', undefined],
      ['first', undefined],
    ]);
  });

  it('is checked by all before any follows it', async t => {
    const { supervisor, what } = await started(t);
    const proposal = await supervisor.propose('next', endWithinMs);
    assert.deepEqual(await what(), [
      ['first', 'next'],
      ['first', 'next'],
    ]);
    await proposal.follow();
    assert.deepEqual(await what(), [
      ['next', 'next'],
      ['next', 'next'],
    ]);
  });

  it('is followed by none if one refuses, and forgotten by all; the reason names who', async t => {
    const { supervisor, what } = await started(t);
    const order = 'refuses order.check 1';
    await assert.rejects(supervisor.propose(order, endWithinMs), { detail: 'process 1: no room' });
    assert.deepEqual(await what(), [
      ['first', undefined],
      ['first', undefined],
    ]);
  });

  it('is followed by none if one dies over it, and that one comes back with the old one', async t => {
    const { supervisor, what } = await started(t);
    await assert.rejects(supervisor.propose('dies at order.check 0', endWithinMs), /configuration/);
    await untilReady(supervisor);
    assert.deepEqual(await what(), [
      ['first', undefined],
      ['first', undefined],
    ]);
  });

  it('is followed by none if one says nothing in time', async t => {
    const { supervisor, clock, what } = await started(t);
    const proposed = supervisor.propose('mute at order.check 1', endWithinMs);
    await what();
    clock.advance(10_000);
    await assert.rejects(proposed, { detail: 'process 1: The other side did not answer in time.' });
    assert.deepEqual(await what(), [
      ['first', undefined],
      ['first', undefined],
    ]);
  });

  it('is followed by one that dies instead of following it, when it has been started again', async t => {
    const order = 'dies at order.follow 1';
    const { supervisor, what } = await started(t);
    await (await supervisor.propose(order, endWithinMs)).follow();
    await untilReady(supervisor);
    assert.deepEqual(await what(), [
      [order, order],
      [order, undefined],
    ]);
  });

  it('is followed in the end by one that died between the two steps and was ready again, with the old one, before the second', async t => {
    const { supervisor, what } = await started(t);
    const proposal = await supervisor.propose('next', endWithinMs);
    await supervisor.askAll({ verb: 'die 1' });
    await untilReady(supervisor);
    await proposal.follow();
    await untilReady(supervisor);
    assert.deepEqual(await what(), [
      ['next', 'next'],
      ['next', undefined],
    ]);
  });

  it('does not wait for one that is only starting, which follows it when it has been started again', async t => {
    const { supervisor, what, slowFile, logged } = await started(t);
    writeFileSync(slowFile, '');
    await supervisor.askAll({ verb: 'die 1' });
    await what();
    rmSync(slowFile);
    await (await supervisor.propose('next', endWithinMs)).follow();
    await untilReady(supervisor);
    assert.deepEqual(await what(), [
      ['next', 'next'],
      ['next', undefined],
    ]);
    assert.equal(logged.at(-1), 'process is started again, to follow what the others follow: "it was starting"');
  });

  it('is followed by none if nobody is there to check it', async t => {
    const { supervisor, what, slowFile } = await started(t);
    writeFileSync(slowFile, '');
    await supervisor.askAll({ verb: 'die 0' });
    await supervisor.askAll({ verb: 'die 1' });
    await what();
    await assert.rejects(supervisor.propose('next', endWithinMs), { detail: 'no process is ready to check it' });
  });

  it('is followed by one that cannot after all, or says nothing in time, when it has been started again', async t => {
    for (const order of ['refuses order.follow 0', 'mute at order.follow 0']) {
      const { supervisor, clock, what, logged } = await started(t);
      const followed = (await supervisor.propose(order, endWithinMs)).follow();
      await what();
      clock.advance(10_000);
      await followed;
      await untilReady(supervisor);
      assert.deepEqual(await what(), [
        [order, undefined],
        [order, order],
      ]);
      assert.equal(logged.filter(line => line.startsWith('process is started again, to follow')).length, 1);
    }
  });
});
