// SPDX-License-Identifier: Apache-2.0
/**
 * Door — one listening socket, and the way from what it accepts to an arrival: who it is (PROXY), whether it has to wait, whether there is a place for it.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { clientAt, type Client } from '../core/client.ts';
import { isInAny } from '../core/ip.ts';
import { Connection } from './connection.ts';
import { Crowd, type Entered, type NoPlace } from './crowd.ts';
import { readProxy } from './proxy.ts';
import type { Arrival, Listening, ListenerSpec, ServerParts, TurnedAway } from './server.ts';
import { keepHandles, WaitingHandle, type BareHandle, type HandleDoor } from './waiting-handle.ts';
import { WaitingSocket, type WaitingDoor } from './waiting.ts';

type Then = (arrival: Arrival) => void;

/** A handle on its way to being a socket. */
interface Passing {
  readonly peer: Client;
  readonly early?: Buffer | undefined;
  readonly onArrival: Then;
}

/** A PROXY header that has not come by then will not. */
const proxyMs = 10_000;
/** How long one who found no room may take to read so. */
const farewellMs = 1_000;
/** How long a place may be looked for. */
const placeMs = 10_000;
const full: NoPlace = { limit: 'connections', scope: 'server', key: '' };
const noRoom: Entered = { leave() {} };

/** One listening socket. */
export class Door {
  readonly #parts: ServerParts;
  readonly #crowd: Crowd;
  readonly #server: Server;
  /** Sockets that are nobody's yet, or no longer: before the PROXY header is read, and after a farewell. */
  readonly #between = new Set<Socket>();
  readonly #holdsHandles: boolean;
  #spec: ListenerSpec;
  /** Gives Node a handle that was kept from it. */
  #letIn: ((handle: BareHandle) => void) | undefined;
  /** What Node is making a socket of just now, where that was kept, or was shown to the porter. */
  #passing: Passing | undefined;
  readonly #sockets: WaitingDoor = {
    enter: (socket, peer, client, then) => this.#admit(socket, peer, client, then),
    sendAway: (socket, farewell) => this.#sendAway(socket, farewell),
  };
  readonly #handles: HandleDoor = {
    admit: (handle, peer, early, then) => {
      this.#passing = { peer, early, onArrival: then };
      this.#letIn?.(handle);
    },
  };

  constructor(spec: ListenerSpec, parts: ServerParts, holdsHandles: boolean) {
    this.#spec = spec;
    this.#parts = parts;
    this.#holdsHandles = holdsHandles;
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
        if (this.#holdsHandles) this.#letIn = keepHandles(this.#server, handle => this.#keeps(handle));
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
    const passing = this.#passing;
    this.#passing = undefined;
    if (passing?.early) socket.unshift(passing.early);
    if (passing) return this.#admit(socket, passing.peer, passing.peer, passing.onArrival);
    const { remoteAddress, remotePort } = socket;
    // Gone before it was accepted.
    if (remoteAddress === undefined) return void socket.destroy();
    const peer = clientAt(remoteAddress, remotePort ?? 0);
    if (!this.#isProxy(peer)) return this.#arrive(socket, peer, peer);
    const release = this.#hold(socket, proxyMs);
    readProxy(socket, named => {
      release();
      if (named === 'bad') socket.destroy();
      else this.#arrive(socket, peer, named === 'local' ? peer : clientAt(named.ip, named.port));
    });
  }

  /** Whether a connection waits as the handle that it is now; if not, Node makes a socket of it, which `take` is given at once. */
  #keeps(handle: BareHandle): boolean {
    const name: { address?: string; port?: number } = {};
    if (this.#spec.isSecure || handle.getpeername(name) !== 0 || name.address === undefined) return false;
    const peer = clientAt(name.address, name.port ?? 0);
    if (this.#isProxy(peer)) return false;
    const waiting = new WaitingHandle(handle, this.#handles);
    if (this.#parts.porter?.(waiting, peer, peer, this.#spec)) return true;
    this.#passing = { peer, onArrival: this.#parts.onArrival };
    return false;
  }

  #arrive(socket: Socket, peer: Client, client: Client): void {
    const { porter, onArrival } = this.#parts;
    if (porter && !this.#spec.isSecure) {
      const waiting = new WaitingSocket(socket, this.#sockets);
      if (porter(waiting, peer, client, this.#spec)) return;
    }
    this.#admit(socket, peer, client, onArrival);
  }

  #admit(socket: Socket, peer: Client, client: Client, then: Then): void {
    const { room } = this.#parts;
    if (!this.#crowd.enter(client, room?.isFriend(client)))
      return this.#turnAway(socket, { peer, client, listener: this.#spec, noPlace: full });
    const entered = room?.enter(client) ?? noRoom;
    if (!(entered instanceof Promise)) return this.#seat(socket, peer, client, entered, then);
    const release = this.#hold(socket, placeMs);
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    // Flowing with nobody to hear it, what it says meanwhile would be lost.
    socket.pause();
    void entered.then(known => {
      release();
      socket.off('error', onError);
      socket.resume();
      this.#seat(socket, peer, client, known, then);
    });
  }

  #seat(socket: Socket, peer: Client, client: Client, entered: Entered, then: Then): void {
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
    const { wheel, secure, pacer } = this.#parts;
    const connection = new Connection(socket, wheel, secure, pacer?.open(client));
    then({ connection, peer, client, listener: this.#spec, leave });
  }

  #turnAway(socket: Socket, turnedAway: TurnedAway): void {
    const { onTurnedAway, farewell } = this.#parts;
    this.#sendAway(socket, onTurnedAway?.(turnedAway) ?? farewell);
  }

  #sendAway(socket: Socket, words: Buffer): void {
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
    return isInAny(this.#spec.proxyFrom ?? [], peer.ip);
  }
}
