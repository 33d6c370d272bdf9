// SPDX-License-Identifier: Apache-2.0
// What systemd gives and is told: listening sockets as descriptors, and a word when the server is ready. Real descriptors, a real socket.
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { root } from './serving.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-systemd-'));
after(() => rm(folder, { recursive: true }));
// An old Node, as far as the launcher can tell.
const oldNode = join(folder, 'old.mjs');
await writeFile(
  oldNode,
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } });",
);

interface Activated {
  readonly child: ChildProcess;
  readonly port: number;
  printed(): string;
}

/** Starts the program as systemd does, with a listening socket as descriptor 3; resolves when it is ready. */
async function activate(
  name: string,
  node: readonly string[],
  more: { processes?: number; environment?: object } = {},
) {
  const place = join(folder, `${name}.toml`);
  const toml = `[server]\nprocesses = ${more.processes ?? 1}\n[listen]\nsmtp = []\nhttp = []\n[dns]\nservers = ["127.0.0.1:9"]\n`;
  await writeFile(place, toml);
  const socket = createServer();
  await new Promise<void>(resolve => socket.listen(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  // The shell becomes the program: LISTEN_PID is its own number.
  const command = ['-c', 'LISTEN_PID=$$ exec "$@"', 'sh', process.execPath, ...node, join(root, 'bin/sekisho.js')];
  const child = spawn('/bin/sh', [...command, 'serve', '-c', place, '-d', join(folder, name)], {
    stdio: ['ignore', 'pipe', 'pipe', descriptorOf(socket)],
    env: { ...process.env, LISTEN_FDS: '1', LISTEN_FDNAMES: 'smtp', ...more.environment },
  });
  socket.close();
  after(() => stop(child));
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('sekisho explain')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', code => reject(new Error(`it ended with ${code}:\n${printed}`)));
  });
  return { child, port, printed: () => printed } satisfies Activated;
}

function descriptorOf(server: Server): number {
  return (server as unknown as { _handle: { fd: number } })._handle.fd;
}

function greetingOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', chunk => {
      socket.destroy();
      resolve(chunk.toString());
    });
    socket.once('error', reject);
  });
}

function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise(resolve => {
    child.once('exit', code => resolve(code));
    child.kill('SIGTERM');
  });
}

describe('socket activation', () => {
  it('serves on the socket it was given', async () => {
    const { child, port, printed } = await activate('one', []);
    assert.match(printed(), new RegExp(`smtp +127\\.0\\.0\\.1:${port}$`, 'm'));
    assert.match(await greetingOf(port), /^220 /);
    assert.equal(await stop(child), 0);
  });

  it('hands the socket on to every process of several', async () => {
    const { child, port } = await activate('two', [], { processes: 2 });
    for (let i = 0; i < 4; i++) assert.match(await greetingOf(port), /^220 /);
    assert.equal(await stop(child), 0);
  });

  it('hands the socket on to the newer Node that an old one starts', async () => {
    const { child, port } = await activate('old', ['--import', oldNode]);
    assert.match(await greetingOf(port), /^220 /);
    assert.equal(await stop(child), 0);
  });

  it('takes no descriptors that were meant for another process', async () => {
    const another = join(folder, 'another.mjs');
    await writeFile(another, "process.env.LISTEN_PID = '1';");
    const { child, printed } = await activate('other', ['--import', another]);
    assert.doesNotMatch(printed(), /^ +smtp /m);
    assert.equal(await stop(child), 0);
  });
});

describe('readiness', () => {
  const missing = ['systemd-notify', 'perl'].filter(name => !inPath(name));
  const skip = missing.length > 0 ? `${missing.join(' and ')} not installed` : false;

  it('is told to systemd over its socket, once the server can be spoken to', { skip }, async () => {
    const path = join(folder, 'notify.sock');
    const listener =
      'use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die; bind(S, sockaddr_un($ARGV[0])) or die; $| = 1; print qq(bound\\n); recv(S, $m, 4096, 0); print $m;';
    const perl = spawn('perl', ['-e', listener, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';
    const bound = new Promise<void>(resolve =>
      perl.stdout.on('data', chunk => ((heard += String(chunk)), heard.includes('bound') && resolve())),
    );
    const told = new Promise<void>(resolve => perl.once('close', () => resolve()));
    await bound;
    const { child, port } = await activate('ready', [], { environment: { NOTIFY_SOCKET: path } });
    await told;
    assert.match(heard, /^READY=1$/m);
    assert.match(await greetingOf(port), /^220 /);
    assert.equal(await stop(child), 0);
  });
});

function inPath(name: string): boolean {
  return spawnSync('/bin/sh', ['-c', `command -v ${name}`]).status === 0;
}
