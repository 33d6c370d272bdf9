// SPDX-License-Identifier: Apache-2.0
/**
 * Waiting — an accepted connection that nobody speaks on yet: it can be told something, sent away, or let in. Here over a paused socket;
 * over a bare handle, which costs a third of the memory, in waiting-handle.ts. The first piece of what it sends unasked is kept, the rest stays in the socket.
 */
import type { Socket } from 'node:net';
import type { Client } from '../core/client.ts';
import type { Arrival } from './server.ts';

/** Whoever lets it wait. Neither is called after `turnAway` or `enter`. */
export interface Keeper {
  /** It spoke though nobody asked; at most once. */
  talked(): void;
  /** It hung up. */
  gone(): void;
}

export interface Waiting {
  /** Must be called first, once. */
  watch(keeper: Keeper): void;
  say(bytes: Buffer): void;
  turnAway(farewell: Buffer): void;
  /** How much it said unasked. */
  readonly keptBytes: number;
  /** It goes on as if it had just come; `then` is not called where it finds no place, or has gone. `peer` is who it came from, `client` who it is. */
  enter(peer: Client, client: Client, then: (arrival: Arrival) => void): void;
}

/** What its door does for it. */
export interface WaitingDoor {
  enter(socket: Socket, peer: Client, client: Client, then: (arrival: Arrival) => void): void;
  sendAway(socket: Socket, farewell: Buffer): void;
}

export class WaitingSocket implements Waiting {
  readonly #socket: Socket;
  readonly #door: WaitingDoor;
  #keeper: Keeper | undefined;
  #early: Buffer | undefined;
  readonly #onData = (chunk: Buffer): void => {
    this.#early = chunk;
    this.#socket.off('data', this.#onData).pause();
    this.#keeper?.talked();
  };
  readonly #onGone = (): void => {
    this.#socket.destroy();
    const keeper = this.#release();
    keeper?.gone();
  };

  constructor(socket: Socket, door: WaitingDoor) {
    this.#socket = socket;
    this.#door = door;
  }

  watch(keeper: Keeper): void {
    this.#keeper = keeper;
    this.#socket.on('data', this.#onData).on('end', this.#onGone).on('error', this.#onGone).on('close', this.#onGone);
    this.#socket.resume();
  }

  say(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  turnAway(farewell: Buffer): void {
    this.#release();
    this.#door.sendAway(this.#socket, farewell);
  }

  get keptBytes(): number {
    return this.#early?.length ?? 0;
  }

  enter(peer: Client, client: Client, then: (arrival: Arrival) => void): void {
    this.#release();
    this.#socket.pause();
    if (this.#early) this.#socket.unshift(this.#early);
    this.#door.enter(this.#socket, peer, client, arrival => {
      then(arrival);
      // Whoever speaks on it listens by now.
      arrival.connection.resume();
    });
  }

  #release(): Keeper | undefined {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    this.#socket.off('data', this.#onData).off('end', this.#onGone).off('error', this.#onGone);
    this.#socket.off('close', this.#onGone);
    return keeper;
  }
}
