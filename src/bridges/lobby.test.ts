// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { until } from '../envelope/dialogue/serve.suite.ts';
import { openLobbyWorld } from './lobby.suite.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import type { RecordEvent } from '../store/records/contract.ts';

const pauseIn = (events: readonly RecordEvent[]) => {
  const { at: _at, kind: _kind, ...pause } = events.find(({ kind }) => kind === 'pause') ?? { at: 0, kind: '' };
  return pause;
};
const rest = async (turns = 20): Promise<void> => {
  for (let i = 0; i < turns; i++) await new Promise(setImmediate);
};

for (const holdsHandles of [true, false])
  describe(`the lobby, holding ${holdsHandles ? 'bare handles' : 'paused sockets'}`, () => {
    it('greets a stranger when its time has come, by the clock, and writes down how long that was', async test => {
      const { clock, call, untilWaiting, untilClosed } = await openLobbyWorld(test, { holdsHandles });
      const socket = await call();
      await untilWaiting(1);
      equal(await until(socket, '\n'), '220-mx.example.jp ESMTP\r\n');
      clock.advance(1_900);
      await rest();
      equal(socket.readableLength, 0);
      clock.advance(200);
      equal(await until(socket, '\n'), '220 mx.example.jp ESMTP\r\n');
      socket.write('QUIT\r\n');
      match(await until(socket, '221'), /^221 /);
      const events = await untilClosed();
      deepEqual(
        events.map(({ kind }) => kind),
        ['connect', 'pause', 'close'],
      );
      deepEqual(pauseIn(events), { where: 'greeting', why: 'stranger', ms: 2_000, end: 'over' });
      equal((events[1]?.at ?? 0) - (events[0]?.at ?? 0), 2_000);
    });

    it('loses nothing of what is said too early, notes it, and lets the client wait longer', async test => {
      const { clock, call, untilWaiting, untilClosed } = await openLobbyWorld(test, { holdsHandles });
      const socket = await call();
      await untilWaiting(1);
      socket.write('EHLO c.example\r\n');
      await rest(50);
      clock.advance(2_500);
      await rest();
      equal(await until(socket, '\n'), '220-mx.example.jp ESMTP\r\n');
      clock.advance(30_000);
      match(await until(socket, 'HELP'), /^220 mx\.example\.jp ESMTP\r\n250-mx/);
      socket.destroy();
      const events = await untilClosed();
      equal(events.find(({ kind }) => kind === 'noticed')?.['oddity'], 'early-talk');
      deepEqual(pauseIn(events), { where: 'greeting', why: 'early-talk', ms: 12_900, end: 'over' });
    });

    it('judges a stranger at connect though nobody waits for its greeting', async test => {
      const { call } = await openLobbyWorld(test, {
        holdsHandles,
        toml: `
          [greet]
          clean = "0s"
          suspectLeast = "0s"
          suspectMost = "0s"
          tarpit.isOn = false
          [checks.client-list]
          block = ["127.0.0.1"]
        `,
      });
      const socket = await call();
      for (const [code, command] of [
        ['220', 'HELO c.example'],
        ['250', 'MAIL FROM:<a@example.com>'],
        ['250', 'RCPT TO:<bob@example.jp>'],
      ] as const) {
        match(await until(socket, '\n'), new RegExp(`^${code} `));
        socket.write(`${command}\r\n`);
      }
      match(await until(socket, '\n'), /^550 /);
    });

    it('hears of a hang-up at once, and writes down how long it held on', async test => {
      const { clock, call, untilWaiting, untilClosed, lobby } = await openLobbyWorld(test, { holdsHandles });
      const socket = await call();
      await untilWaiting(1);
      clock.advance(700);
      socket.destroy();
      const events = await untilClosed();
      deepEqual(pauseIn(events), { where: 'greeting', why: 'stranger', ms: 700, end: 'hang-up' });
      equal(events.at(-1)?.['how'], 'hang-up');
      equal(lobby.size, 0);
    });

    it('says 421 to all who wait when the server stops, and keeps no stop waiting', async test => {
      const { server, call, untilWaiting, events } = await openLobbyWorld(test, { holdsHandles });
      const sockets = [await call(), await call(), await call()];
      await untilWaiting(3);
      const closed = server.close(10_000);
      for (const socket of sockets) {
        match(await until(socket, 'never'), /^220-.*\r\n421 4\.3\.2 .*\r\n$/);
        socket.destroy();
      }
      await closed;
      deepEqual(
        (await events()).filter(({ kind }) => kind === 'close').map(({ how }) => how),
        ['drained', 'drained', 'drained'],
      );
      equal((await events()).filter(({ kind, reply }) => kind === 'refused' && reply === 421).length, 3);
    });

    it('lets those who are familiar pass at once, without a word more', async test => {
      const { call } = await openLobbyWorld(test, { holdsHandles, familiar: ['127.0.0.1'] });
      equal(await until(await call(), '\n'), '220 mx.example.jp ESMTP\r\n');
    });

    it('keeps nobody waiting where it is off', async test => {
      const { call } = await openLobbyWorld(test, { holdsHandles, toml: '[greet]\nisOn = false\n' });
      equal(await until(await call(), '\n'), '220 mx.example.jp ESMTP\r\n');
    });

    it('lets the client wait whom a proxy names, not the proxy', async test => {
      const { clock, call, untilWaiting, untilClosed } = await openLobbyWorld(test, {
        holdsHandles,
        isProxied: true,
        familiar: ['127.0.0.1', '192.0.2.9'],
      });
      const known = await call();
      known.write('PROXY TCP4 192.0.2.9 192.0.2.1 1 25\r\n');
      equal(await until(known, '\n'), '220 mx.example.jp ESMTP\r\n');
      known.destroy();
      const stranger = await call();
      stranger.write('PROXY TCP4 192.0.2.7 192.0.2.1 1 25\r\n');
      await untilWaiting(1);
      equal(await until(stranger, '\n'), '220-mx.example.jp ESMTP\r\n');
      await untilClosed();
      // It has no name in DNS.
      clock.advance(7_000);
      await rest();
      equal(stranger.readableLength, 0);
      clock.advance(30_000);
      equal(await until(stranger, '\n'), '220 mx.example.jp ESMTP\r\n');
      stranger.write('NOOP\r\n');
      match(await until(stranger, '250'), /^250 /);
    });
  });

