// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAt } from '../core/client.ts';
import { noDnsLists } from '../core/dns-lists.ts';
import { silentLog } from '../core/log.ts';
import { openFamiliar, type FamiliarWays } from './familiar.ts';
import { zoneDns } from '../net/zone-dns.ts';
import type { StateStore } from '../store/state/contract.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { openWayWorld } from '../way.suite.ts';

const hour = 3_600_000;
const dns = zoneDns({
  'example.com': { MX: '10 mx.example.com', A: '192.0.2.1', TXT: 'v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/24 -all' },
  'mx.example.com': { A: '192.0.2.1' },
  'other.example': { MX: '10 mx.example.com', A: '203.0.113.1' },
});

/** The real way and the real learner; a client that greets with our own name is a suspect. */
async function openWorld() {
  const store = memoryStateStore();
  let isGone = false;
  const state = new Proxy(store, {
    get: (target, name: keyof StateStore) => (isGone ? () => Promise.reject(new Error('gone')) : target[name]),
  });
  const late: { ways?: FamiliarWays } = {};
  const more = { onWanted: (...given: Parameters<FamiliarWays['onWanted']>) => late.ways?.onWanted(...given) };
  const world = await openWayWorld({
    dns,
    state,
    toml: '[server]\nhostname = "mx.example.jp"\n',
    domains: ['example.jp'],
    mailboxes: ['bob'],
    more,
  });
  const { clock, settings, familiar, open, queue } = world;
  const ways = openFamiliar(
    { state, familiar },
    { dns, clock, log: silentLog, holder: '0', config: () => settings, dnsLists: () => noDnsLists },
  );
  late.ways = ways;

  async function send({
    ip = '192.0.2.1',
    domain = 'example.com',
    hello = 'mx.example.jp',
    subject = 'Hello',
  } = {}): Promise<string> {
    const client = clientAt(ip, 25);
    const attempt = open(client, client, 'smtp');
    await attempt.connect();
    await attempt.hello({ verb: 'EHLO', name: hello });
    await attempt.sender({ address: { local: 'alice', domain }, body: '8BITMIME', isSmtpUtf8: false });
    const refusal = await attempt.recipient({ address: { local: 'bob', domain: 'example.jp' } });
    if (refusal) return `${refusal.code} ${refusal.lines[0]}`;
    const sink = await attempt.data();
    assert.ok('end' in sink);
    await sink.write(
      Buffer.from(
        `From: alice@${domain}\r\nTo: bob@example.jp\r\nMessage-ID: <${subject}@${domain}>\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nSubject: ${subject}\r\n\r\nHello Bob.\r\n`,
      ),
    );
    return `${(await sink.end({ bareNewlines: 0, longestLine: 70, hasNul: false })).code}`;
  }
  const settle = async (): Promise<void> => {
    await ways.learner.flush();
    for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve));
    await familiar.follow();
  };
  const stored = async (): Promise<Buffer> => {
    const [first] = await queue.list({ limit: 1 });
    return first ? queue.read(first.id) : Buffer.alloc(0);
  };
  const makeFamiliar = async (): Promise<void> => {
    for (let i = 0; i < 2; i++) {
      assert.equal(await send({ hello: 'mx.example.com', subject: `n${i}` }), '250');
      await settle();
      clock.advance(hour);
    }
  };
  return { ...world, send, settle, stored, makeFamiliar, ways, lose: () => void (isGone = true) };
}

describe('a suspect', () => {
  it('is asked to come back, and is known by its domain from any of its addresses once its mail was wanted', async () => {
    const { send, makeFamiliar, familiar } = await openWorld();
    assert.match(await send(), /^451 Not known here yet/);
    await makeFamiliar();
    assert.equal(await send(), '250');
    assert.equal(await send({ ip: '198.51.100.77', subject: 'pool' }), '250');
    assert.equal(familiar.knows('198.51.100.200'), true);
    assert.match(await send({ ip: '203.0.113.9', domain: 'other.example' }), /^451 Not known here yet/);
  });

  it('is a stranger again when the receiver calls its mail unwanted', async () => {
    const { makeFamiliar, send, settle, stored, ways, familiar } = await openWorld();
    await makeFamiliar();
    ways.onLearned(await stored(), 'spam');
    await settle();
    assert.equal(familiar.knows('192.0.2.1'), false);
    assert.match(await send({ subject: 'again' }), /^451 Not known here yet/);
  });

  it('is familiar at once when the receiver calls its mail wanted', async () => {
    const { send, settle, stored, ways, familiar } = await openWorld();
    await send({ hello: 'mx.example.com' });
    ways.onLearned(await stored(), 'ham');
    await settle();
    assert.equal(familiar.knows('198.51.100.1'), true);
  });
});

describe('with the state store gone', () => {
  it('mail of familiar senders still flows, and nothing is refused to others', async () => {
    const { makeFamiliar, send, lose, familiar } = await openWorld();
    await makeFamiliar();
    lose();
    assert.equal(familiar.knows('192.0.2.1'), true);
    assert.equal(await send({ subject: 'while gone' }), '250');
    assert.equal(await send({ ip: '203.0.113.9', domain: 'other.example' }), '250');
  });
});
