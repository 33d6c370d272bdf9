// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../../core/client.ts';
import type { Gate } from './gate.ts';
import { processes, settled, type ProcessesOptions } from './throttle.suite.ts';
import type { Throttle } from './throttle.ts';

const day = 86_400_000;
const eve = (i = 0) => clientAt(`198.51.100.${i}`, 1);
const nobody = () => [];

async function times(count: number, ask: (i: number) => unknown): Promise<number> {
  let passed = 0;
  for (let i = 0; i < count; i++) if ((await ask(i)) === undefined) passed++;
  return passed;
}

/** Tries recipients that are not here; how many until it was put off, and how long it was kept in all. */
async function harvest(
  gate: Gate,
  world: ReturnType<typeof processes>,
  names: readonly string[],
  isNullSender = false,
) {
  let delayedMs = 0;
  for (const [i, name] of names.entries()) {
    const before = await gate.recipient(i === 0, nobody);
    if (before) return { tried: i, putOff: before, delayedMs };
    const answer = gate.unknown(`${name}@example.jp`, nobody, isNullSender);
    let isDone = false;
    void answer.then(() => (isDone = true));
    for (await settled(); !isDone; await settled()) world.clock.advance(500);
    const { putOff, delayMs } = await answer;
    delayedMs += delayMs;
    if (putOff) return { tried: i + 1, putOff, delayedMs };
  }
  return { tried: names.length, putOff: undefined, delayedMs };
}

const words = (count: number, prefix = 'w') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const open = (world: ReturnType<typeof processes>, i = 0, id = 'a') => world.one.open(eve(i), id);

async function withHistory(throttle: Throttle, world: ReturnType<typeof processes>, domains: readonly string[] = []) {
  for (let i = 0; i < 300; i++) throttle.open(eve(), 'h').judged(domains, true);
  await throttle.standing.write();
  world.clock.advance(8 * day);
}

const few: ProcessesOptions = {
  throttle: {
    connectionsPerMinute: { address: 10, network: 30 },
    messagesPerMinute: { address: 10, identity: 15 },
    recipientsPerMinute: { address: 50, network: 120 },
  },
};

