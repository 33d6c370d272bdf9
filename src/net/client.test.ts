// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock, TestClock } from '../core/clock.ts';
import { openConnection, type Connection } from './client.ts';
import { friendly, startPeer } from './scripted-peer.suite.ts';

async function open(test: TestContext, port: number, clock = systemClock): Promise<Connection> {
  const signal = new AbortController().signal;
  const connection = await openConnection({ host: '127.0.0.1', port }, { clock, timeoutMs: 60_000, signal });
  test.after(() => connection.close());
  return connection;
}

async function* pieces(...texts: readonly string[]): AsyncIterable<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function startServer(test: TestContext, onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer(onSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('client connection', () => {
  it('speaks lines, reads replies, and sends a message', async test => {
    const peer = await startPeer(test, { answer: friendly('PIPELINING') });
    const connection = await open(test, peer.port);
    equal((await connection.readReply()).code, 220);
    connection.send('EHLO a.example', 'DATA');
    deepEqual((await connection.readReply()).lines, ['peer.example', 'PIPELINING']);
    equal((await connection.readReply()).code, 354);
    await connection.sendBody(pieces('Subject: x\r\n\r\n', '.dot\r\n'));
    equal((await connection.readReply()).code, 250);
    deepEqual(peer.sessions[0]?.bodies, ['Subject: x\r\n\r\n..dot\r\n']);
  });

  it('reaches a Unix-domain socket', async test => {
    const peer = await startPeer(test, { answer: friendly(), onUnixSocket: true });
    const signal = new AbortController().signal;
    const connection = await openConnection({ path: peer.path }, { clock: systemClock, timeoutMs: 60_000, signal });
    equal((await connection.readReply()).code, 220);
    connection.close();
  });

  it('gives the replies that came before the other side hung up, then fails', async test => {
    const port = await startServer(test, socket => socket.end('220 hello\r\n421 go away\r\n'));
    const connection = await open(test, port);
    equal((await connection.readReply()).code, 220);
    equal((await connection.readReply()).code, 421);
    await rejects(connection.readReply(), { code: 'peer-closed' });
  });

  it('fails when nobody listens there', async test => {
    const port = await startServer(test, () => {});
    await rejects(open(test, port === 1 ? 2 : 1), { code: 'peer-closed' });
  });

  it('gives up on a side that is silent, and on one that dribbles', async test => {
    const port = await startServer(test, socket => socket.on('error', () => {}).write('220-'));
    const clock = new TestClock();
    const connection = await open(test, port, clock);
    const reply = connection.readReply(30_000);
    clock.advance(29_999);
    clock.advance(1);
    await rejects(reply, { code: 'peer-slow' });
  });

  it('ends at once when it is given up', async test => {
    const port = await startServer(test, () => {});
    const stop = new AbortController();
    const place = { host: '127.0.0.1', port };
    const connection = await openConnection(place, { clock: systemClock, timeoutMs: 60_000, signal: stop.signal });
    const reply = connection.readReply();
    stop.abort();
    await rejects(reply, { code: 'cancelled' });
    await rejects(openConnection(place, { clock: systemClock, timeoutMs: 1, signal: stop.signal }), {
      code: 'cancelled',
    });
  });

  it('hangs up on one who floods it with words', async test => {
    const port = await startServer(test, socket => {
      socket.on('error', () => {});
      socket.write('x'.repeat(300_000));
    });
    const connection = await open(test, port);
    await rejects(connection.readReply(), { code: 'peer-nonsense' });
  });

  it('never sends a line end inside a command', async test => {
    const peer = await startPeer(test, { answer: friendly() });
    const connection = await open(test, peer.port);
    for (const line of ['RCPT TO:<a>\r\nDATA', 'a\nb', 'a\rb']) {
      await rejects(async () => connection.send(line), /line end/);
    }
  });

  it('does not believe what was said between STARTTLS and the handshake', async test => {
    const port = await startServer(test, socket => socket.on('error', () => {}).write('220 go\r\n250 injected\r\n'));
    const connection = await open(test, port);
    equal((await connection.readReply()).code, 220);
    await rejects(connection.startTls({ serverName: 'a.example', verifies: false }), { code: 'peer-nonsense' });
  });

  it('waits for a slow reader of a large message', async test => {
    let received = 0;
    const port = await startServer(test, socket => {
      socket.on('data', chunk => {
        received += chunk.length;
        if (chunk.subarray(-3).toString() === '.\r\n') socket.write('250 kept\r\n');
      });
    });
    const connection = await open(test, port);
    const block = `${'x'.repeat(998)}\r\n`.repeat(64);
    await connection.sendBody(pieces(...Array.from({ length: 128 }, () => block)));
    equal((await connection.readReply()).code, 250);
    ok(received === block.length * 128 + 3);
  });
});
