// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { GivenAnswer, Puzzle, Standing } from '../../core/challenge.ts';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { newId } from '../../core/ids.ts';
import { seededRandom } from '../../core/random.ts';
import { memoryQuarantineStore } from '../../store/quarantine/memory.ts';
import type { QuarantineEntry } from '../../store/quarantine/contract.ts';
import type { RecordEvent } from '../../store/records/contract.ts';
import { memorySecretStore } from '../../store/secrets/memory.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { noteDeferred } from './deferred.ts';
import { openDesk } from './desk.ts';
import { challengeSchema } from './options.ts';
import { provenAt } from './proven.ts';
import { isDone, isRight } from './puzzle.ts';
import { makeToken } from './token.ts';

const day = 86_400_000;
const network = '198.51.100.0/24';
const sender = { local: 'alice', domain: 'example.com' };
const to = (local: string) => ({ local, domain: 'example.jp' });
const wrong: GivenAnswer = { sum: '1', choice: '0', work: '' };

async function world(options: object = {}, copies = 1) {
  const clock = new TestClock();
  const random = seededRandom(7);
  const secrets = memorySecretStore(clock, random);
  const quarantine = memoryQuarantineStore();
  const memory = memoryStateStore();
  const released: string[] = [];
  const events: RecordEvent[] = [];
  const outcomes: string[] = [];
  let isGone = false;
  const state: StateStore = new Proxy(memory, {
    get: (target, name, receiver) =>
      isGone ? () => Promise.reject(new Fault('store-unreachable')) : Reflect.get(target, name, receiver),
  });
  const id = newId(clock, random);
  for (let i = 0; i < copies; i++)
    await quarantine.put(
      {
        id: `${id}-${i}`,
        attemptId: 'a',
        storedAt: clock.now(),
        sender: { address: sender, body: '7BIT', isSmtpUtf8: false },
        recipient: to(`bob${i}`),
        original: to(`bob${i}`),
        from: 'Alice',
        subject: 'Secret plans',
        score: 7,
        reason: { en: '', ja: '' },
      },
      bytes('Subject: Secret plans\r\n\r\nHello\r\n'),
    );
  const settings = challengeSchema.parse({ url: 'https://mx.example.jp/proof', workBits: 8, ...options });
  const desk = openDesk({
    secrets,
    state,
    quarantine,
    records: { append: (_id, more) => void events.push(...more) },
    clock,
    options: () => settings,
    async release(entry: QuarantineEntry) {
      released.push(entry.id);
      await quarantine.markReleased(entry.id);
    },
    identityOf: () => 'domain:example.com',
    onOutcome: what => outcomes.push(what),
  });
  const token = makeToken({ id, copies }, secrets);
  return {
    desk,
    clock,
    secrets,
    quarantine,
    state,
    released,
    events,
    outcomes,
    token,
    id,
    loseState: () => (isGone = true),
  };
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function right({ tens, ones, kind, things }: Puzzle): GivenAnswer {
  return { sum: String(tens + ones), choice: String(things.findIndex(one => one.kind === kind)), work: '' };
}

/** As the script of the page does it. */
function worked(standing: Standing): string {
  assert.equal(standing.kind, 'open');
  if (standing.kind !== 'open') return '';
  for (let i = 0; ; i++) if (isDone(standing.work, String(i))) return String(i);
}

async function puzzleOf(desk: { look(token: string): Promise<Standing> }, token: string): Promise<Puzzle> {
  const standing = await desk.look(token);
  if (standing.kind !== 'open') throw new Error(standing.kind);
  return standing.puzzle;
}

describe('a right answer', () => {
  it('delivers the held copies to all they were held for, once, and says who is known from then on', async () => {
    const { desk, token, released, events, clock, state } = await world({}, 2);
    const answer = right(await puzzleOf(desk, token));
    const done = await desk.answer(token, answer, network);
    assert.deepEqual(done.kind === 'proven' && [done.isNow, done.domain, done.what], [true, 'example.com', 'kept']);
    assert.equal(released.length, 2);
    assert.deepEqual(
      events.map(({ kind, network: from, recipient }) => [kind, from, recipient]),
      [
        ['proven', network, 'bob0@example.jp'],
        ['proven', network, 'bob1@example.jp'],
      ],
    );
    const again = await desk.answer(token, answer, network);
    assert.deepEqual([again.kind, released.length], ['proven', 2]);
    const writing = { identity: 'domain:example.com', sender, recipient: to('bob0') };
    assert.ok((await provenAt(state, writing, clock.now())).person);
    const others = [
      { ...writing, recipient: to('carol') },
      { ...writing, identity: 'domain:example.org' },
      { ...writing, sender: { local: 'mallory', domain: 'example.com' } },
    ];
    for (const other of others) assert.equal((await provenAt(state, other, clock.now())).person, undefined);
  });

  it('given by many at once delivers once', async () => {
    const { desk, token, released } = await world();
    const answer = right(await puzzleOf(desk, token));
    const all = await Promise.all(Array.from({ length: 50 }, () => desk.answer(token, answer, network)));
    assert.equal(released.length, 1);
    assert.equal(all.filter(one => one.kind === 'proven' && one.isNow).length, 1);
  });

  it('is understood in digits of any width and in words of either language', () => {
    const puzzle = { tens: 40, ones: 7, kind: 2, things: [1, 2, 0].map(kind => ({ kind, thing: 0 })) };
    for (const sum of ['47', ' 47 ', '４７', '47.', 'forty-seven', 'Forty seven', '四十七', '四十七。'])
      assert.ok(isRight(puzzle, { sum, choice: '1', work: '' }), sum);
    for (const sum of ['', '4', '407', 'seven', '0x2f', '4７0'])
      assert.ok(!isRight(puzzle, { sum, choice: '1', work: '' }), sum);
    for (const choice of ['', '0', '2', '3', '-1', '1e0', 'x'])
      assert.equal(isRight(puzzle, { sum: '47', choice, work: '' }), false, choice);
  });

  it('lets the client of an attempt that was put off in at its next try', async () => {
    const { desk, state, clock, secrets, events } = await world();
    const id = newId(clock, seededRandom(9));
    await noteDeferred(state, id, { identity: 'network:192.0.2.0/24 x', domain: 'example.org' }, day, clock.now());
    const token = makeToken({ id, copies: 0 }, secrets);
    const done = await desk.answer(token, right(await puzzleOf(desk, token)), network);
    assert.deepEqual(done.kind === 'proven' && [done.what, done.domain], ['deferred', 'example.org']);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['proven-before'],
    );
    const writing = { identity: 'network:192.0.2.0/24 x', sender, recipient: to('bob0') };
    const { client, person } = await provenAt(state, writing, clock.now());
    assert.deepEqual([client !== undefined, person], [true, undefined]);
  });
});

