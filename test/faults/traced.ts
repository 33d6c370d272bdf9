// SPDX-License-Identifier: Apache-2.0
/**
 * Traced — runs any command line under strace: a system call of it made to fail from outside, or its calls written down, or both.
 * Nothing in the program can know of it. strace counts `when` for each thread by itself, so one injection may strike several times.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

export interface Injection {
  /** `fdatasync`, `pwritev`, `pwrite64`, `openat` … */
  readonly call: string;
  readonly error: string;
  /** strace's own words: `3` the third, `3+` from the third on. */
  readonly when: string;
}

export interface TracedRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly inject?: Injection;
  /** Only calls on these paths are counted, struck and written down; without it all are. */
  readonly paths?: readonly string[];
  /** Where the trace goes; it is read back as `trace`. */
  readonly traceFile: string;
  /** Which calls are written down beside the injected one. */
  readonly calls?: readonly string[];
  /** Called for each line of standard output; `child` is the program itself, not strace. */
  readonly onLine: (line: string, child: ChildProcess) => void;
  /** The program is killed after so long: a hang is a failure. */
  readonly limitMs?: number;
}

export interface TracedEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
  readonly trace: string;
  /** How often the injection struck. */
  readonly struck: number;
}

export function hasStrace(): boolean {
  return spawnSync('strace', ['--version']).status === 0;
}

/** Everything by which bytes come to a disk, and how descriptors come about. */
export const diskCalls: readonly string[] = (
  'openat write writev pwrite64 pwritev pwritev2 fsync fdatasync ' +
  'rename renameat renameat2 unlink unlinkat ftruncate sendto sendmsg'
).split(' ');

/** What strace shows of a write: the queue writes up to so much as one text, with many messages in it. */
const shownBytes = 262_144;

export async function runTraced(run: TracedRun): Promise<TracedEnd> {
  const { command, args, env = process.env, inject, paths = [], traceFile, calls = [], onLine, limitMs = 60_000 } = run;
  const named = [...new Set([...calls, ...(inject ? [inject.call] : [])])];
  // -D: the program is our own child, and strace its grandchild, so that signals and the exit code are the program's.
  const how = [
    '-D',
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-y',
    '-s',
    `${shownBytes}`,
    '-o',
    traceFile,
    '-e',
    `trace=${named.join(',')}`,
  ];
  for (const path of paths) how.push('-P', path);
  if (inject) how.push('-e', `inject=${inject.call}:error=${inject.error}:when=${inject.when}`);
  const child = spawn('strace', [...how, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
  let errors = '';
  let rest = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line, child);
  });
  // 'close' comes when strace has closed its copy of the pipes too: then the trace is whole.
  await once(child, 'close');
  clearTimeout(limit);
  const trace = existsSync(traceFile) ? readFileSync(traceFile, 'latin1') : '';
  const struck = trace.split('(INJECTED)').length - 1;
  return { code: child.exitCode, signal: child.signalCode, errors, trace, struck };
}
