// SPDX-License-Identifier: Apache-2.0
/**
 * Fleet — the server of the kill tests: several processes on one data folder and one port, that are killed, stopped and started again,
 * and the clients that write to it. Half of the mailboxes are Maildirs of its own, the others (if given) lie behind LMTP.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStores } from '../../src/app.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { askControl } from '../../src/operation/control.ts';
import type { Dovecot } from '../real/dovecot.ts';
import { freePorts } from '../real/peer-process.ts';
import { balance, readLedger, searchMaildirs, type Balance } from './ledger.ts';

export const root = join(import.meta.dirname, '../..');
const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
const here = 'example.jp';
const there = 'lmtp.example';

export interface FleetOptions {
  readonly processes: number;
  readonly dovecot?: Dovecot | undefined;
  readonly toml?: string;
  /** Where all is; in the system's folder for temporary things by default. */
  readonly folder?: string;
  /** Where the data folder is, if elsewhere. */
  readonly dataPath?: string;
}

export type Server = ChildProcess & { readonly pid: number };

export class Fleet {
  readonly folder: string;
  readonly dataPath: string;
  readonly configPath: string;
  readonly ledgerPath: string;
  readonly port: number;
  readonly #options: FleetOptions;
  readonly #logPath: string;
  /** Of every start that came so far: milliseconds until it was ready. */
  readonly startMs: number[] = [];
  server: Server | undefined;

  constructor(folder: string, ports: readonly number[], options: FleetOptions) {
    this.folder = folder;
    this.dataPath = options.dataPath ?? join(folder, 'data');
    this.configPath = join(folder, 'sekisho.toml');
    this.ledgerPath = join(folder, 'ledger');
    this.#logPath = join(folder, 'log');
    this.port = ports[0] ?? 0;
    this.#options = options;
    const zone = join(folder, 'zone');
    writeFileSync(
      zone,
      'example.com MX 10 mx.example.com\nmx.example.com A 127.0.0.1\nclient.example.com A 127.0.0.1\n',
    );
    writeFileSync(
      this.configPath,
      `[server]\nprocesses = ${options.processes}\nhostname = "mx.${here}"\n[listen]\nsmtp = ["127.0.0.1:${this.port}"]\nhttp = []\n` +
        `[dns]\nzone = "${zone}"\n[policy]\nquarantineAt = 1000\n[delivery]\nretryAfter = ["1s"]\n${options.toml ?? ''}`,
    );
    writeFileSync(this.ledgerPath, '');
  }

  get mailboxes(): readonly string[] {
    const domains = this.#options.dovecot ? [here, there] : [here];
    return domains.flatMap(domain => names.map(name => `${name}@${domain}`));
  }

  /** Writes the directory, as `sekisho domain add` and `user add` do. */
  async settle(): Promise<void> {
    const { dovecot } = this.#options;
    await this.withStores(async ({ directory }) => {
      const lmtp = dovecot && ({ kind: 'lmtp', host: dovecot.host, port: dovecot.lmtpPort } as const);
      await directory.putDomain({ name: here, transport: { kind: 'maildir' }, verifiesAtNextHop: false });
      if (lmtp) await directory.putDomain({ name: there, transport: lmtp, verifiesAtNextHop: false });
      for (const mailbox of this.mailboxes) {
        const [local = '', domain = ''] = mailbox.split('@');
        await directory.putMailbox({ address: { local, domain } });
      }
    });
  }

  async withStores(work: (stores: Awaited<ReturnType<typeof openStores>>) => Promise<void>): Promise<void> {
    const { makeDataFolder } = await import('../../src/app.ts');
    await makeDataFolder(this.dataPath);
    const stores = await openStores(this.dataPath, systemClock, silentLog);
    try {
      await work(stores);
    } finally {
      await stores.close();
    }
  }

