// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { systemClock, TestClock } from '../core/clock.ts';
import { decodeMessage } from '../wire/dns/message.ts';
import { encodeQuery } from '../wire/dns/query.ts';
import { openNameAnswerer, type AnswererParts } from './name-answerer.ts';
import { Resolver } from './resolver/resolver.ts';

const record = { type: 'A', ttlSeconds: 60, data: '127.0.0.2' } as const;

async function withAnswerer(work: (port: number) => Promise<void>, more: Partial<AnswererParts> = {}): Promise<void> {
  const answerer = await openNameAnswerer(
    { host: '127.0.0.1', port: 0, reusePort: false },
    {
      clock: new TestClock(),
      answersPerSecond: () => 100,
      answer: async ({ name }) =>
        name.startsWith('big')
          ? { responseCode: 0, answers: Array.from({ length: 60 }, () => ({ ...record, name })) }
          : name.startsWith('bug')
            ? Promise.reject(new Error('broken'))
            : { responseCode: 0, answers: [{ ...record, name }] },
      ...more,
    },
  );
  try {
    await work(answerer.address.port);
  } finally {
    await answerer.close();
  }
}

/** Sends datagrams, the last of them a sound question, and gives what had come when that was answered. */
async function datagrams(port: number, sent: readonly Buffer[]): Promise<readonly Buffer[]> {
  const socket = createSocket('udp4');
  const come: Buffer[] = [];
  for (const bytes of sent) {
    socket.send(bytes, port, '127.0.0.1');
    await new Promise(resolve => setImmediate(resolve));
  }
  const isLast = (bytes: Buffer): boolean => bytes.readUInt16BE(0) === 9;
  const last = question('last.example', 9);
  socket.on('message', bytes => come.push(bytes));
  socket.send(last, port, '127.0.0.1');
  while (!come.some(isLast)) await once(socket, 'message');
  socket.close();
  return come.filter(bytes => !isLast(bytes));
}

function question(name: string, id = 7): Buffer {
  return encodeQuery({ id, name, type: 'A', hasEdns: false }) ?? Buffer.alloc(0);
}

describe('name answerer', () => {
  it('answers our own resolver, by UDP and where the answer is long by TCP', () =>
    withAnswerer(async port => {
      const resolver = new Resolver({ servers: [{ ip: '127.0.0.1', port }], clock: systemClock });
      deepEqual((await resolver.ask('a.example', 'A')).kind, 'found');
      const big = await resolver.ask('big.example', 'A');
      equal(big.kind === 'found' && big.records.length, 60);
      equal((await resolver.ask('bug.example', 'A')).kind, 'unavailable');
      await resolver.close();
    }));

  it('gives the question back letter by letter, and whether recursion was asked for', () =>
    withAnswerer(async port => {
      const asked = question('MiXed.Example');
      const [reply] = await datagrams(port, [asked]);
      deepEqual(reply?.subarray(12, asked.length), asked.subarray(12));
      equal((reply?.readUInt8(2) ?? 0) & 1, 1);
      equal(decodeMessage(reply ?? Buffer.alloc(0))?.canRecurse, false);
    }));

  it('answers no answers, no nonsense, and nothing long', () =>
    withAnswerer(async port => {
      const reply = question('a.example');
      reply.writeUInt8(0x80, 2);
      const long = Buffer.concat([question('a.example'), Buffer.alloc(600)]);
      deepEqual(
        await datagrams(port, [reply, Buffer.alloc(0), Buffer.from('nonsense'), Buffer.alloc(12, 255), long]),
        [],
      );
    }));

  it('says that it knows nothing but questions of class IN', () =>
    withAnswerer(async port => {
      const notify = question('a.example');
      notify.writeUInt8(0x20, 2);
      const chaos = question('version.bind');
      chaos.writeUInt16BE(3, chaos.length - 2);
      const codes = (await datagrams(port, [notify, chaos])).map(bytes => decodeMessage(bytes)?.responseCode);
      deepEqual(codes, [4, 5]);
    }));

  it('ends a TCP connection that sends something else', () =>
    withAnswerer(async port => {
      const socket = connect(port, '127.0.0.1');
      socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      socket.on('error', () => undefined);
      await once(socket, 'close');
    }));

  it('closes though a client keeps its connection open', async () => {
    const open: Socket[] = [];
    await withAnswerer(async port => {
      const socket = connect(port, '127.0.0.1');
      open.push(socket);
      socket.on('error', () => undefined);
      await askByTcp(socket, question('a.example'));
    });
    const [socket] = open;
    if (socket && !socket.closed) await once(socket, 'close');
  });

  it('gives no more time for single octets of a question', async () => {
    const clock = new TestClock();
    await withAnswerer(
      async port => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        await askByTcp(socket, question('a.example'));
        clock.advance(4_000);
        // What was sent before this question is read before it.
        socket.write(Buffer.of(0));
        await askByTcp(connect(port, '127.0.0.1'), question('b.example'));
        clock.advance(1_000);
        await once(socket, 'close');
      },
      { clock },
    );
  });
});

async function askByTcp(socket: Socket, bytes: Buffer): Promise<void> {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(bytes.length);
  socket.write(Buffer.concat([size, bytes]));
  await once(socket, 'data');
}
