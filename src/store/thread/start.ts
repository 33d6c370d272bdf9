// SPDX-License-Identifier: Apache-2.0
/**
 * Start — starts the storage thread of this process, and starts it again when it has died, at most 5 times a minute.
 * What was under way when it died rejects with `worker-lost`: it may have been committed or not.
 */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/clock.ts';
import { Fault, describeFault } from '../../core/faults.ts';
import type { Call, Outcome } from './calls.ts';
import { Writer, type Carrier } from './writer.ts';

const restartsPerMinute = 5;

/** The writer of this process; `onLost` hears why a thread died. */
export function startWriter(clock: Clock, onLost: (fault: Fault) => void = () => {}): Writer {
  return new Writer(new ThreadCarrier(clock, onLost), clock);
}

export class ThreadCarrier implements Carrier {
  readonly #clock: Clock;
  readonly #onLost: (fault: Fault) => void;
  #starts: number[] = [];
  #worker: Worker | undefined;
  #workers = 0;
  #answer: { resolve(outcomes: readonly Outcome[]): void; reject(error: unknown): void } | undefined;

  constructor(clock: Clock, onLost: (fault: Fault) => void) {
    this.#clock = clock;
    this.#onLost = onLost;
  }

  ready(): number {
    this.#worker ??= this.#start();
    return this.#workers;
  }

  send(calls: readonly Call[]): Promise<readonly Outcome[]> {
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#start();
      this.#answer = { resolve, reject };
      this.#worker.postMessage(calls);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
    // It closes its files, so that the last process to leave folds the write-ahead logs in, and ends.
    worker.postMessage('close');
    await ended;
  }

  #start(): Worker {
    const now = this.#clock.monotonic();
    this.#starts = this.#starts.filter(at => at > now - 60_000);
    if (this.#starts.length > restartsPerMinute) {
      throw new Fault('worker-lost', { detail: `the storage thread died ${restartsPerMinute} times within a minute` });
    }
    this.#starts.push(now);
    this.#workers += 1;
    // The compiler does not rewrite the name of a file in a URL: the thread has the extension this file has.
    const extension = import.meta.filename.endsWith('.ts') ? '.ts' : '.js';
    const file = new URL(`./thread${extension}`, import.meta.url);
    const worker = new Worker(beginningWith(file), { name: 'sekisho storage', eval: true });
    let cause: unknown;
    worker.on('message', (outcomes: readonly Outcome[]) => this.#answer?.resolve(outcomes));
    worker.on('error', error => (cause = error));
    worker.on('exit', code => this.#lost(worker, cause ?? `exit ${code}`));
    return worker;
  }

  #lost(worker: Worker, cause: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const fault = new Fault('worker-lost', { cause, detail: `the storage thread ended: ${describeFault(cause)}` });
    this.#answer?.reject(fault);
    this.#onLost(fault);
  }
}

/**
 * The first lines of a thread. Each thread must turn the compile cache on for itself: without it, one that runs from source loads
 * all that strips types, which was 25 MB and a quarter of the CPU of a start. A program that embeds us and has no cache gets none.
 */
function beginningWith(file: URL): string {
  // The folder in it is for this version of Node; what is wanted is the one above.
  const cache = getCompileCacheDir();
  const first =
    cache === undefined ? '' : `require('node:module').enableCompileCache(${JSON.stringify(dirname(cache))});`;
  return `${first} import(${JSON.stringify(file.href)});`;
}
