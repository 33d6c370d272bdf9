// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { friendly, startPeer, type Answer, type PeerSession, type ScriptedPeer } from '../net/scripted-peer.suite.ts';
import { zoneDns } from '../net/zone-dns.ts';
import type { Domain } from '../store/directory/contract.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { addressOf } from './desk.suite.ts';
import { deliverySchema } from './options.ts';
import { NextHopVerifier } from './verify.ts';

const options = deliverySchema.parse({ tls: 'off' });
const day = 86_400_000;

function openVerifier(peer: Pick<ScriptedPeer, 'host' | 'port'>) {
  const clock = new TestClock();
  const services = { state: memoryStateStore(), dns: zoneDns({}), clock, log: silentLog, hostName: 'mx.example.com' };
  const verifier = new NextHopVerifier(services, options);
  const domain: Domain = {
    name: 'example.com',
    transport: { kind: 'smtp', host: peer.host, port: peer.port },
    verifiesAtNextHop: true,
  };
  const signal = new AbortController().signal;
  return { clock, ask: (address: string, other = signal) => verifier.verify(domain, addressOf(address), other) };
}

/** Knows bob alone. */
async function startHop(test: TestContext, more: Answer = () => '') {
  return startPeer(test, {
    answer: (line, session) =>
      more(line, session) || (/^RCPT TO:<(?!bob@)/.test(line) ? '550 5.1.1 no such user' : friendly()(line, session)),
  });
}

describe('next hop verifier', () => {
  it('asks whether the next hop would take mail, and sends none', async test => {
    const peer = await startHop(test);
    const { ask } = openVerifier(peer);
    deepEqual([await ask('bob@example.com'), await ask('carol@example.com')], ['exists', 'unknown']);
    deepEqual(peer.sessions[0]?.lines, [
      'EHLO mx.example.com',
      'MAIL FROM:<>',
      'RCPT TO:<bob@example.com>',
      'RSET',
      'QUIT',
    ]);
  });

  it('remembers a yes for a day and a no for ten minutes', async test => {
    const peer = await startHop(test);
    const { clock, ask } = openVerifier(peer);
    const askBoth = async () => [await ask('bob@example.com'), await ask('carol@example.com')];
    await askBoth();
    clock.advance(600_000 - 1);
    await askBoth();
    equal(peer.sessions.length, 2);
    clock.advance(1);
    await askBoth();
    equal(peer.sessions.length, 3);
    clock.advance(day - 600_000);
    await ask('bob@example.com');
    equal(peer.sessions.length, 4);
  });

  it('asks equal questions once, and many in few sessions', async test => {
    const peer = await startHop(test);
    const { ask } = openVerifier(peer);
    const same = Array.from({ length: 20 }, () => ask('bob@example.com'));
    const others = Array.from({ length: 40 }, (_, i) => ask(`guess${i}@example.com`));
    deepEqual(new Set(await Promise.all(same)), new Set(['exists']));
    deepEqual(new Set(await Promise.all(others)), new Set(['unknown']));
    equal(peer.sessions.length <= 4, true);
    equal(
      peer.sessions.flatMap(session => session.lines).filter(line => line === 'RCPT TO:<bob@example.com>').length,
      1,
    );
  });

  it('answers who asks while all sessions are saying good-bye', async test => {
    const leaving: PeerSession[] = [];
    const { promise: allLeave, resolve } = Promise.withResolvers<void>();
    const peer = await startPeer(test, {
      answer(line, session) {
        if (line !== 'QUIT' || leaving.length === 3) return friendly()(line, session);
        if (leaving.push(session) === 3) resolve();
        return '';
      },
    });
    const { ask } = openVerifier(peer);
    await Promise.all(['a', 'b', 'c'].map(local => ask(`${local}@example.com`)));
    await allLeave;
    const late = ask('bob@example.com');
    await new Promise(done => setImmediate(done));
    for (const session of leaving) session.hangUp();
    equal(await late, 'exists');
  });

  it('takes no word for a no that is not about the recipient', async test => {
    const fates: Record<string, string> = {};
    for (const reply of [
      '550 5.7.1 relaying denied',
      '451 4.3.0 later',
      '554 5.0.0 transaction failed',
      '552 5.2.2 full',
      '550 who',
      '553 5.1.3 bad',
    ]) {
      const { ask } = openVerifier(await startHop(test, line => (line.startsWith('RCPT') ? reply : '')));
      fates[reply.slice(0, 9)] = await ask('bob@example.com');
    }
    deepEqual(fates, {
      '550 5.7.1': 'unavailable',
      '451 4.3.0': 'unavailable',
      '554 5.0.0': 'unavailable',
      '552 5.2.2': 'exists',
      '550 who': 'unknown',
      '553 5.1.3': 'unknown',
    });
  });

  it('asks as postmaster where the null sender is refused', async test => {
    const { ask } = openVerifier(await startHop(test, line => (line === 'MAIL FROM:<>' ? '550 5.7.1 no bounces' : '')));
    deepEqual([await ask('bob@example.com'), await ask('carol@example.com')], ['exists', 'unknown']);
  });

  it('says that a dead hop is unavailable, leaves it alone for a while, and believes in whom it knew', async test => {
    let isDead = false;
    const peer = await startHop(test, () => (isDead ? '421 4.3.2 closed' : ''));
    const { clock, ask } = openVerifier(peer);
    await ask('bob@example.com');
    isDead = true;
    clock.advance(day);
    equal(await ask('bob@example.com'), 'exists');
    equal(await ask('carol@example.com'), 'unavailable');
    equal(peer.sessions.length, 2);
    clock.advance(10_000);
    isDead = false;
    equal(await ask('carol@example.com'), 'unknown');
    isDead = true;
    clock.advance(6 * day);
    equal(await ask('bob@example.com'), 'unavailable');
  });

  it('ends its wait with the asker, and its question with its own time', async test => {
    const peer = await startPeer(test, { answer: () => '' });
    const { clock, ask } = openVerifier({ ...peer });
    const stop = new AbortController();
    const given = ask('bob@example.com', stop.signal);
    const patient = ask('bob@example.com');
    stop.abort();
    equal(await given, 'unavailable');
    clock.advance(20_000);
    equal(await patient, 'unavailable');
  });
});