describe('Gate', () => {
  it('puts off connections beyond the rate of an address with 421, and says when to come again', async () => {
    const world = processes(few);
    assert.equal(await times(40, () => open(world).connect()), 10);
    const putOff = await open(world, 0, '01hx0000000000ab').connect();
    assert.equal(putOff?.reply.code, 421);
    assert.equal(
      putOff.reply.lines[0],
      'Too many connections in a minute from 198.51.100.0; please try again in 6 seconds. (id 01hx0000000000ab)',
    );
    world.clock.advance(6_000);
    assert.equal(await open(world).connect(), undefined);
  });

  it('counts a network over its addresses', async () => {
    const world = processes(few);
    assert.equal(await times(200, i => open(world, i).connect()), 30);
  });

  it('puts off messages and recipients with 450', async () => {
    const world = processes(few);
    assert.equal(await times(40, () => open(world).recipient(true, nobody)), 10);
    assert.equal((await open(world).recipient(true, nobody))?.reply.code, 450);
    const other = open(world, 1);
    assert.equal(await times(100, () => other.recipient(false, nobody)), 50);
    assert.match((await other.recipient(false, nobody))?.reply.lines[0] ?? '', /^Too many recipients in a minute from/);
  });

  it('counts a proven domain over all networks it sends from', async () => {
    const world = processes(few);
    const message = (i: number) => world.one.open(clientAt(`198.${i % 100}.100.1`, 1), 'a').message(['example.com'], 1);
    assert.equal(await times(100, message), 15);
    assert.equal(await world.one.open(eve(), 'a').message(['example.net'], 1), undefined);
  });

  it('never answers a 5xx', async () => {
    const world = processes({
      throttle: { ...few.throttle, errors: { address: 3 }, unknownRecipients: { delay: '0s' } },
    });
    const codes = new Set<number | undefined>();
    for (let i = 0; i < 100; i++) {
      const gate = open(world);
      for (const putOff of [
        await gate.connect(),
        await gate.recipient(true, nobody),
        await gate.message(['example.com'], 900),
        (await gate.unknown(`w${i}@example.jp`, nobody)).putOff,
      ])
        if (putOff) codes.add(putOff.reply.code);
      gate.error();
      gate.close();
      await settled();
    }
    assert.deepEqual(codes, new Set([421, 450]));
  });

  it('passes what it would put off where it only observes', async () => {
    const world = processes({ throttle: { ...few.throttle, mode: 'observe' } });
    for (let i = 0; i < 50; i++) {
      const putOff = await open(world).connect();
      assert.ok(!putOff || putOff.isObserved);
    }
    assert.ok(world.putOff.length > 0);
  });

  it('never puts off those inside, our own senders, and configured networks', async () => {
    const world = processes({
      throttle: { ...few.throttle, exemptNetworks: ['203.0.113.0/24'] },
      relayFrom: ['192.0.2.0/24'],
    });
    for (const ip of ['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', '203.0.113.5', '192.0.2.5'])
      assert.equal(await times(100, () => world.one.open(clientAt(ip, 1), 'a').connect()), 100, ip);
    assert.equal(await times(100, () => world.one.open(clientAt('198.51.100.1', 1, true), 'a').connect()), 100);
  });

  it('never puts off a configured domain where it is proven, and knows its network at the door from then on', async () => {
    const world = processes({ throttle: { ...few.throttle, exemptDomains: ['example.com'] } });
    const prove = () => ['mail.example.com'];
    assert.equal(await times(20, () => open(world).recipient(true, prove)), 20);
    assert.equal(await times(20, () => open(world).message(['example.com'], 1)), 20);
    open(world).judged(['example.com'], true);
    assert.equal(await times(100, () => open(world).connect()), 100);
  });

  it('lets familiar networks bring ten times as much', async () => {
    const world = processes({ ...few, more: { isFamiliar: () => true } });
    assert.equal(await times(200, () => open(world).connect()), 100);
  });

  it('lets one whose mail was wanted for long bring more: a network, or a proven domain from anywhere', async () => {
    const world = processes(few);
    await withHistory(world.one, world, ['list.example']);
    assert.equal(await times(200, () => open(world).connect()), 100);
    const elsewhere = world.one.open(clientAt('203.0.113.1', 1), 'a');
    assert.equal(await times(50, () => elsewhere.recipient(true, () => ['list.example'])), 50);
    const stranger = world.one.open(clientAt('203.0.114.1', 1), 'a');
    assert.equal(await times(50, () => stranger.recipient(true, nobody)), 10);
  });

  it('learns nothing of a flood of one day, nor of mail half unwanted', async () => {
    const world = processes(few);
    for (let i = 0; i < 5_000; i++) open(world).judged([], true);
    await world.one.standing.write();
    assert.equal(await times(40, () => open(world).connect()), 10);
    world.clock.advance(8 * day);
    for (let i = 0; i < 5_000; i++) open(world).judged([], false);
    await world.one.standing.write();
    assert.equal(await times(40, () => open(world).connect()), 10);
  });

  it('lets everybody pass by what a process sees itself while the store is gone or silent', async () => {
    for (const is of ['gone', 'silent'] as const) {
      const world = processes({ count: 4, ...few });
      world.store.is = is;
      assert.equal(await times(8, () => open(world).connect()), 8);
      assert.equal(await times(8, () => open(world).recipient(true, nobody)), 8);
      assert.equal(await open(world).message(['example.com'], 5), undefined);
      assert.equal((await open(world).unknown('a@example.jp', nobody)).putOff, undefined);
    }
  });
});

