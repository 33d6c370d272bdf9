// SPDX-License-Identifier: Apache-2.0
/** Serving — starts the real server as a person does, in a folder of its own on free loopback ports, and stops it by process id. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Serving {
  readonly port: number;
  readonly httpPort: number;
  readonly folder: string;
  readonly dataPath: string;
  readonly configPath: string;
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Resolves to the exit code when it has ended by itself. */
  ended(): Promise<number | null>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** Runs a command on the same configuration and data folder. */
  run(...args: string[]): Promise<Ran>;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServingOptions {
  readonly toml?: string;
  /** The program and its first arguments; the source tree's by default. */
  readonly program?: readonly string[];
  readonly folder?: string;
}

export async function startServing({
  toml = '',
  program = [process.execPath, join(root, 'bin/sekisho.js')],
  folder,
}: ServingOptions = {}): Promise<Serving> {
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'sekisho-serving-')));
  const configPath = join(place, 'sekisho.toml');
  const dataPath = join(place, 'data');
  // Port 0 would be another one in each of several processes.
  const smtpPort = /^processes/m.test(toml) ? await freePort() : 0;
  if (folder === undefined || toml !== '')
    await writeFile(configPath, `[listen]\nsmtp = ["127.0.0.1:${smtpPort}"]\nhttp = ["127.0.0.1:0"]\n${toml}`);
  const [command = '', ...first] = program;
  const common = ['-c', configPath, '-d', dataPath];
  const child = spawn(command, [...first, 'serve', ...common], { stdio: ['ignore', 'pipe', 'pipe'], cwd: place });
  let printed = '';
  const ports = await new Promise<readonly number[]>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      printed += chunk.toString();
      const listening = /^ +smtp +\S*:(\d+)$/m.exec(printed);
      const http = /^ +http +\S*:(\d+)$/m.exec(printed);
      if (listening && http && /sekisho explain/.test(printed)) resolve([Number(listening[1]), Number(http[1])]);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', code => reject(new Error(`the server ended with ${code}:\n${printed}`)));
  });
  const [port = 0, httpPort = 0] = ports;
  return {
    port,
    httpPort,
    folder: place,
    dataPath,
    configPath,
    pid: child.pid ?? 0,
    output: () => printed,
    ended: () => ended(child),
    stop: () => stop(child),
    run: (...args) => run([...program, ...args, ...common]),
  };
}

/** A port that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export function run([command = '', ...args]: readonly string[], input?: string, cwd?: string): Promise<Ran> {
  return new Promise(resolve => {
    const child = spawn(command, args, { stdio: 'pipe', ...(cwd ? { cwd } : {}) });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => (stdout += String(chunk)));
    child.stderr.on('data', chunk => (stderr += String(chunk)));
    child.on('close', code => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

export async function cleanUp(serving: Serving): Promise<void> {
  await serving.stop();
  await rm(serving.folder, { recursive: true, force: true });
}

function stop(child: ChildProcess): Promise<number | null> {
  const code = ended(child);
  child.kill('SIGTERM');
  return code;
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise(resolve => child.once('exit', code => resolve(code)));
}
