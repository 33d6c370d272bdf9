// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNetwork } from '../../core/ip.ts';
import type { Entered, Room } from '../../net/crowd.ts';
import type { Pace, Pacer } from '../../net/pace.ts';
import { call, start, until } from './serve.suite.ts';

const proxyFrom = [parseNetwork('127.0.0.0/8')].flatMap(network => network ?? []);

/** A room that answers when the test says so. */
function slowRoom() {
  const asked: ((entered: Entered) => void)[] = [];
  let left = 0;
  const room: Room = {
    isFriend: () => false,
    enter: () => new Promise<Entered>(resolve => asked.push(resolve)),
  };
  const place: Entered = { leave: () => void left++ };
  const untilAsked = async () => {
    while (asked.length === 0) await new Promise(setImmediate);
    return asked.splice(0);
  };
  return { room, place, untilAsked, left: () => left };
}

describe('serveSmtp with a room of several processes', () => {
  it('loses nothing of what is said while a place is looked for', async test => {
    const { room, place, untilAsked } = slowRoom();
    const { port, seen } = await start(test, { proxyFrom }, { room });
    const socket = call(port, test);
    socket.write('PROXY TCP4 192.0.2.1 192.0.2.9 1 25\r\nEHLO c.example\r\n');
    const [answer] = await untilAsked();
    answer?.(place);
    assert.match(await until(socket, 'HELP'), /^220 [^]*250 HELP/);
    assert.equal(seen[0]?.client.ip, '192.0.2.1');
  });

  it('says why to one who finds no place, and has room for the next', async test => {
    const { room, place, untilAsked } = slowRoom();
    const turnAway = () => ({ code: 421, enhanced: '4.7.0', lines: ['Too many from 192.0.2.1 (id 1)'] });
    const { port } = await start(test, { connections: 2 }, { room, turnAway });
    for (let i = 0; i < 3; i++) {
      const socket = call(port, test);
      (await untilAsked())[0]?.({ noPlace: { limit: 'connections', scope: 'address', key: '192.0.2.1' } });
      assert.equal(await until(socket, 'never'), '421 4.7.0 Too many from 192.0.2.1 (id 1)\r\n');
    }
    const socket = call(port, test);
    (await untilAsked())[0]?.(place);
    assert.match(await until(socket, '\n'), /^220 /);
  });

  it('leaves the place of one who went while it was looked for', async test => {
    const { room, place, untilAsked, left } = slowRoom();
    const { port, seen } = await start(test, {}, { room });
    const socket = call(port, test);
    const [answer] = await untilAsked();
    const closed = new Promise(resolve => socket.once('close', resolve));
    socket.resetAndDestroy();
    await closed;
    // The server hears of the reset with its next turns.
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    answer?.(place);
    while (left() === 0) await new Promise(setImmediate);
    assert.ok(seen.every(({ endings }) => endings.length === 1 || endings.length === 0));
  });
});

describe('serveSmtp with a pacer', () => {
  /** Lets through nothing until the test says so; ten bytes at once. */
  function holdingPacer() {
    const resumes: (() => void)[] = [];
    let bytes = 0;
    const pace: Pace = {
      take(count, resume) {
        bytes += count;
        resumes.push(resume);
        return false;
      },
      slowed: () => ({ bytes, tookMs: 1, waitedMs: 1, bytesPerSecond: 10, scope: 'address', key: '192.0.2.1' }),
      end() {},
    };
    const pacer: Pacer = { open: () => pace };
    return { pacer, resumes };
  }

  it('reads nothing more until it may, and tells the attempt', async test => {
    const { pacer, resumes } = holdingPacer();
    const told: unknown[] = [];
    const { port } = await start(test, {}, { pacer }, { slowed: slowed => void told.push(slowed.bytes) });
    const socket = call(port, test);
    await until(socket, '220 ');
    socket.write('EHLO c.example\r\n');
    await until(socket, 'HELP');
    socket.write('QUIT\r\n');
    for (let i = 0; i < 50; i++) await new Promise(setImmediate);
    assert.equal(socket.readableLength, 0);
    assert.equal(resumes.length, 1);
    resumes[0]?.();
    assert.match(await until(socket, 'never'), /^221 /);
    assert.deepEqual(told, [22]);
  });
});