  /** Starts the server without waiting until it is ready; `through` is a command line to start it by. */
  launch(through: readonly string[] = []): Server {
    const startedAt = performance.now();
    const output = openSync(this.#logPath, 'a');
    const [program = '', ...args] = [...through, ...this.command('serve')];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', output], cwd: this.folder });
    closeSync(output);
    if (child.pid === undefined) throw new Error(`${program} does not start`);
    const server: Server = Object.assign(child, { pid: child.pid });
    // Orphans may hold the pipe longer than the one who is waited for: all that matters is said until `ready`.
    child.stdout?.on('data', (chunk: Buffer) => {
      writeFileSync(this.#logPath, chunk, { flag: 'a' });
      if (chunk.includes('"text":"ready"')) this.startMs.push(Math.round(performance.now() - startedAt));
    });
    this.server = server;
    return server;
  }

  command(...args: readonly string[]): readonly string[] {
    return [process.execPath, join(root, 'bin/sekisho.js'), ...args, '-c', this.configPath, '--data', this.dataPath];
  }

  async start(through: readonly string[] = []): Promise<void> {
    const before = this.startMs.length;
    const server = this.launch(through);
    await until(() => this.startMs.length > before || hasEnded(server), 120_000, 'the server is not ready');
    if (hasEnded(server)) throw new Error(`the server ended:\n${this.log.slice(-3_000)}`);
  }

  /** SIGTERM; the exit code. */
  async stop(): Promise<number | null> {
    const { server } = this;
    if (!server || hasEnded(server)) return server?.exitCode ?? null;
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    return server.exitCode;
  }

  get log(): string {
    return existsSync(this.#logPath) ? readFileSync(this.#logPath, 'utf8') : '';
  }

  /** Resolves to false if the queue still has something at the end. */
  async untilDrained(limitMs: number): Promise<boolean> {
    return until(async () => (await this.queued()) === 0, limitMs).then(
      () => true,
      () => false,
    );
  }

  /** Messages in all queues, or undefined while no server answers. */
  async queued(): Promise<number | undefined> {
    try {
      const path = join(this.dataPath, 'control.sock');
      // A process that is being started again has a queue too: its silence is a trouble.
      const troubles = (await askControl(path, { verb: 'troubles' }))?.value;
      if (!Array.isArray(troubles) || troubles.length > 0) return undefined;
      const counts = (await askControl(path, { verb: 'queue.counts' }))?.value;
      return typeof counts === 'object' && counts !== null && 'messages' in counts
        ? Number(counts.messages)
        : undefined;
    } catch {
      // It is just being killed.
      return undefined;
    }
  }

  async weigh(): Promise<Balance> {
    const maildirs = new Map(
      this.mailboxes.map(address => {
        const [local = '', domain = ''] = address.split('@');
        const path = join(this.dataPath, 'mail', domain, local);
        return [address, domain === there ? (this.#options.dovecot?.maildirOf(address) ?? '') : path];
      }),
    );
    return balance(readLedger(this.ledgerPath), await searchMaildirs(maildirs), address =>
      address.endsWith(`@${there}`),
    );
  }

  remove(): void {
    this.server?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sekisho-fleet-'));
  const fleet = new Fleet(folder, await freePorts(1), options);
  await fleet.settle();
  return fleet;
}

/** Starts the clients; the returned function tells them to stop and waits until each has its last answer. */
export function startClients(
  fleet: Fleet,
  {
    seed = 1,
    clients = 50,
    pauseMs = 500,
  }: { readonly seed?: number; readonly clients?: number; readonly pauseMs?: number } = {},
): () => Promise<void> {
  const args = [fleet.port, fleet.ledgerPath, seed, clients, pauseMs, ...fleet.mailboxes].map(String);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'client.ts'), ...args], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(child, 'exit');
  return async () => {
    child.stdin.write('stop\n');
    await ended;
    if (child.exitCode !== 0) throw new Error(`the clients ended with ${child.exitCode ?? child.signalCode}`);
  };
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export async function until(
  isSo: () => boolean | Promise<boolean>,
  limitMs: number,
  otherwise = 'it did not come to pass',
): Promise<void> {
  for (const end = performance.now() + limitMs; !(await isSo()); await pause(50))
    if (performance.now() > end) throw new Error(`${otherwise} after ${limitMs} ms`);
}