describe('a dictionary attack', () => {
  it('is answered later and later, then blocked with a 421', async () => {
    const world = processes();
    const { tried, putOff, delayedMs } = await harvest(open(world), world, words(500));
    assert.equal(tried, 100);
    assert.equal(putOff?.reply.code, 421);
    assert.match(putOff.reply.lines[0] ?? '', /^Too many recipients that are not here, tried from 198\.51\.100\.0; /);
    assert.ok(delayedMs > 60_000, `${delayedMs}`);
    assert.equal((await open(world).connect())?.held.limit, 'unknownRecipients');
  });

  it('is known over connections and over the addresses of a network, in all processes', async () => {
    const world = processes({ count: 4 });
    let tried = 0;
    let blocked: string | undefined;
    for (let i = 0; i < 250 && !blocked; i++) {
      const gate = world.all[i % 4]?.open(eve(i), 'a');
      assert.ok(gate);
      const done = await harvest(gate, world, words(5, `from${i}-`));
      gate.close();
      tried += done.tried;
      blocked = done.putOff?.held.value;
    }
    assert.equal(blocked, '198.51.100.0/24');
    assert.ok(tried >= 250 && tried <= 260, `${tried}`);
    await world.all[3]?.heldBack.look();
    assert.equal((await world.all[3]?.open(eve(77), 'b').connect())?.held.value, '198.51.100.0/24');
  });

  it('is over after its time, and open connections of the network are put off too meanwhile', async () => {
    const world = processes();
    const open2 = open(world, 0, 'b');
    await harvest(open(world), world, words(200));
    assert.equal((await open2.recipient(true, nobody))?.held.limit, 'unknownRecipients');
    world.clock.advance(3_600_000);
    assert.equal(await open(world).connect(), undefined);
  });

  it('is none where somebody tries the same dead addresses for ever', async () => {
    const world = processes();
    const same = Array.from({ length: 400 }, (_, i) => `dead${i % 20}`);
    assert.equal((await harvest(open(world), world, same)).putOff, undefined);
  });

  it('is none where most recipients are here: a list with addresses that have died', async () => {
    const world = processes();
    const gate = open(world);
    let delayedMs = 0;
    for (let i = 0; i < 300; i++) {
      for (let j = 0; j < 3; j++) gate.known();
      const { putOff, delayedMs: more } = await harvest(gate, world, [`dead${i}`]);
      assert.equal(putOff, undefined);
      if (i > 0) delayedMs += more;
    }
    assert.equal(delayedMs, 0);
  });

  it('blocks no familiar network until it tries ten times as many', async () => {
    const world = processes({ more: { isFamiliar: () => true } });
    assert.equal((await harvest(open(world), world, words(400))).putOff, undefined);
  });

  it('blocks nobody a minute longer when the clock is set back an hour', async () => {
    const world = processes();
    await harvest(open(world), world, words(200));
    world.clock.jump(-3_600_000);
    world.clock.advance(3_602_000);
    await settled();
    assert.equal(await open(world).connect(), undefined);
  });

  it('blocks nobody for bounces and look-ups of addresses that were made up in our name, and answers them late', async () => {
    const world = processes();
    const bounces = await harvest(open(world), world, words(300), true);
    assert.equal(bounces.putOff, undefined);
    assert.ok(bounces.delayedMs > 0);
    assert.equal(await open(world).connect(), undefined);
    assert.equal((await harvest(open(world), world, words(20, 'typing-mistake'))).putOff, undefined);
  });

  it('is blocked by each process alone while the store is gone', async () => {
    const world = processes({ count: 4 });
    world.store.is = 'gone';
    assert.equal((await harvest(open(world), world, words(500))).tried, 100);
    await world.one.heldBack.look();
    assert.equal((await open(world).connect())?.held.limit, 'unknownRecipients');
  });

  it('ends its wait when the client goes, and keeps no more than 500 waiting', async () => {
    const world = processes({ throttle: { unknownRecipients: { delayFrom: 0, address: 0, network: 100_000 } } });
    const gates = Array.from({ length: 600 }, (_, i) => world.one.open(eve(i % 250), 'a'));
    let answered = 0;
    const answers = gates.map(async (gate, i) => {
      await gate.unknown(`w${i}@example.jp`, nobody);
      answered++;
    });
    await settled();
    assert.ok(answered >= 100, `${answered}`);
    for (const gate of gates) gate.gone();
    await Promise.all(answers);
  });
});

describe('errors', () => {
  it('block an address for a quarter of an hour when there are hundreds', async () => {
    const world = processes();
    for (let i = 0; i < 20; i++) {
      const gate = open(world);
      for (let j = 0; j < 10; j++) gate.error();
      gate.close();
      await settled();
    }
    assert.equal((await open(world).connect())?.held.limit, 'errors');
    world.clock.advance(15 * 60_000);
    assert.equal(await open(world).connect(), undefined);
  });
});
