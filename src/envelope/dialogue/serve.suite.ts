// SPDX-License-Identifier: Apache-2.0
/** What tests of a server on real sockets share: one on a free port that takes everything, and a client to speak to it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Client, TlsInfo } from '../../core/client.ts';
import { systemClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import type { ListenerSpec } from '../../net/server.ts';
import type { Attempt, Ending } from '../ports.ts';
import { limits } from './limits.suite.ts';
import { serveSmtp, type SmtpOptions } from './serve.ts';

export interface Seen {
  readonly peer: Client;
  readonly client: Client;
  readonly listener: string;
  readonly tls: TlsInfo[];
  readonly endings: Ending[];
}

/** A server on a free port that takes everything; what its attempts saw. */
export async function start(
  test: TestContext,
  spec: Partial<ListenerSpec> = {},
  more: Partial<SmtpOptions> = {},
  attempt: Partial<Attempt> = {},
) {
  const seen: Seen[] = [];
  const server = await serveSmtp({
    listeners: [{ name: 'smtp', host: '127.0.0.1', port: 0, connections: 10, connectionsPerClient: 10, ...spec }],
    hostname: 'mx.example.jp',
    limits,
    clock: systemClock,
    log: silentLog,
    openAttempt(peer, client, listener) {
      const one: Seen = { peer, client, listener, tls: [], endings: [] };
      seen.push(one);
      return {
        id: '01hx0000000000ab',
        connect: () => undefined,
        hello: () => undefined,
        secured: tls => one.tls.push(tls),
        sender: () => undefined,
        recipient: () => undefined,
        data: () => ({ write() {}, end: async () => ({ code: 250, enhanced: '2.0.0', lines: ['Ok'] }), abandon() {} }),
        reset() {},
        refused() {},
        close: how => one.endings.push(how),
        ...attempt,
      };
    },
    ...more,
  });
  test.after(() => server.close(0));
  const port = server.addresses[0]?.port ?? 0;
  return { server, seen, port };
}

export function call(port: number, test: TestContext): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  test.after(() => socket.destroy());
  return socket;
}

/** All that comes until the text is there, or until the end. */
export async function until(socket: Socket, text: string): Promise<string> {
  let heard = '';
  for (;;) {
    for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read()) heard += chunk.toString();
    if (heard.includes(text) || socket.readableEnded || socket.destroyed) return heard;
    await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')]);
  }
}
