// SPDX-License-Identifier: Apache-2.0
/**
 * SMTP receive — CPU of one process per message, beside Postfix's smtp-sink (C, discards) in the same run; the load is Postfix's
 * smtp-source on loopback. Servers take turns, the table has medians. Another command may be given in place of the bare server:
 * it must take mail for b@example.jp on 127.0.0.1 and print a line that ends with its port (`2525`, `smtp  127.0.0.1:2525`). The ratio to hold is 1.7 at one message a connection, nothing checked or kept.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface Load {
  readonly name: string;
  readonly bytes: number;
  readonly messages: number;
  readonly isReused: boolean;
}

interface Running {
  readonly process: ChildProcess;
  readonly port: number;
}

const loads: readonly Load[] = [
  { name: '4 kB, one message a connection', bytes: 4_096, messages: 3_000, isReused: false },
  { name: '4 kB, connection reused', bytes: 4_096, messages: 8_000, isReused: true },
  { name: '100 kB, connection reused', bytes: 100_000, messages: 1_500, isReused: true },
];
const source = '/usr/sbin/smtp-source';
const sink = '/usr/sbin/smtp-sink';
/** What /proc counts CPU time in (USER_HZ). */
const tickMs = 10;

/** Gives the ratio to smtp-sink by load; undefined where Postfix's tools are not installed. */
export async function benchSmtp(
  command: readonly string[] = [process.execPath, join(import.meta.dirname, 'smtp-bare.ts')],
  rounds = 5,
): Promise<ReadonlyMap<string, number> | undefined> {
  if (!existsSync(source) || !existsSync(sink)) {
    console.log('smtp: left out, since smtp-source and smtp-sink are not here (Debian package postfix)');
    return undefined;
  }
  const servers = new Map([
    ['smtp-sink', await startSink()],
    ['sekisho', await startOurs(command)],
  ]);
  const ratios = new Map<string, number>();
  try {
    console.log(
      `${'CPU ms a message'.padEnd(34)}${[...servers.keys()].map(name => name.padStart(11)).join('')}${'ratio'.padStart(9)}`,
    );
    for (const load of loads) {
      const costs = new Map([...servers.keys()].map(name => [name, [] as number[]]));
      // The first round warms up, and counts for nothing.
      for (let round = 0; round <= rounds; round++) {
        for (const [name, server] of servers) {
          const cost = await measure(server, load);
          if (round > 0) costs.get(name)?.push(cost);
        }
      }
      const medians = [...costs.values()].map(median);
      const ratio = (medians[1] ?? 0) / (medians[0] ?? 1);
      ratios.set(load.name, ratio);
      console.log(
        `${load.name.padEnd(34)}${medians.map(cost => cost.toFixed(3).padStart(11)).join('')}${ratio.toFixed(2).padStart(7)} ×`,
      );
    }
  } finally {
    for (const { process } of servers.values()) process.kill();
  }
  return ratios;
}

async function measure({ process, port }: Running, load: Load): Promise<number> {
  const before = cpuMs(process.pid ?? 0);
  const reuse = load.isReused ? ['-d'] : [];
  const sender = spawn(
    source,
    [
      ...reuse,
      '-s',
      '10',
      '-l',
      `${load.bytes}`,
      '-m',
      `${load.messages}`,
      '-f',
      'a@client.example',
      '-t',
      'b@example.jp',
      `127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [code] = await once(sender, 'exit');
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
  return (cpuMs(process.pid ?? 0) - before) / load.messages;
}

async function startSink(): Promise<Running> {
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(sink, [...user, `127.0.0.1:${port}`, '1000'], { stdio: 'ignore' });
  await new Promise(done => setTimeout(done, 300));
  return { process: child, port };
}

async function startOurs([program = '', ...args]: readonly string[]): Promise<Running> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) {
    const port = /^(?:smtp\s.*:)?(\d+)\s*$/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stdout.resume();
    return { process: child, port: Number(port) };
  }
  throw new Error(`${program} ended before it listened`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** User and system time of a process and its threads, from /proc. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

if (import.meta.main) await benchSmtp(process.argv.length > 2 ? process.argv.slice(2) : undefined);
