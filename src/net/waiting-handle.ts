// SPDX-License-Identifier: Apache-2.0
/**
 * Waiting handle — a connection that waits as the bare handle of libuv, before Node makes a socket of it: 0.9 kB in all in place of 2.9.
 * The one place where an internal of Node is overridden: what a listening handle calls for each connection it accepted. Whether this Node still works
 * like that is tried once at start (`canHoldHandles`); where it does not, paused sockets are held in place of handles.
 */
import { writeSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { clientAt, type Client } from '../core/client.ts';
import type { Arrival } from './server.ts';
import type { Keeper, Waiting } from './waiting.ts';

/** As much of Node's TCP handle as is used here. */
export interface BareHandle {
  readonly fd: number;
  onread: unknown;
  readStart(): number;
  readStop(): number;
  close(): void;
  getpeername(into: { address?: string; port?: number }): number;
  /** Ours: whom it belongs to while it waits. */
  waiting?: WaitingHandle | undefined;
}

/** What its door does for it. */
export interface HandleDoor {
  admit(handle: BareHandle, peer: Client, early: Buffer | undefined, then: (arrival: Arrival) => void): void;
}

export class WaitingHandle implements Waiting {
  readonly #handle: BareHandle;
  readonly #door: HandleDoor;
  #keeper: Keeper | undefined;
  #early: Buffer | undefined;

  constructor(handle: BareHandle, door: HandleDoor) {
    this.#handle = handle;
    this.#door = door;
  }

  watch(keeper: Keeper): void {
    this.#keeper = keeper;
    this.#handle.waiting = this;
    this.#handle.onread = onRead;
    this.#handle.readStart();
  }

  /** A line fits into the buffer of a socket that was told nothing yet; where it does not, the peer is gone or will be. */
  say(bytes: Buffer): void {
    try {
      writeSync(this.#handle.fd, bytes);
    } catch {
      // A reset: the handle hears of it with its next read.
    }
  }

  turnAway(farewell: Buffer): void {
    this.#release();
    this.say(farewell);
    this.#handle.close();
  }

  get keptBytes(): number {
    return this.#early?.length ?? 0;
  }

  enter(peer: Client, _client: Client, then: (arrival: Arrival) => void): void {
    this.#release();
    this.#door.admit(this.#handle, peer, this.#early, then);
  }

  /** For `onRead`. */
  heard(bytes: ArrayBuffer | undefined): void {
    const keeper = this.#keeper;
    if (bytes === undefined) {
      this.#release();
      this.#handle.close();
      keeper?.gone();
    } else if (bytes.byteLength > 0) {
      this.#handle.readStop();
      this.#early = Buffer.from(bytes);
      keeper?.talked();
    }
  }

  #release(): void {
    this.#handle.readStop();
    this.#handle.waiting = undefined;
    this.#keeper = undefined;
  }
}

/**
 * Shows each accepted connection to `keeps` before Node makes a socket of it, which it does where that is false. Gives how to let Node have one that was
 * kept; undefined where the server does not listen on such a handle.
 */
export function keepHandles(
  server: Server,
  keeps: (handle: BareHandle) => boolean,
): ((handle: BareHandle) => void) | undefined {
  const listening: unknown = Reflect.get(server, '_handle');
  if (typeof listening !== 'object' || listening === null) return undefined;
  const usual: unknown = Reflect.get(listening, 'onconnection');
  if (typeof usual !== 'function') return undefined;
  Reflect.set(listening, 'onconnection', function onConnection(error: unknown, handle: unknown): void {
    if (!error && isBareHandle(handle) && keeps(handle)) return;
    Reflect.apply(usual, listening, [error, handle]);
  });
  return handle => void Reflect.apply(usual, listening, [0, handle]);
}

/** Holds one connection of our own to see that it is told, heard and let in; false where anything of that fails, or is not done in time. */
export async function canHoldHandles(limit: { readonly over: Promise<void>; cancel(): void }): Promise<boolean> {
  const server = createServer();
  const opened: { destroy(): void }[] = [];
  try {
    const works = tryHandle(server, opened).catch(() => false);
    return await Promise.race([works, limit.over.then(() => false)]);
  } finally {
    limit.cancel();
    for (const one of opened) one.destroy();
    server.close();
  }
}

async function tryHandle(server: Server, opened: { destroy(): void }[]): Promise<boolean> {
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') return false;
  let held: WaitingHandle | undefined;
  const talked = new Promise<number>(resolve => {
    const letIn = keepHandles(server, handle => {
      const door: HandleDoor = {
        admit(kept, _peer, early) {
          server.once('connection', socket => {
            opened.push(socket);
            if (early) socket.unshift(early);
            socket.pipe(socket);
          });
          letIn?.(kept);
        },
      };
      const waiting = new WaitingHandle(handle, door);
      held = waiting;
      held.watch({ talked: () => resolve(waiting.keptBytes), gone: () => resolve(0) });
      held.say(Buffer.from('first '));
      return true;
    });
  });
  const client = connect(address.port, '127.0.0.1');
  opened.push(client);
  client.on('error', () => {});
  client.write('second ');
  if ((await talked) !== 7) return false;
  const nobody = clientAt('127.0.0.1', 0);
  held?.enter(nobody, nobody, () => {});
  client.write('third');
  return heardBy(client, 'first second third');
}

function heardBy(client: Socket, text: string): Promise<boolean> {
  return new Promise(resolve => {
    let heard = '';
    client.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.length >= text.length) resolve(heard === text);
    });
    client.on('close', () => resolve(false));
  });
}

/** Called by Node with the handle as `this`; no bytes: the end, or an error. */
function onRead(this: BareHandle, bytes: unknown): void {
  this.waiting?.heard(bytes instanceof ArrayBuffer ? bytes : undefined);
}

const methods = ['readStart', 'readStop', 'close', 'getpeername'] as const;

function isBareHandle(handle: unknown): handle is BareHandle {
  if (typeof handle !== 'object' || handle === null) return false;
  const fd: unknown = Reflect.get(handle, 'fd');
  return typeof fd === 'number' && fd >= 0 && methods.every(name => typeof Reflect.get(handle, name) === 'function');
}
