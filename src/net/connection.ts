// SPDX-License-Identifier: Apache-2.0
/**
 * Connection — an accepted socket as a dialogue wants it: bytes in, bytes out, TLS when asked, a quiet end.
 * After `end` what the peer still sends is read and dropped, since closing over unread bytes resets the connection and would take
 * our last answer with it; a peer that does not close then is cut off.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsInfo } from '../core/client.ts';
import type { Pace, Slowed } from './pace.ts';
import type { TimerWheel, WheelTimer } from './timer-wheel.ts';

/** Whoever speaks on a connection. All calls come from the socket, none after `gone`. */
export interface Speaker {
  /** The buffer is the speaker's own. */
  receive(chunk: Buffer): void;
  writable(): void;
  secured(tls: TlsInfo): void;
  /** The peer sends no more. */
  ended(): void;
  gone(): void;
}

/** Wraps a socket for the server's side of TLS; the handshake begins at once. */
export type Secure = (socket: Socket) => TLSSocket;

/** How long a peer may take to close after our last word, and to shake hands. */
const lingerMs = 5_000;
const handshakeMs = 60_000;

export class Connection {
  readonly #wheel: TimerWheel;
  readonly #secure: Secure | undefined;
  #socket: Socket;
  #speaker: Speaker | undefined;
  #timer: WheelTimer | undefined;
  #hasTls = false;
  #isEnding = false;
  #isClosed = false;
  readonly #pace: Pace | undefined;
  /** The speaker wants no more for now, or it came too fast: either stops the reading. */
  #isPaused = false;
  #isHeldBack = false;
  readonly #onData = (chunk: Buffer): void => {
    if (this.#isEnding) return;
    if (this.#pace && !this.#pace.take(chunk.length, this.#onPace)) {
      this.#isHeldBack = true;
      this.#socket.pause();
    }
    this.#speaker?.receive(chunk);
  };
  readonly #onPace = (): void => {
    this.#isHeldBack = false;
    if (!this.#isPaused) this.#socket.resume();
  };
  readonly #onDrain = (): void => {
    if (!this.#isEnding) this.#speaker?.writable();
  };
  readonly #onEnd = (): void => {
    if (!this.#isEnding) this.#speaker?.ended();
  };
  readonly #onClose = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#pace?.end();
    this.#socket.destroy();
    // Node's socket waits for a full collection, though it is closed; what it was spoken with need not wait with it.
    const speaker = this.#speaker;
    this.#speaker = undefined;
    speaker?.gone();
  };

  constructor(socket: Socket, wheel: TimerWheel, secure?: Secure, pace?: Pace) {
    this.#socket = socket;
    this.#wheel = wheel;
    this.#secure = secure;
    this.#pace = pace;
    this.#listen(socket);
  }

  /** From now on `speaker` hears what comes. */
  attach(speaker: Speaker): void {
    this.#speaker = speaker;
  }

  write(bytes: Buffer): boolean {
    return this.#isEnding ? true : this.#socket.write(bytes);
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isHeldBack) this.#socket.resume();
  }

  /** How slowly was read, if more slowly than it came. */
  slowed(): Slowed | undefined {
    return this.#pace?.slowed();
  }

  /** Begins the server's side of the handshake; bytes that came before are not ours to keep (RFC 3207 4.2). */
  startTls(): void {
    const secure = this.#secure;
    if (!secure || this.#isClosed || this.#isEnding) return this.destroy();
    const plain = this.#socket;
    plain.off('data', this.#onData).off('end', this.#onEnd).off('drain', this.#onDrain);
    // Without a listener a flowing socket would pour its bytes away: those after a PROXY header are the handshake.
    plain.pause();
    const socket = secure(plain);
    this.#socket = socket;
    this.#hasTls = true;
    this.#listen(socket);
    this.#cutAfter(handshakeMs);
    socket.once('secure', () => {
      this.#timer?.cancel();
      this.#speaker?.secured(describeTls(socket));
    });
  }

  /** After the peer's own goodbye there is nothing left to read, and no need to wait for its close. */
  leave(): void {
    if (this.#isEnding || this.#isClosed || this.#hasTls || this.#socket.writableLength > 0) return this.end();
    this.#isEnding = true;
    this.#socket.destroy();
  }

  end(): void {
    if (this.#isEnding || this.#isClosed) return;
    this.#isEnding = true;
    this.#socket.end();
    this.#socket.resume();
    this.#cutAfter(lingerMs);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #listen(socket: Socket): void {
    socket.on('data', this.#onData).on('drain', this.#onDrain).on('end', this.#onEnd);
    // A reset or a failed handshake is a hang-up, and 'close' follows.
    socket.on('error', () => socket.destroy());
    socket.on('close', this.#onClose);
  }

  #cutAfter(waitMs: number): void {
    this.#timer ??= this.#wheel.timer(() => this.destroy());
    this.#timer.set(waitMs);
  }
}

export function describeTls(socket: TLSSocket): TlsInfo {
  const name: unknown = Reflect.get(socket, 'servername');
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    cipher: socket.getCipher().standardName,
    ...(typeof name === 'string' && name !== '' ? { serverName: name } : {}),
  };
}
