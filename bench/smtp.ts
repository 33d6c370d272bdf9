// SPDX-License-Identifier: Apache-2.0
/**
 * SMTP receive — CPU of one process per message, beside Postfix's smtp-sink (C, discards) and the npm package smtp-server in the same run; the load is
 * Postfix's smtp-source on loopback. All take everything and keep nothing. Servers take turns; the table has medians.
 * Ratios to smtp-sink to hold at one message a connection: the protocol alone 1.7 (and half of smtp-server), with all connection checks 3.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts, untilListening } from '../test/real/peer-process.ts';
import { client } from './mail.ts';
import { cpuMs, median } from './measure.ts';

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
const rounds = 5;
/** The first ones warm up, and count for nothing. */
const warmUpRounds = 2;
/** Servers by name. With checks of who connects there is the first load alone: many messages of one client would be put off. */
const ours = {
  'the protocol alone': 'smtp-bare.ts',
  'connection checks': 'smtp-connection.ts',
  'npm smtp-server': 'smtp-peer.ts',
};
const onlyFirst: readonly string[] = ['connection checks'];

if (existsSync(source) && existsSync(sink)) await run();
else console.log('smtp: left out, since smtp-source and smtp-sink are not here (Debian package postfix)');

async function run(): Promise<void> {
  const servers = new Map([['smtp-sink', await startSink()]]);
  try {
    for (const [name, file] of Object.entries(ours)) servers.set(name, await startOurs(file));
    const names = [...servers.keys()];
    console.log(`CPU ms a message, × smtp-sink${''.padEnd(5)}${names.map(name => name.padStart(22)).join('')}`);
    for (const load of loads) {
      const costs = new Map(names.map(name => [name, [] as number[]]));
      for (let round = 0; round < warmUpRounds + rounds; round++) {
        for (const [name, server] of servers) {
          if (load !== loads[0] && onlyFirst.includes(name)) continue;
          const cost = await measure(server, load);
          if (round >= warmUpRounds) costs.get(name)?.push(cost);
        }
      }
      const least = median(costs.get('smtp-sink') ?? []);
      const cells = [...costs.values()].map(all =>
        all.length === 0 ? '' : `${median(all).toFixed(3)} ${(median(all) / least).toFixed(2).padStart(6)} ×`,
      );
      console.log(`${load.name.padEnd(34)}${cells.map(cell => cell.padStart(22)).join('')}`);
    }
  } finally {
    for (const { process } of servers.values()) process.kill();
  }
}

async function measure({ process, port }: Running, load: Load): Promise<number> {
  const before = cpuMs(process.pid ?? 0);
  const args = [
    ...(load.isReused ? ['-d'] : []),
    '-s10',
    `-l${load.bytes}`,
    `-m${load.messages}`,
    `-M${client.name}`,
    `-f${client.sender}`,
    '-tb@example.jp',
    `127.0.0.1:${port}`,
  ];
  const sender = spawn(source, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(sender, 'exit');
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
  return (cpuMs(process.pid ?? 0) - before) / load.messages;
}

async function startSink(): Promise<Running> {
  const [port = 0] = await freePorts(1);
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(sink, [...user, `127.0.0.1:${port}`, '1000'], { stdio: 'ignore' });
  await untilListening({ host: '127.0.0.1', port }, child);
  return { process: child, port };
}

/** Prints its port first. */
async function startOurs(file: string): Promise<Running> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) {
    child.stdout.resume();
    return { process: child, port: Number(line) };
  }
  throw new Error(`${file} ended before it listened`);
}
