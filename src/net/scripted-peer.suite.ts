// SPDX-License-Identifier: Apache-2.0
/** Scripted peer — an SMTP or LMTP server for tests, on 127.0.0.1: answers each line as the test says, and keeps all it was told. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';

/** Replies to a command line; `undefined` hangs up, an empty string says nothing. */
export type Answer = (line: string, session: PeerSession) => string | undefined;

export interface PeerSession {
  /** Command lines, in the order they came. */
  readonly lines: string[];
  /** Messages with dots still stuffed, without the final dot. */
  readonly bodies: string[];
  isTls: boolean;
  hangUp(): void;
}

export interface ScriptedPeer {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly sessions: readonly PeerSession[];
}

export interface PeerOptions {
  readonly greeting?: string | undefined;
  readonly answer: Answer;
  /** After the final dot. */
  readonly afterBody?: (session: PeerSession) => string | undefined;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly host?: string;
  readonly port?: number;
  readonly onUnixSocket?: boolean;
}

/** Starts one; it ends with the test. */
export async function startPeer(test: TestContext, options: PeerOptions): Promise<ScriptedPeer> {
  const sessions: PeerSession[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket.setNoDelay());
    socket.on('close', () => sockets.delete(socket));
    const session: PeerSession = { lines: [], bodies: [], isTls: false, hangUp: () => socket.destroy() };
    sessions.push(session);
    serve(socket, session, options);
  });
  const folder = options.onUnixSocket ? await mkdtemp(join(tmpdir(), 'peer-')) : '';
  const path = folder && join(folder, 'socket');
  if (path) server.listen(path);
  else server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  test.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    if (folder) await rm(folder, { recursive: true });
  });
  const { address, port } = path ? { address: '', port: 0 } : (server.address() as AddressInfo);
  return { host: address, port, path, sessions };
}

function serve(raw: Socket, session: PeerSession, options: PeerOptions): void {
  let socket: Socket = raw;
  let buffer = '';
  let body: string | undefined;
  const say = (text: string | undefined): void => {
    if (text === undefined) socket.destroy();
    else if (text !== '') socket.write(text.replace(/\r?\n?$/, '\r\n'));
  };
  const read = (chunk: Buffer): void => {
    buffer += chunk.toString('latin1');
    for (let end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
      const line = buffer.slice(0, end + 1);
      buffer = buffer.slice(end + 1);
      if (body !== undefined) {
        if (line !== '.\r\n') body += line;
        else {
          session.bodies.push(body);
          body = undefined;
          say(options.afterBody ? options.afterBody(session) : '250 2.0.0 kept');
        }
        continue;
      }
      const command = line.replace(/\r\n$/, '');
      session.lines.push(command);
      const answer = options.answer(command, session);
      if (command === 'DATA' && answer?.startsWith('354')) body = '';
      say(answer);
      if (command === 'STARTTLS' && answer?.startsWith('220') && options.tls) {
        socket.off('data', read);
        session.isTls = true;
        socket = new TLSSocket(socket, { isServer: true, ...options.tls });
        socket.on('data', read);
        socket.on('error', () => socket.destroy());
        buffer = '';
      }
    }
  };
  socket.on('data', read);
  socket.on('error', () => socket.destroy());
  say('greeting' in options ? options.greeting : '220 peer.example ESMTP');
}

/** A server that takes everything: `EHLO` answers with these extensions. */
export function friendly(...extensions: readonly string[]): Answer {
  return line => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'LHLO') {
      const words = ['peer.example', ...extensions];
      return words.map((word, i) => `250${i === words.length - 1 ? ' ' : '-'}${word}`).join('\r\n');
    }
    if (verb === 'DATA') return '354 go on';
    if (verb === 'QUIT') return '221 2.0.0 bye';
    if (line === 'STARTTLS') return '220 2.0.0 go on';
    return '250 2.0.0 fine';
  };
}
