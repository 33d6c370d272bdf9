// SPDX-License-Identifier: Apache-2.0
/**
 * Memory — resident memory of `serve` when nothing happens, and how long it takes to listen, with a store of 100,000 learned messages and its snapshot:
 * from source, and compiled as it is published. The messages are sets of features made up for this, learned through the log.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { learnMadeUp } from './learned.ts';
import { cpuMs, median, memoryMb } from './measure.ts';

interface Result {
  readonly idleMb: number;
  readonly peakMb: number;
  readonly startMs: number;
  readonly startCpuMs: number;
}

const learned = 100_000;
const rounds = 5;
/** What a start leaves behind is collected by then. */
const idleMs = 4_000;
const root = join(import.meta.dirname, '..');

const folder = await mkdtemp(join(tmpdir(), 'sekisho-bench-memory-'));
try {
  await learnMadeUp(join(folder, 'data'), learned);
  const built = build(join(folder, 'package'));
  const ways = new Map([
    ['from source', join(root, 'bin/sekisho.js')],
    ['built', built],
  ]);
  const results = new Map([...ways.keys()].map(name => [name, [] as Result[]]));
  // The first start fills the compile cache, and counts for nothing.
  for (let round = 0; round <= rounds; round++)
    for (const [name, program] of ways) {
      const result = await start(program);
      if (round > 0) results.get(name)?.push(result);
    }
  console.log(`serve, ${learned} messages learned${''.padEnd(6)}idle MB   peak MB   listens after ms   of that CPU ms`);
  for (const [name, all] of results) {
    const of = (key: keyof Result): string => median(all.map(result => result[key])).toFixed(0);
    const cells = [
      of('idleMb').padStart(7),
      of('peakMb').padStart(10),
      of('startMs').padStart(19),
      of('startCpuMs').padStart(17),
    ];
    console.log(`${name.padEnd(36)}${cells.join('')}`);
  }
} finally {
  await rm(folder, { recursive: true });
}

/** Compiled as for the package, into a folder of its own; gives the program. */
function build(place: string): string {
  execFileSync(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(root, 'tsconfig.build.json'),
    '--outDir',
    join(place, 'dist'),
  ]);
  for (const name of ['bin', 'package.json']) cpSync(join(root, name), join(place, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  return join(place, 'bin/sekisho.js');
}

async function start(program: string): Promise<Result> {
  const config = join(folder, 'sekisho.toml');
  await writeFile(config, '[listen]\nsmtp = ["127.0.0.1:0"]\nhttp = ["127.0.0.1:0"]\n');
  const started = performance.now();
  const args = [program, 'serve', '-c', config, '--data', join(folder, 'data')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = child.pid ?? 0;
  for await (const line of createInterface(child.stdout)) if (/^\s*smtp\s.*:\d+$/.test(line)) break;
  const startMs = performance.now() - started;
  const startCpuMs = cpuMs(pid);
  child.stdout.resume();
  await pause(idleMs);
  const { now, peak } = memoryMb(pid);
  child.kill();
  await once(child, 'exit');
  return { idleMb: now, peakMb: peak, startMs, startCpuMs };
}
