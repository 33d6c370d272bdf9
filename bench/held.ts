// SPDX-License-Identifier: Apache-2.0
/**
 * Held — memory of the greet room for each connection that waits in it, 50,000 held by three processes, beside Postfix's postscreen in the same run: growth of
 * the resident memory of the process, divided by the connections. What the kernel needs for a socket (some 5 kB) is the same for all and is left out.
 * As bare handles, and as paused sockets, which is the way where this Node does not give handles away. The borders are 1.2 and 3.6 kB.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostfix, whyNoPostfix } from '../test/real/postfix.ts';
import { memoryMb } from './measure.ts';

interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly held: number;
}

const processes = 3;
/** Of one process; with a caller's own it stays below the 20,000 descriptors that a process may have on many machines. */
const each = 16_700;
/** The code has run by then: what counts is how memory grows with each further one. */
const warmUp = 4_000;
const settleMs = 1_500;
/** V8 gives what is young tens of MB, however many are held; here 3, or that would be divided by the connections too. */
const execArgv = ['--expose-gc', '--max-semi-space-size=1'];

console.log(`${'held connections'.padEnd(44)}held      bytes each, resident   in the heap`);
for (const kind of ['handles', 'sockets'] as const)
  report(`sekisho, ${kind}, ${processes} processes`, await ours(kind));
const reason = whyNoPostfix();
if (reason) console.log(`postscreen: left out, since ${reason}`);
else report('postscreen, 1 process', [await postscreen()]);

interface Growth {
  readonly held: number;
  readonly resident: number;
  readonly heap?: number;
}

function report(name: string, growths: readonly Growth[]): void {
  const sum = (of: (growth: Growth) => number): number => growths.reduce((total, growth) => total + of(growth), 0);
  const held = sum(growth => growth.held);
  const heap = growths.some(growth => growth.heap !== undefined) ? (sum(({ heap = 0 }) => heap) / held).toFixed(0) : '';
  console.log(
    `${name.padEnd(40)}${`${held}`.padStart(8)}${(sum(({ resident }) => resident) / held).toFixed(0).padStart(22)}${heap.padStart(14)}`,
  );
}

/** All are held at the same time. */
async function ours(kind: 'handles' | 'sockets'): Promise<readonly Growth[]> {
  const started: ChildProcess[] = [];
  const start = (file: string, ...args: string[]): ChildProcess => {
    const child = fork(join(import.meta.dirname, file), args, {
      execArgv,
      env: { ...process.env, MALLOC_ARENA_MAX: '1' },
    });
    started.push(child);
    return child;
  };
  try {
    const pairs = await Promise.all(
      Array.from({ length: processes }, async () => {
        const server = start('held-server.ts', kind);
        const { port } = await answer<{ readonly port: number }>(server);
        return { server, caller: start('held-caller.ts', `${port}`) };
      }),
    );
    return await Promise.all(
      pairs.map(async ({ server, caller }) => {
        await ask(caller, warmUp);
        const before = await settled(server);
        await ask(caller, each);
        const after = await settled(server);
        return {
          held: after.held - before.held,
          resident: after.rss - before.rss,
          heap: after.heapUsed - before.heapUsed,
        };
      }),
    );
  } finally {
    for (const child of started) child.kill();
  }
}

async function settled(server: ChildProcess): Promise<Memory> {
  await pause(settleMs);
  return ask<Memory>(server, 'memory');
}

async function postscreen(): Promise<Growth> {
  const postfix = await startPostfix({
    postscreen: true,
    mainCf: [
      'default_process_limit = 100000',
      'postscreen_greet_wait = 600s',
      'postscreen_greet_ttl = 1s',
      'postscreen_client_connection_count_limit = 0',
      'postscreen_access_list =',
      'postscreen_cache_map =',
    ],
  });
  const caller = fork(join(import.meta.dirname, 'held-caller.ts'), [`${postfix.port}`]);
  try {
    await ask(caller, warmUp);
    await pause(settleMs);
    const pid = childNamed('postscreen', postfix.pid);
    const before = memoryMb(pid).now;
    const held = await ask<number>(caller, each);
    await pause(settleMs);
    return { held: held - warmUp, resident: (memoryMb(pid).now - before) * 1e6 };
  } finally {
    caller.kill();
    await postfix.stop();
  }
}

function childNamed(name: string, parent: number): number {
  const pid = readdirSync('/proc').find(entry => {
    if (!/^\d+$/.test(entry)) return false;
    const fields = readFileSync(`/proc/${entry}/stat`, { encoding: 'latin1', flag: 'r' });
    return fields.includes(`(${name})`) && fields.split(') ')[1]?.split(' ')[1] === `${parent}`;
  });
  if (pid === undefined) throw new Error(`${name} does not run`);
  return Number(pid);
}

async function ask<T>(child: ChildProcess, question: unknown): Promise<T> {
  const answered = answer<T>(child);
  child.send(question as never);
  return answered;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message as T;
}
