// SPDX-License-Identifier: Apache-2.0
/**
 * Server — listening sockets, and the way from an accepted socket to somebody who speaks on it: limits, PROXY, TLS.
 * Fails to start with the system's error (address in use, no permission). Over a limit the peer gets `farewell` and is closed.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { clientAt, type Client } from '../core/client.ts';
import { networkHas, parseIp, type Network } from '../core/ip.ts';
import { Connection, type Secure } from './connection.ts';
import { Crowd, type Entered, type NoPlace, type Room } from './crowd.ts';
import type { Pacer } from './pace.ts';
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
  /** What is said in its place to one of them, who then has a record. */
  readonly onTurnedAway?: ((turnedAway: TurnedAway) => Buffer) | undefined;
  /** Whom several processes let in; it also limits one client, in the place of `connectionsPerClient`. */
  readonly room?: Room | undefined;
  /** How fast is read from whom. */
  readonly pacer?: Pacer | undefined;
  readonly onArrival: (arrival: Arrival) => void;
}

export interface TurnedAway {
  readonly peer: Client;
  readonly client: Client;
  readonly listener: ListenerSpec;
  readonly noPlace: NoPlace;
}

export interface Listening {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Doors that are open and not yet anybody's. One of the two must be called, once. */
export interface OpenedDoors {
  /** They take over; what is no more is closed. Cannot fail. */
  take(): void;
  /** They are closed again, and all stays as it was. */
  drop(): void;
}

export interface ListeningServer {
  readonly addresses: readonly Listening[];
  /** Opens what is new, and changes nothing else yet; fails with the system's error, and then nothing is left open. */
  prepare(specs: readonly ListenerSpec[]): Promise<OpenedDoors>;
  /** Opens what is new, closes what is no more, and leaves the rest listening under its new limits. If one cannot be opened, all stays as it was. */
  change(specs: readonly ListenerSpec[]): Promise<void>;
  /** Takes no more connections; done when all those accepted are over. */
  close(): Promise<void>;
}

/** A PROXY header that has not come by then will not. */
const proxyMs = 10_000;
/** How long one who found no room may take to read so. */
const farewellMs = 1_000;
/** How long a place may be looked for. */
const placeMs = 10_000;
const full: NoPlace = { limit: 'connections', scope: 'server', key: '' };
const noRoom: Entered = { leave() {} };

export async function listen(specs: readonly ListenerSpec[], parts: ServerParts): Promise<ListeningServer> {
  let doors: readonly Door[] = [];
  const closing = new Set<Promise<void>>();
  const shut = (door: Door) => {
    const closed: Promise<void> = door.close().then(() => void closing.delete(closed));
    closing.add(closed);
  };
  const prepare = async (next: readonly ListenerSpec[]): Promise<OpenedDoors> => {
    const opened: Door[] = [];
    const drop = () => opened.forEach(shut);
    try {
      const wanted: Door[] = [];
      for (const spec of next) {
        let door = doors.find(each => placeOf(each.spec) === placeOf(spec) && !wanted.includes(each));
        if (!door) {
          door = new Door(spec, parts);
          await door.open();
          opened.push(door);
        }
        wanted.push(door);
      }
      const take = () => {
        for (const [i, spec] of next.entries()) wanted[i]?.adjust(spec);
        for (const door of doors) if (!wanted.includes(door)) shut(door);
        doors = wanted;
      };
      return { take, drop };
    } catch (error) {
      drop();
      throw error;
    }
  };
  const change = async (next: readonly ListenerSpec[]) => (await prepare(next)).take();
  await change(specs);
  return {
    get addresses() {
      return doors.map(door => door.address);
    },
    prepare,
    change,
    async close() {
      for (const door of doors) shut(door);
      doors = [];
      await Promise.all(closing);
    },
  };
}

/** What makes two listeners the same socket. */
function placeOf({ name, host, port, fd, reusePort, isSecure }: ListenerSpec): string {
  return [name, fd ?? `${host ?? '::'} ${port ?? 0} ${reusePort ?? false}`, isSecure ?? false].join(' ');
}

/** One listening socket. */
class Door {
  readonly #parts: ServerParts;
  readonly #crowd: Crowd;
  readonly #server: Server;
  /** Sockets that are nobody's yet, or no longer: before the PROXY header is read, and after a farewell. */
  readonly #between = new Set<Socket>();
  #spec: ListenerSpec;

  constructor(spec: ListenerSpec, parts: ServerParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#crowd = new Crowd(spec.connections, this.#perClient(spec));
    // Half-open: who sends everything and then shuts its side still wants the answers.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, socket => this.take(socket));
  }

  get spec(): ListenerSpec {
    return this.#spec;
  }

  get address(): Listening {
    const address = this.#server.address();
    const { name } = this.#spec;
    if (address === null || typeof address === 'string') return { name, host: '', port: 0 };
    return { name, host: address.address, port: address.port };
  }

  open(): Promise<void> {
    const { fd, host, port, reusePort } = this.#spec;
    const where = fd === undefined ? { host: host ?? '::', port: port ?? 0, reusePort: reusePort ?? false } : { fd };
    return new Promise((done, fail) => {
      this.#server.once('error', fail);
      this.#server.listen({ ...where, backlog: 1_024 }, () => {
        this.#server.off('error', fail);
        // Out of descriptors: the kernel keeps the connection waiting, and accepting goes on when some are free.
        this.#server.on('error', () => undefined);
        done();
      });
    });
  }

  adjust(spec: ListenerSpec): void {
    this.#spec = spec;
    this.#crowd.resize(spec.connections, this.#perClient(spec));
  }

  close(): Promise<void> {
    for (const socket of this.#between) socket.destroy();
    return new Promise(done => {
      this.#server.close(() => done());
    });
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
    const { room } = this.#parts;
    if (!this.#crowd.enter(client, room?.isFriend(client)))
      return this.#turnAway(socket, { peer, client, listener: this.#spec, noPlace: full });
    const entered = room?.enter(client) ?? noRoom;
    if (!(entered instanceof Promise)) return this.#seat(socket, peer, client, entered);
    const release = this.#hold(socket, placeMs);
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    // Flowing with nobody to hear it, what it says meanwhile would be lost.
    socket.pause();
    void entered.then(known => {
      release();
      socket.off('error', onError);
      socket.resume();
      this.#seat(socket, peer, client, known);
    });
  }

  #seat(socket: Socket, peer: Client, client: Client, entered: Entered): void {
    if ('noPlace' in entered) {
      this.#crowd.leave(client);
      return this.#turnAway(socket, { peer, client, listener: this.#spec, noPlace: entered.noPlace });
    }
    let isIn = true;
    const leave = () => {
      if (!isIn) return;
      isIn = false;
      this.#crowd.leave(client);
      entered.leave();
    };
    // It went while we looked for a place.
    if (socket.destroyed) return leave();
    const { wheel, secure, onArrival, pacer } = this.#parts;
    const connection = new Connection(socket, wheel, secure, pacer?.open(client));
    onArrival({ connection, peer, client, listener: this.#spec, leave });
  }

  #turnAway(socket: Socket, turnedAway: TurnedAway): void {
    const { onTurnedAway, farewell } = this.#parts;
    const words = onTurnedAway?.(turnedAway) ?? farewell;
    socket.on('error', () => socket.destroy());
    if (this.#spec.isSecure || socket.destroyed) return void socket.destroy();
    socket.on('close', this.#hold(socket, farewellMs));
    socket.resume();
    socket.end(words);
  }

  #perClient(spec: ListenerSpec): number {
    return this.#parts.room ? Number.POSITIVE_INFINITY : spec.connectionsPerClient;
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
