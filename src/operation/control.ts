// SPDX-License-Identifier: Apache-2.0
/**
 * Control — commands to a running server over a Unix-domain socket in its data folder: one JSON line asked, one answered.
 * Who may open the socket is who may read the folder (0700). A request is at most 64 kB, an answer at most 64 MB.
 */
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { describeFault, Fault, faults, type FaultCode } from '../core/faults.ts';

export interface ControlRequest {
  readonly verb: string;
  readonly [argument: string]: unknown;
}

export type ControlAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly code?: FaultCode };

/** Answers requests until closed. The socket file of a server that died is replaced: call it only while holding the data folder. */
export async function answerControl(
  path: string,
  answer: (request: ControlRequest) => Promise<unknown>,
): Promise<{ close(): Promise<void> }> {
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const server: Server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away needs no answer.
    socket.on('error', () => socket.destroy());
    readLine(socket, 65_536).then(
      async line => socket.end(`${JSON.stringify(await answerLine(line, answer))}\n`),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return {
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Asks a running server; undefined if none runs on that folder. Throws the server's Fault if it refuses. */
export async function askControl(
  path: string,
  request: ControlRequest,
): Promise<{ readonly value: unknown } | undefined> {
  const socket = await open(path);
  if (!socket) return undefined;
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    const answer: unknown = JSON.parse(await readLine(socket, 64 * 1_048_576));
    if (isAnswer(answer)) {
      if (answer.ok) return { value: answer.value };
      throw new Fault(answer.code ?? 'bad-input', { detail: answer.problem });
    }
    throw new Fault('peer-nonsense', { detail: 'the running server answered something else' });
  } finally {
    socket.destroy();
  }
}

async function answerLine(line: string, answer: (request: ControlRequest) => Promise<unknown>): Promise<ControlAnswer> {
  try {
    const request: unknown = JSON.parse(line);
    if (typeof request !== 'object' || request === null || !('verb' in request) || typeof request.verb !== 'string')
      return { ok: false, problem: 'a request needs a verb' };
    return { ok: true, value: (await answer({ ...request, verb: request.verb })) ?? null };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, problem: error.detail, code: error.code };
    return { ok: false, problem: describeFault(error) };
  }
}

function isAnswer(value: unknown): value is ControlAnswer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'ok' in value &&
    (value.ok === true ? 'value' in value : 'problem' in value) &&
    (!('code' in value) || (typeof value.code === 'string' && Object.hasOwn(faults, value.code)))
  );
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') resolve(undefined);
      else reject(error);
    });
  });
}

function readLine(socket: Socket, limitBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (chunk.includes(10)) resolve(Buffer.concat(chunks).toString('utf8').split('\n', 1)[0] ?? '');
      else if (sizeBytes > limitBytes) reject(new Fault('line-too-long'));
    });
    socket.once('end', () => reject(new Fault('peer-closed')));
    socket.once('error', reject);
  });
}