describe('whoever guesses', () => {
  it('has three tries without work, waits longer after each, and never sees the same questions twice', async () => {
    const { desk, token, clock, released } = await world();
    const seen = new Set<string>();
    for (const restMs of [5_000, 10_000]) {
      seen.add(JSON.stringify(await puzzleOf(desk, token)));
      const standing = await desk.answer(token, wrong, network);
      assert.ok(standing.kind === 'open' && standing.wasWrong && standing.waitMs === restMs);
      const early = await desk.answer(token, right(standing.puzzle), network);
      assert.ok(early.kind === 'open' && early.wasEarly);
      clock.advance(restMs);
    }
    assert.equal((await desk.answer(token, wrong, network)).kind, 'closed');
    assert.equal(seen.size, 2);
    clock.advance(day);
    assert.equal((await desk.answer(token, right(await puzzleOf(desk, token)), network)).kind, 'closed');
    assert.equal(released.length, 0);
  });

  it('has two tries more with work done for each', async () => {
    const { desk, token, clock } = await world();
    for (let i = 0; i < 3; i++) {
      await desk.answer(token, { ...wrong, work: worked(await desk.look(token)) }, network);
      clock.advance(day / 24);
    }
    const standing = await desk.look(token);
    const fourth = { ...right(await puzzleOf(desk, token)), work: worked(standing) };
    assert.equal((await desk.answer(token, fourth, network)).kind, 'proven');
  });

  it('gets no further with a thousand answers at once', async () => {
    const { desk, token, outcomes } = await world();
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        desk.answer(token, { sum: String(21 + (i % 69)), choice: String(i % 6), work: '' }, network),
      ),
    );
    assert.ok(outcomes.length <= 1, `${outcomes.length} were heard`);
  });

  it('is right at most once in 378 answers, whichever it chooses', async () => {
    const { clock, secrets, state, quarantine } = await world();
    const counts = new Map<string, number>();
    const total = 20_000;
    const random = seededRandom(3);
    const desk = openDesk({
      secrets,
      state,
      quarantine,
      records: { append: () => undefined },
      clock,
      options: () => challengeSchema.parse({ url: 'https://mx.example.jp/' }),
      release: async () => undefined,
      identityOf: () => undefined,
      onOutcome: () => undefined,
    });
    for (let i = 0; i < total; i++) {
      const id = newId(clock, random);
      await noteDeferred(state, id, { identity: '', domain: '' }, 1_000, clock.now());
      const { sum, choice } = right(await puzzleOf(desk, makeToken({ id, copies: 0 }, secrets)));
      counts.set(`${sum} ${choice}`, (counts.get(`${sum} ${choice}`) ?? 0) + 1);
    }
    // 53 of each were expected of 20,000; six deviations more are still no answer worth guessing.
    assert.ok(Math.max(...counts.values()) < total / 378 + 6 * Math.sqrt(total / 378));
  });

  it('finds no link of another message, whatever it changes in its own', async () => {
    const { desk, token } = await world();
    assert.equal((await desk.look(token)).kind, 'open');
    const hex = fc.constantFrom(...Array.from('0123456789abcdef'));
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), hex, async (at, sign) => {
        const other = `${token.slice(0, at)}${sign}${token.slice(at + 1)}`;
        assert.equal((await desk.look(other)).kind, other === token ? 'open' : 'unknown');
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 100 }), async text => (await desk.look(text)).kind === 'unknown'),
    );
  });
});

