// SPDX-License-Identifier: Apache-2.0
/**
 * Server — listening sockets, and the way from an accepted socket to somebody who speaks on it: limits, PROXY, TLS.
 * Fails to start with the system's error (address in use, no permission). Over a limit the peer gets `farewell` and is closed.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { clientAt, type Client } from '../core/client.ts';
import { networkHas, parseIp, type Network } from '../core/ip.ts';
import { Connection, type Secure } from './connection.ts';
import { Crowd } from './crowd.ts';
import { readProxy } from './proxy.ts';
import type { TimerWheel } from './timer-wheel.ts';

export interface ListenerSpec {
  /** As the record and the start-up lines call it: `smtp`, `smtps`. */
  readonly name: string;
  readonly host?: string;
  /** 0 takes any free one. */
  readonly port?: number;
  /** A listening descriptor made by somebody else (systemd, a parent process), instead of host and port. */
  readonly fd?: number;
  /** Lets several processes listen on one port, the kernel dealing out connections. */
  readonly reusePort?: boolean;
  /** TLS from the first byte. */
  readonly isSecure?: boolean;
  /** From here a PROXY header is expected, and from nowhere else. */
  readonly proxyFrom?: readonly Network[];
  readonly connections: number;
  readonly connectionsPerClient: number;
}

export interface Arrival {
  readonly connection: Connection;
  readonly peer: Client;
  readonly client: Client;
  readonly listener: ListenerSpec;
  /** Must be called once, when the connection is over. */
  readonly leave: () => void;
}

export interface ServerParts {
  readonly wheel: TimerWheel;
  /** How to begin TLS; without it no listener may be `isSecure`. */
  readonly secure?: Secure | undefined;
  /** Said to those who find no room. */
  readonly farewell: Buffer;
  readonly onArrival: (arrival: Arrival) => void;
}

export interface Listening {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface ListeningServer {
  readonly addresses: readonly Listening[];
  /** Takes no more connections; done when the listening sockets are closed. Those accepted live on. */
  close(): Promise<void>;
}

/** A PROXY header that has not come by then will not. */
const proxyMs = 10_000;
/** How long one who found no room may take to read so. */
const farewellMs = 1_000;

export async function listen(specs: readonly ListenerSpec[], parts: ServerParts): Promise<ListeningServer> {
  const servers: Server[] = [];
  const doors: Door[] = [];
  const close = async () => {
    for (const door of doors) door.close();
    await Promise.all(servers.map(server => new Promise<void>(done => server.close(() => done()))));
  };
  try {
    const addresses: Listening[] = [];
    for (const spec of specs) {
      const door = new Door(spec, parts);
      doors.push(door);
      // Half-open: who sends everything and then shuts its side still wants the answers.
      const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => door.take(socket));
      servers.push(server);
      addresses.push(await bind(server, spec));
    }
    return { addresses, close };
  } catch (error) {
    await close();
    throw error;
  }
}

class Door {
  readonly #spec: ListenerSpec;
  readonly #parts: ServerParts;
  readonly #crowd: Crowd;
  /** Sockets that are nobody's yet, or no longer: before the PROXY header is read, and after a farewell. */
  readonly #between = new Set<Socket>();

  constructor(spec: ListenerSpec, parts: ServerParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#crowd = new Crowd(spec.connections, spec.connectionsPerClient);
  }

  close(): void {
    for (const socket of this.#between) socket.destroy();
  }

  take(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Gone before it was accepted.
    if (remoteAddress === undefined) return void socket.destroy();
    const peer = clientAt(remoteAddress, remotePort ?? 0);
    if (!this.#isProxy(peer)) return this.#admit(socket, peer, peer);
    const release = this.#hold(socket, proxyMs);
    readProxy(socket, named => {
      release();
      if (named === 'bad') socket.destroy();
      else this.#admit(socket, peer, named === 'local' ? peer : clientAt(named.ip, named.port));
    });
  }

  #admit(socket: Socket, peer: Client, client: Client): void {
    if (!this.#crowd.enter(client)) return this.#turnAway(socket);
    const { wheel, secure, onArrival } = this.#parts;
    const connection = new Connection(socket, wheel, secure);
    let isIn = true;
    const leave = () => {
      if (isIn) this.#crowd.leave(client);
      isIn = false;
    };
    onArrival({ connection, peer, client, listener: this.#spec, leave });
  }

  #turnAway(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#spec.isSecure) return void socket.destroy();
    socket.on('close', this.#hold(socket, farewellMs));
    socket.resume();
    socket.end(this.#parts.farewell);
  }

  /** Keeps a socket no longer than `waitMs`; gives what lets go of it. */
  #hold(socket: Socket, waitMs: number): () => void {
    const timer = this.#parts.wheel.timer(() => socket.destroy());
    timer.set(waitMs);
    this.#between.add(socket);
    return () => {
      timer.cancel();
      this.#between.delete(socket);
    };
  }

  #isProxy(peer: Client): boolean {
    const networks = this.#spec.proxyFrom;
    if (!networks || networks.length === 0) return false;
    const bytes = parseIp(peer.ip);
    return bytes !== undefined && networks.some(network => networkHas(network, bytes));
  }
}

function bind(server: Server, spec: ListenerSpec): Promise<Listening> {
  const where =
    spec.fd === undefined
      ? { host: spec.host ?? '::', port: spec.port ?? 0, ...(spec.reusePort ? { reusePort: true } : {}) }
      : { fd: spec.fd };
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen({ ...where, backlog: 1_024 }, () => {
      server.off('error', fail);
      // Out of descriptors: the kernel keeps the connection waiting, and accepting goes on when some are free.
      server.on('error', () => undefined);
      const address = server.address();
      const at = address !== null && typeof address === 'object' ? address : { address: '', port: 0 };
      done({ name: spec.name, host: at.address, port: at.port });
    });
  });
}