/** One who speaks at once, and is then patient: through its conversation up to the answer to its recipient, under the clock. */
async function talkEarly(test: TestContext, zone: Zone) {
  const world = await openLobbyWorld(test, { isProxied: true, dns: zoneDns(zone) });
  const { clock, call, untilWaiting } = world;
  const socket = await call();
  socket.write('PROXY TCP4 192.0.2.5 192.0.2.1 1 25\r\nEHLO mail.example.com\r\n');
  await untilWaiting(1);
  await rest();
  clock.advance(30_000);
  match(await until(socket, 'HELP'), /250-mx/);
  const slowly = async (command: string): Promise<string> => {
    socket.write(`${command}\r\n`);
    await rest(50);
    equal(socket.readableLength, 0);
    clock.advance(30_000);
    return until(socket, '\n');
  };
  match(await slowly('MAIL FROM:<alice@example.com>'), /^250 /);
  return { ...world, socket, answer: await slowly('RCPT TO:<bob@example.jp>') };
}

describe('a campus behind one address', () => {
  it('gets 150 connections in by and by where 50 may be in at a time, and none of them hears a 421', async test => {
    const { clock, call } = await openLobbyWorld(test, { isProxied: true, perClient: 50 });
    const greetings: string[] = [];
    const visit = async (): Promise<void> => {
      const socket = await call();
      socket.write('PROXY TCP4 192.0.2.5 192.0.2.1 1 25\r\n');
      const heard = await until(socket, '\n220 ');
      greetings.push(heard.split('\r\n').at(-2) ?? '');
      // Each is in for a second.
      clock.after(1_000, () => socket.end('QUIT\r\n'));
    };
    const visits = Promise.all(Array.from({ length: 150 }, visit));
    while (greetings.length < 150) {
      clock.advance(100);
      await rest();
    }
    await visits;
    deepEqual(
      greetings.filter(code => !code.startsWith('220')),
      [],
    );
  });
});

describe('one who speaks too early', () => {
  const named = { '5.2.0.192.in-addr.arpa': { PTR: 'mail.example.com' }, 'mail.example.com': { A: '192.0.2.5' } };

  it('has it held against it and is answered slowly, but is not sent away where nothing else is odd', async test => {
    const { socket, answer, untilClosed } = await talkEarly(test, named);
    match(answer, /^250 2\.1\.5/);
    socket.destroy();
    const events = await untilClosed();
    deepEqual(events.find(({ kind }) => kind === 'greet-checks')?.['found'], ['EARLY_TALK']);
    const pauses = events.filter(({ kind }) => kind === 'pause');
    deepEqual(
      pauses.map(({ where, why, end }) => [where, why, end]),
      [
        ['greeting', 'early-talk', 'over'],
        ['sender', 'suspect', 'over'],
        ['recipient', 'suspect', 'over'],
      ],
    );
  });

  it('is asked to come back where there is a second sign: it has no name', async test => {
    match((await talkEarly(test, {})).answer, /^451 /);
  });
});
