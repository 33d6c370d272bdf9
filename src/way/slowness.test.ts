// SPDX-License-Identifier: Apache-2.0
/** How slowly suspects are answered, on the real way: one suspected for its name alone, one that tries recipients, one who is familiar. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { greetSchema } from '../connection/greet-room/options.ts';
import { Tarpit } from '../connection/greet-room/tarpit.ts';
import { clientAt } from '../core/client.ts';
import { TestClock } from '../core/clock.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { openWay } from '../way.ts';
import { openWayWorld } from '../way.suite.ts';
import { parseMailbox } from '../wire/smtp/path.ts';

const nameless = '192.0.2.66';
const named = '192.0.2.1';
const dns = zoneDns({
  '1.2.0.192.in-addr.arpa': { PTR: 'mail.example.com' },
  'mail.example.com': { A: named },
  'example.com': { MX: '10 mail.example.com', A: named },
});

async function open(ip: string, settings: object = {}, familiar: readonly string[] = []) {
  const world = await openWayWorld({ dns, domains: ['example.jp'], mailboxes: ['bob', 'postmaster'] });
  const { clock } = world;
  const tarpit = new Tarpit(clock, () => greetSchema.parse({ tarpit: settings }));
  const slowness = { concerns: (client: { readonly ip: string }) => !familiar.includes(client.ip), tarpit };
  const client = clientAt(ip, 25);
  const attempt = openWay({ ...world.parts, slowness })(client, client, 'smtp');
  await attempt.connect();
  await attempt.hello({ verb: 'EHLO', name: 'mail.example.com' });
  /** How long an answer took, in whole seconds of the clock; turns its hands until there is one. */
  const timed = async (answer: unknown): Promise<number> => {
    let isThere = false;
    const came = Promise.resolve(answer).then(() => (isThere = true));
    const before = clock.monotonic();
    for (;;) {
      for (let i = 0; i < 20 && !isThere; i++) await new Promise(setImmediate);
      if (isThere) break;
      clock.advance(500);
    }
    await came;
    return Math.round((clock.monotonic() - before) / 1_000);
  };
  const from = { address: parseMailbox('alice@example.com') ?? null, body: '7BIT' as const, isSmtpUtf8: false };
  const sender = () => timed(attempt.sender(from));
  const recipient = (text: string) =>
    timed(attempt.recipient({ address: parseMailbox(text) ?? { local: '', domain: '' } }));
  const pauses = async () => {
    await world.records.flush();
    const record = await world.records.get(attempt.id);
    return (record?.events ?? []).filter(({ kind }) => kind === 'pause');
  };
  return { attempt, clock, sender, recipient, pauses, tarpit };
}

describe('one suspected for its name alone', () => {
  it('waits a minute at its first recipient, and then for nothing more', async () => {
    const { sender, recipient, pauses } = await open(nameless);
    await sender();
    assert.ok((await recipient('bob@example.jp')) >= 60);
    assert.equal(await recipient('bob@example.jp'), 0);
    const told = (await pauses()).at(-1);
    assert.deepEqual([told?.['where'], told?.['why'], told?.['end']], ['recipient', 'patience', 'over']);
    assert.ok(Math.abs(Number(told?.['ms']) - 60_000) < 12_000);
  });

  it('has not waited if it hangs up, and the answer is there at once', async () => {
    const { attempt, clock, sender, pauses } = await open(nameless);
    await sender();
    const answer = attempt.recipient({ address: { local: 'bob', domain: 'example.jp' } });
    clock.advance(20_000);
    attempt.gone?.();
    await answer;
    assert.deepEqual((await pauses()).map(({ ms, end }) => [ms, end]).at(-1), [20_000, 'hang-up']);
  });

  it('is let go when the server stops', async () => {
    const { attempt, sender, pauses } = await open(nameless);
    await sender();
    const answer = attempt.recipient({ address: { local: 'bob', domain: 'example.jp' } });
    attempt.hurry?.();
    await answer;
    assert.equal((await pauses()).at(-1)?.['end'], 'drained');
  });

  it('writes to postmaster without that', async () => {
    const { sender, recipient } = await open(nameless);
    await sender();
    assert.ok((await recipient('postmaster@example.jp')) <= 10);
  });

  it('does not wait where too many do: it is asked to come back by others', async () => {
    const { sender, recipient, tarpit } = await open(nameless, { waitingAtMost: 2 });
    tarpit.hold(1e9, () => {});
    await sender();
    assert.ok((await recipient('bob@example.jp')) <= 10);
  });
});

describe('one that tries recipients', () => {
  it('is answered later and later, up to a border', async () => {
    const { sender, recipient } = await open(named);
    assert.equal(await sender(), 0);
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) waits.push(await recipient(`nobody${i}@example.jp`));
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 20, 20]);
    assert.equal(await recipient('bob@example.jp'), 0);
  });

  it('is not slowed where it is familiar, or the tarpit is off', async () => {
    for (const { sender, recipient } of [await open(nameless, {}, [nameless]), await open(nameless, { isOn: false })]) {
      assert.equal(await sender(), 0);
      assert.equal(await recipient('nobody@example.jp'), 0);
      assert.equal(await recipient('bob@example.jp'), 0);
    }
  });
});

describe('Tarpit', () => {
  it('waits less and less while it fills, and not at all when it is full', () => {
    const tarpit = new Tarpit(new TestClock(), () => greetSchema.parse({ tarpit: { waitingAtMost: 10 } }));
    const waits = Array.from({ length: 12 }, () => {
      const ms = tarpit.unknownMs(1);
      tarpit.hold(1e9, () => {});
      return ms;
    });
    assert.equal(waits[0], 1_000);
    assert.deepEqual(waits.slice(10), [0, 0]);
    assert.ok((waits[9] ?? 0) < 500);
  });
});
