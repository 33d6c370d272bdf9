// SPDX-License-Identifier: Apache-2.0
// Limits on the real way: who is put off hears a 4xx, loses nothing, learns nothing, and is in the record.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../core/client.ts';
import { TestClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { readSettings } from '../index.ts';
import { openLimits } from './limits.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { memoryRecordStore } from '../store/records/memory.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { openWayWorld } from '../way.suite.ts';
import { parseMailbox } from '../wire/smtp/path.ts';

const dns = zoneDns({
  'example.com': { MX: '10 mx.example.com', A: '192.0.2.1', TXT: 'v=spf1 ip4:192.0.2.0/24 -all' },
  'mx.example.com': { A: '192.0.2.1' },
  'other.example': { A: '198.51.100.1' },
});

async function openWorld(throttle: string) {
  const clock = new TestClock();
  const state = memoryStateStore();
  const records = memoryRecordStore();
  const toml = `${throttle}\n[checks.greylist]\nmode = "off"\n`;
  const limits = openLimits(readSettings(toml), {
    stores: { state, records },
    services: {
      familiarNetworks: { knows: () => false, knowsIdentity: () => false },
      networks: { of: () => ({}) },
    },
    clock,
    log: silentLog,
    processes: 1,
    slot: 0,
    metrics: { onPutOff() {} },
  });
  const onJudged = limits.learn;
  const more = { ...limits.way, onJudged, records };
  const world = await openWayWorld({ dns, toml, domains: ['example.jp'], mailboxes: ['bob', 'postmaster'], more });
  /** One mail; the codes that it heard. */
  async function send(ip: string, from: string, to: readonly string[] = ['bob@example.jp']) {
    const client = clientAt(ip, 25);
    const attempt = world.open(client, client, 'smtp');
    const codes: (number | undefined)[] = [];
    const hear = <T extends { readonly code: number } | undefined>(reply: T): T => {
      codes.push(reply?.code);
      return reply;
    };
    const end = () => {
      attempt.close('quit');
      return { codes, id: attempt.id, last: codes.at(-1) };
    };
    if (hear(await attempt.connect())) return end();
    await attempt.hello({ verb: 'EHLO', name: 'mx.example.com' });
    await attempt.sender({ address: parseMailbox(from) ?? null, body: '8BITMIME', isSmtpUtf8: false });
    let taken = 0;
    for (const one of to) {
      const recipient = { address: parseMailbox(one) ?? { local: '', domain: '' } };
      if (!hear(await attempt.recipient(recipient))) taken++;
    }
    if (taken === 0) return end();
    const sink = await attempt.data();
    assert.ok('end' in sink);
    await sink.write(Buffer.from(`From: ${from}\r\nTo: bob@example.jp\r\nMessage-ID: <1@${ip}>\r\n\r\nHello.\r\n`));
    hear(await sink.end({ bareNewlines: 0, longestLine: 70, hasNul: false }));
    return end();
  }
  const queued = async () => (await world.queue.list({ limit: 1_000 })).length;
  const kindsOf = async (id: string) => (await records.get(id))?.events.map(({ kind }) => kind) ?? [];
  return { ...world, limits, send, queued, kindsOf, clock, records };
}

describe('limits on the way of a message', () => {
  it('put off with a 4xx what is taken when it is sent again', async () => {
    const { send, queued, clock, kindsOf } = await openWorld('[throttle.messagesPerMinute]\naddress = 3');
    let waiting = 12;
    for (let minutes = 0; waiting > 0 && minutes < 10; minutes++) {
      for (let i = waiting; i > 0; i--) {
        const { last, codes, id } = await send('198.51.100.1', 'bob@other.example');
        assert.ok(
          codes.every(code => code === undefined || code < 500),
          codes.join(),
        );
        if (last === 250) waiting--;
        else assert.deepEqual((await kindsOf(id)).slice(-3), ['put-off', 'refused', 'close']);
      }
      clock.advance(60_000);
    }
    assert.equal(waiting, 0);
    assert.equal(await queued(), 12);
  });

  it('put off a proven domain after DATA, whole, and keep nothing of what was put off', async () => {
    const { send, queued, clock, kindsOf } = await openWorld('[throttle.messagesPerMinute]\nidentity = 2');
    const answers = [];
    for (let i = 1; i <= 5; i++) answers.push(await send(`192.0.2.${i}`, 'alice@example.com'));
    assert.deepEqual(
      answers.map(({ last }) => last),
      [250, 250, 450, 450, 450],
    );
    assert.equal(await queued(), 2);
    assert.ok((await kindsOf(answers[4]?.id ?? '')).includes('put-off'));
    clock.advance(60_000);
    assert.equal((await send('192.0.2.9', 'alice@example.com')).last, 250);
  });

  it('know an exempt domain by SPF before they put it off', async () => {
    const { send } = await openWorld(
      '[throttle]\nexemptDomains = ["example.com"]\n[throttle.messagesPerMinute]\naddress = 1',
    );
    for (let i = 0; i < 5; i++) assert.equal((await send('192.0.2.1', 'alice@example.com')).last, 250);
    assert.equal((await send('198.51.100.1', 'bob@other.example')).last, 250);
    assert.equal((await send('198.51.100.1', 'bob@other.example')).last, 450);
  });

  it('tell one who goes through a dictionary no more who is here', async () => {
    const { send } = await openWorld('[throttle.unknownRecipients]\naddress = 5\ndelayFrom = 0\ndelay = "0s"');
    const words = Array.from({ length: 9 }, (_, i) => `word${i}@example.jp`);
    const { codes } = await send('198.51.100.1', 'bob@other.example', [...words, 'bob@example.jp']);
    assert.deepEqual(codes, [undefined, 550, 550, 550, 550, 421, 421, 421, 421, 421, 421]);
    assert.deepEqual((await send('198.51.100.1', 'bob@other.example')).codes, [421]);
    assert.equal((await send('198.51.100.2', 'bob@other.example')).last, 250);
  });

  it('only write down what they would put off, where they observe', async () => {
    const { send, kindsOf } = await openWorld(
      '[throttle]\nmode = "observe"\n[throttle.messagesPerMinute]\naddress = 1',
    );
    await send('198.51.100.1', 'bob@other.example');
    const { last, id } = await send('198.51.100.1', 'bob@other.example');
    assert.equal(last, 250);
    assert.ok((await kindsOf(id)).includes('would-put-off'));
  });

  it('write a record of one who found no place', async () => {
    const { limits, records } = await openWorld('');
    const client = clientAt('198.51.100.7', 25);
    const listener = { name: 'smtp', connections: 1, connectionsPerClient: 1 };
    const noPlace = { limit: 'connections', scope: 'address', key: '198.51.100.7' };
    const reply = limits.doors.turnAway({ peer: client, client, listener, noPlace });
    const id = /\(id (\w{16})\)/.exec(reply.lines.join(' '))?.[1] ?? '';
    assert.equal(reply.code, 421);
    assert.deepEqual(
      (await records.get(id))?.events.map(({ kind }) => kind),
      ['connect', 'put-off', 'refused', 'close'],
    );
  });

  it('go on when the clock is set back an hour: who is over comes back in its time, others are taken', async () => {
    const { send, clock } = await openWorld('[throttle.messagesPerMinute]\naddress = 2');
    for (let i = 0; i < 5; i++) await send('198.51.100.1', 'bob@other.example');
    clock.jump(-3_600_000);
    assert.equal((await send('192.0.2.1', 'alice@example.com')).last, 250);
    assert.equal((await send('198.51.100.1', 'bob@other.example')).last, 450);
    clock.advance(60_000);
    assert.equal((await send('198.51.100.1', 'bob@other.example')).last, 250);
  });
});
