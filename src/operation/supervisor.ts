// SPDX-License-Identifier: Apache-2.0
/**
 * Supervisor — a thin parent without mail in it: starts the processes, starts a dead one again, passes signals on, gathers answers.
 * From its fifth death within a minute on, a process is left dead for a while, each time twice as long, so that a broken one does not eat the machine.
 * A start that cannot come to anything (a process says so by its exit code) ends all of them and fails with `worker-lost`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { Fault } from '../core/faults.ts';

export interface SupervisorParts {
  /** The program and the arguments a child is started with, its slot aside. */
  readonly program: string;
  readonly arguments: readonly string[];
  readonly processes: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Everything a child needs of the environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Descriptors that children inherit, from 3 on (systemd). */
  readonly inheritedDescriptors: readonly number[];
}

interface Slot {
  child: ChildProcess | undefined;
  isReady: boolean;
  readonly deaths: number[];
}

/** What parent and child say to each other. */
export type ToChild = { readonly ask: number; readonly request: unknown } | { readonly drain: true };
export type ToParent =
  | { readonly ready: readonly string[] }
  | { readonly answer: number; readonly value?: unknown; readonly problem?: string };

const answerWithinMs = 10_000;
/** Within a minute. */
const deathsForFree = 5;
const firstRestMs = 500;
const longestRestMs = 60_000;
/** EX_TEMPFAIL: what kept it from starting may pass, as when a process of a former supervisor still has its queue. */
const tryLater = 75;
const notRunning = 'the process is not running';

export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #slots: Slot[];
  readonly #waiting = new Map<
    number,
    { readonly child: ChildProcess; readonly settle: (answer: { value?: unknown; problem?: string }) => void }
  >();
  #asked = 0;
  #isStopping = false;
  #onAllReady: ((addresses: readonly string[]) => void) | undefined;
  #onFutile: ((fault: Fault) => void) | undefined;
  #addresses: readonly string[] = [];

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#slots = Array.from({ length: parts.processes }, () => ({ child: undefined, isReady: false, deaths: [] }));
  }

  /** Starts all; resolves with what listens where when all are ready. */
  async start(): Promise<readonly string[]> {
    try {
      return await new Promise((resolve, reject) => {
        this.#onAllReady = resolve;
        this.#onFutile = reject;
        this.#slots.forEach((_, i) => this.#startOne(i));
      });
    } catch (error) {
      await this.stop(1_000);
      throw error;
    } finally {
      this.#onFutile = undefined;
    }
  }

  get isReady(): boolean {
    return this.#slots.every(slot => slot.isReady);
  }

  /** Asks every process; a process that is dead or slow is a problem of its own. */
  async askAll(
    request: unknown,
  ): Promise<readonly { readonly slot: number; readonly value?: unknown; readonly problem?: string }[]> {
    return Promise.all(this.#slots.map(async (_, slot) => ({ slot, ...(await this.#ask(slot, request)) })));
  }

  /** Asks the first process that answers; throws its problem if none does. */
  async askOne(request: unknown): Promise<unknown> {
    let last = 'no process is running';
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const { value, problem } = await this.#ask(slot, request);
      if (problem === undefined) return value;
      last = problem;
      // Only a process that is not there leaves the question to the next: what was begun must not be begun twice.
      if (problem !== notRunning) break;
    }
    throw new Fault('bad-input', { detail: last });
  }

  signal(name: 'SIGHUP'): void {
    for (const { child } of this.#slots) child?.kill(name);
  }

  /** Lets every process drain; resolves when all have ended, and ends by force what has not after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    const running = this.#slots.flatMap(({ child }) =>
      child && child.exitCode === null && child.signalCode === null ? [child] : [],
    );
    const ended = Promise.all(running.map(child => new Promise<void>(resolve => child.once('exit', () => resolve()))));
    for (const child of running) child.kill('SIGTERM');
    const timer = this.#parts.clock.after(withinMs, () => running.forEach(child => child.kill('SIGKILL')));
    await ended;
    timer.cancel();
  }

  #startOne(i: number): void {
    const slot = this.#slots[i];
    if (!slot || this.#isStopping) return;
    const { program, arguments: args, environment, inheritedDescriptors, log } = this.#parts;
    const child = fork(program, [...args, '--slot', String(i)], {
      env: { ...environment },
      stdio: ['ignore', 'inherit', 'inherit', ...inheritedDescriptors, 'ipc'],
      serialization: 'advanced',
    });
    slot.child = child;
    child.on('message', (message: ToParent) => this.#hear(i, child, message));
    child.on('error', error => log.error('process not started', { slot: i, reason: error.message }));
    child.on('exit', (code, signal) => this.#ended(i, child, code, signal));
  }

  #hear(i: number, child: ChildProcess, message: ToParent): void {
    if ('ready' in message) {
      const slot = this.#slots[i];
      if (slot) slot.isReady = true;
      if (message.ready.length > 0) this.#addresses = message.ready;
      if (this.isReady) this.#onAllReady?.(this.#addresses);
      return;
    }
    const waiting = this.#waiting.get(message.answer);
    if (waiting?.child === child) waiting.settle(message);
  }

  #ended(i: number, child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    const { clock, log } = this.#parts;
    for (const waiting of this.#waiting.values())
      if (waiting.child === child) waiting.settle({ problem: 'the process ended' });
    const slot = this.#slots[i];
    if (!slot || slot.child !== child) return;
    slot.child = undefined;
    slot.isReady = false;
    if (this.#isStopping) return;
    // It has said why itself.
    if (this.#onFutile && code !== null && code !== 0 && code !== tryLater)
      return this.#onFutile(new Fault('worker-lost', { detail: `process ${i} cannot start (exit code ${code})` }));
    const now = clock.monotonic();
    slot.deaths.push(now);
    const recent = slot.deaths.filter(at => now - at < 60_000).length;
    const waitMs = recent < deathsForFree ? 0 : Math.min(longestRestMs, firstRestMs * 2 ** (recent - deathsForFree));
    log.error('process ended and is started again', { slot: i, code, signal, waitMs });
    if (waitMs === 0) this.#startOne(i);
    else clock.after(waitMs, () => this.#startOne(i));
  }

  #ask(slot: number, request: unknown): Promise<{ value?: unknown; problem?: string }> {
    const child = this.#slots[slot]?.child;
    if (!child?.connected) return Promise.resolve({ problem: notRunning });
    const number = ++this.#asked;
    return new Promise(resolve => {
      const settle = (answer: { value?: unknown; problem?: string }): void => {
        timer.cancel();
        this.#waiting.delete(number);
        resolve(answer);
      };
      const timer = this.#parts.clock.after(answerWithinMs, () => settle({ problem: new Fault('peer-slow').message }));
      this.#waiting.set(number, { child, settle });
      child.send({ ask: number, request } satisfies ToChild, error => error && settle({ problem: error.message }));
    });
  }
}