describe('a link', () => {
  it('changes nothing by being followed, however often', async () => {
    const { desk, token, released, outcomes } = await world();
    const before = JSON.stringify(await desk.look(token));
    for (let i = 0; i < 100; i++) assert.equal(JSON.stringify(await desk.look(token)), before);
    assert.deepEqual([released, outcomes], [[], []]);
  });

  it('is good for seven days and not a moment more', async () => {
    const { desk, token, clock } = await world();
    clock.advance(7 * day);
    assert.equal((await desk.look(token)).kind, 'open');
    clock.advance(1);
    assert.equal((await desk.look(token)).kind, 'expired');
    assert.equal((await desk.answer(token, wrong, network)).kind, 'expired');
  });

  it('says so where the message is on its way into quarantine, was deleted, or was released by its receiver', async () => {
    const { desk, token, clock, quarantine, id } = await world();
    await quarantine.markReleased(`${id}-0`);
    assert.equal((await desk.look(token)).kind, 'proven');
    await quarantine.remove(`${id}-0`);
    assert.equal((await desk.look(token)).kind, 'soon');
    clock.advance(600_000);
    assert.equal((await desk.look(token)).kind, 'gone');
  });

  it('outlives a new secret', async () => {
    const { desk, token, secrets } = await world();
    await secrets.rotate(30 * day);
    assert.equal((await desk.look(token)).kind, 'open');
  });

  it('delivers nothing and loses nothing while the state store is gone', async () => {
    const { desk, token, released, quarantine, id, loseState } = await world();
    const answer = right(await puzzleOf(desk, token));
    loseState();
    await assert.rejects(desk.look(token));
    await assert.rejects(desk.answer(token, answer, network));
    assert.deepEqual(released, []);
    assert.ok(await quarantine.get(`${id}-0`));
  });
});
