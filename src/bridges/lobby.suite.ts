// SPDX-License-Identifier: Apache-2.0
/** What tests of the lobby share: the whole way on real sockets under a clock to turn, to which every client that a test does not call familiar is a stranger. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { Tarpit } from '../connection/greet-room/tarpit.ts';
import { processes } from '../connection/throttle/throttle.suite.ts';
import type { Client } from '../core/client.ts';
import type { Dns } from '../core/dns.ts';
import { parseNetwork } from '../core/ip.ts';
import { silentLog } from '../core/log.ts';
import { serveSmtp } from '../envelope/dialogue/serve.ts';
import { readSettings } from '../index.ts';
import { openLobby } from './lobby.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { openWay } from '../way.ts';
import { openWayWorld } from '../way.suite.ts';

export interface LobbyWorldOptions {
  readonly toml?: string;
  readonly holdsHandles?: boolean;
  readonly dns?: Dns;
  readonly familiar?: readonly string[];
  /** How many may be in at a time from one address; by default all. */
  readonly perClient?: number;
  /** Every connection begins with a PROXY header. */
  readonly isProxied?: boolean;
}

export async function openLobbyWorld(
  test: TestContext,
  {
    toml = '',
    holdsHandles = true,
    dns = zoneDns({}),
    familiar = [],
    isProxied = false,
    perClient,
  }: LobbyWorldOptions = {},
) {
  const world = await openWayWorld({ dns, toml, domains: ['example.jp'], mailboxes: ['bob', 'postmaster'] });
  const { clock, records } = world;
  const settings = readSettings(toml);
  const options = () => settings.greet;
  const slowness = {
    concerns: ({ ip }: { readonly ip: string }) => !familiar.includes(ip),
    tarpit: new Tarpit(clock, options),
  };
  const way = { ...world.parts, slowness };
  const room = perClient === undefined ? undefined : processes({ perClient, clock }).one;
  const lobbyMore = room ? { hasPlace: (client: Client) => room.hasPlace(client) } : {};
  const lobby = openLobby({ way, clock, log: silentLog, hostName: 'mx.example.jp', options, ...lobbyMore });
  const proxyFrom = isProxied ? [parseNetwork('127.0.0.0/8')].flatMap(network => network ?? []) : [];
  const server = await serveSmtp({
    listeners: [
      { name: 'smtp', host: '127.0.0.1', port: 0, connections: 1_000, connectionsPerClient: 1_000, proxyFrom },
    ],
    openAttempt: openWay(way),
    lobby,
    ...(room ? { room } : {}),
    holdsHandles,
    hostname: 'mx.example.jp',
    limits: settings.smtp,
    clock,
    log: silentLog,
  });
  const sockets: Socket[] = [];
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    return server.close(0);
  });
  const port = server.addresses[0]?.port ?? 0;
  const call = async (): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  /** Until so many wait. */
  const untilWaiting = async (count: number): Promise<void> => {
    while (lobby.size !== count) await new Promise(setImmediate);
  };
  /** The events of the attempts so far, the newest last. */
  const events = async () =>
    (await records.search({ limit: 100 })).toReversed().flatMap(record => record.events.map(event => ({ ...event })));
  const untilClosed = async () => {
    for (;;) {
      const all = await events();
      if (all.some(({ kind }) => kind === 'close')) return all;
      await new Promise(setImmediate);
    }
  };
  return { ...world, server, lobby, call, untilWaiting, events, untilClosed, way };
}
