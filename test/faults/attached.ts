// SPDX-License-Identifier: Apache-2.0
/** Attached — strace on a program that runs already, so that the calls of its work are struck and not those of its start. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { Injection } from './traced.ts';

export interface Attached {
  /** Resolves when the program has ended, or was let go: how often the injection struck. */
  readonly ended: Promise<number>;
  letGo(): void;
}

/**
 * Resolves when all threads of the program are watched. strace counts the calls of each thread by itself.
 * `background`: another injection, for the circumstances; it is not counted.
 */
export async function attach(
  pid: number,
  inject: Injection,
  traceFile: string,
  background: readonly Injection[] = [],
): Promise<Attached> {
  const all = [inject, ...background];
  const args = ['-f', '-p', `${pid}`, '-o', traceFile, '-e', `trace=${all.map(({ call }) => call).join(',')}`];
  for (const { call, error, when } of all) args.push('-e', `inject=${call}:error=${error}:when=${when}`);
  const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(strace, 'close');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('attached')) resolve();
    });
    strace.once('exit', () => reject(new Error(`strace cannot attach: ${said}`)));
  });
  const ended = closed.then(() => {
    const trace = existsSync(traceFile) ? readFileSync(traceFile, 'latin1') : '';
    return trace.split('\n').filter(line => line.includes(` ${inject.call}`) && line.includes('(INJECTED)')).length;
  });
  return { ended, letGo: () => void strace.kill('SIGINT') };
}
