// SPDX-License-Identifier: Apache-2.0
/**
 * Client connection — one connection of ours to an SMTP or LMTP server: lines out, replies in, STARTTLS.
 * Every wait ends: with `peer-slow` after its time, `peer-closed` when the other side is gone, `cancelled` by the signal.
 * Knows nothing of the dialogue.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TlsInfo } from '../core/client.ts';
import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import type { Reply } from '../core/reply.ts';
import { OutgoingBody } from '../wire/smtp/outgoing-body.ts';
import { ReplyReader } from '../wire/smtp/reply-reader.ts';

/** An IP address and port, or a Unix-domain socket. */
export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

export interface ConnectionOptions {
  readonly clock: Clock;
  /** For connecting, and for each wait that names none of its own. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The address of ours to speak from. */
  readonly localAddress?: string;
}

export interface StartTlsOptions {
  /** For SNI; empty for none. */
  readonly serverName: string;
  /** Whether the certificate must be valid for `serverName`. Opportunistic TLS does not ask (RFC 7435). */
  readonly verifies: boolean;
}

export interface Connection {
  /** The next reply; replies that arrived before the other side closed are still given. */
  readReply(timeoutMs?: number): Promise<Reply>;
  /** Command lines without their CRLF, in one write. */
  send(...lines: readonly string[]): void;
  /** The message, dots stuffed, with the final dot; waits while the other side does not take it. */
  sendBody(message: AsyncIterable<Buffer>): Promise<void>;
  /** After the 220 to STARTTLS. */
  startTls(options: StartTlsOptions): Promise<TlsInfo>;
  /** Hangs up; waits for nothing. */
  close(): void;
}

export async function openConnection(place: Place, options: ConnectionOptions): Promise<Connection> {
  if (options.signal.aborted) throw new Fault('cancelled');
  const socket = connectTcp('path' in place ? place : { ...place, ...localOf(options), noDelay: true });
  const connection = new OpenConnection(socket, options);
  await connection.once('connect', options.timeoutMs);
  return connection;
}

function localOf({ localAddress }: ConnectionOptions): { localAddress?: string } {
  return localAddress === undefined ? {} : { localAddress };
}

class OpenConnection implements Connection {
  #socket: Socket;
  #fault: Fault | undefined;
  #wake: () => void = nothing;
  readonly #options: ConnectionOptions;
  readonly #replies = new ReplyReader();
  readonly #onAbort = (): void => this.#end(new Fault('cancelled'));
  readonly #onDrain = (): void => this.#wake();
  readonly #onError = (error: Error): void =>
    this.#end(new Fault('peer-closed', { cause: error, detail: error.message }));
  readonly #onClose = (): void => this.#end(new Fault('peer-closed'));
  readonly #onData = (chunk: Buffer): void => {
    try {
      this.#replies.push(chunk);
    } catch (error) {
      this.#end(error instanceof Fault ? error : new Fault('peer-nonsense', { cause: error }));
    }
    this.#wake();
  };

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#listen(socket);
  }

  async readReply(timeoutMs = this.#options.timeoutMs): Promise<Reply> {
    let reply: Reply | undefined;
    await this.#until(timeoutMs, () => (reply = this.#replies.next()) !== undefined);
    if (reply === undefined) throw new Fault('peer-closed');
    return reply;
  }

  send(...lines: readonly string[]): void {
    for (const line of lines) if (/[\r\n]/.test(line)) throw new Error('a command line holds a line end');
    if (this.#fault === undefined) this.#socket.write(lines.map(line => `${line}\r\n`).join(''));
  }

  async sendBody(message: AsyncIterable<Buffer>): Promise<void> {
    const body = new OutgoingBody();
    for await (const chunk of message) await this.#write(body.encode(chunk));
    await this.#write(body.end());
  }

  async startTls({ serverName, verifies }: StartTlsOptions): Promise<TlsInfo> {
    // What came before the handshake was said by whoever sat in between (CVE-2011-0411).
    if (this.#replies.hasPending) throw new Fault('peer-nonsense', { detail: 'spoke before the TLS handshake' });
    this.#unlisten();
    const socket: TLSSocket = connectTls({
      socket: this.#socket,
      rejectUnauthorized: verifies,
      ...(serverName === '' ? {} : { servername: serverName }),
    });
    this.#socket = socket;
    this.#listen(socket);
    await this.once('secureConnect', this.#options.timeoutMs);
    return { protocol: socket.getProtocol() ?? 'TLS', cipher: socket.getCipher().standardName, serverName };
  }

  close(): void {
    this.#end(new Fault('cancelled', { detail: 'closed by us' }));
  }

  /** Waits for the socket to come so far; once only, right after it was made. */
  async once(event: 'connect' | 'secureConnect', timeoutMs: number): Promise<void> {
    let hasHappened = false;
    this.#socket.once(event, () => {
      hasHappened = true;
      this.#wake();
    });
    await this.#until(timeoutMs, () => hasHappened);
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    if (bytes.length === 0 || this.#socket.write(bytes)) return;
    await this.#until(this.#options.timeoutMs, () => !this.#socket.writableNeedDrain);
  }

  /** Until `isSo`, asked whenever something happens on the socket. A side that dribbles gains no time. */
  async #until(timeoutMs: number, isSo: () => boolean): Promise<void> {
    const { clock } = this.#options;
    const timer = clock.after(timeoutMs, () =>
      this.#end(new Fault('peer-slow', { detail: `no answer in ${timeoutMs} ms` })),
    );
    try {
      while (!isSo()) {
        if (this.#fault !== undefined) throw this.#fault;
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      }
    } finally {
      timer.cancel();
    }
  }

  #listen(socket: Socket): void {
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  /** The TLS layer reads the socket from now on; its errors reach us through that layer. */
  #unlisten(): void {
    this.#socket.off('data', this.#onData);
    this.#socket.off('drain', this.#onDrain);
    this.#socket.off('close', this.#onClose);
  }

  #end(fault: Fault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#socket.destroy();
    this.#wake();
  }
}

function nothing(): void {}
