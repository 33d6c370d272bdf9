// SPDX-License-Identifier: Apache-2.0
/**
 * Supervisor — a thin parent without mail in it: starts the processes, starts a dead one again, passes signals on, gathers answers.
 * From its fifth death within a minute on, a process is left dead for a while, each time twice as long, so that a broken one does not eat the machine.
 * A start that cannot come to anything (a process says so by its exit code) ends all of them and fails with `worker-lost`.
 *
 * All follow one **order**: what a process is told first, before it does anything (the configuration, as text), so that one that is
 * started again follows what the others follow, whatever has become of the file. A new order is followed by all or by none:
 * 1. every process that is ready is asked to check it and to make everything ready that can fail. One that says no, dies or says nothing
 *    in time, and nothing comes of it: all are told to forget it.
 * 2. all said yes: from here on it *is* the order, also of whoever starts now; then all are told to follow it. One that dies is started
 *    again with it; one that cannot after all, or says nothing in time, is ended and started again with it, as is one that was only just
 *    starting with the old one. So nothing has to be taken back, and the crew is of one mind as soon as those are gone.
 * Told to stop in between, all simply stop. If the supervisor itself dies, its processes end too (they notice), and the next one reads the file.
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
  /** What all follow from the start. */
  readonly order: unknown;
}

interface Slot {
  child: ChildProcess | undefined;
  isReady: boolean;
  /** Which order it is known to follow. */
  follows: number;
  /** Ended by us, to be started again. */
  isReplaced: boolean;
  readonly deaths: number[];
}

/** What parent and child say to each other; `order` comes first. */
export type ToChild = { readonly order: unknown } | { readonly ask: number; readonly request: unknown };
export type ToParent =
  | { readonly ready: readonly string[] }
  | { readonly answer: number; readonly value?: unknown; readonly problem?: string };

/** The requests by which a new order is checked, then followed or forgotten; answered with a problem or without. */
export type OrderRequest =
  | { readonly verb: 'order.check'; readonly number: number; readonly order: unknown }
  | { readonly verb: 'order.follow' | 'order.forget'; readonly number: number };

/** An order that all are ready to follow. One of the two must be called, once. */
export interface Proposal {
  follow(): Promise<void>;
  drop(): Promise<void>;
}

interface Answer {
  readonly slot: number;
  readonly value?: unknown;
  readonly problem?: string;
}

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
  #order: { readonly number: number; readonly order: unknown };
  #proposed = 0;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#order = { number: 0, order: parts.order };
    this.#slots = Array.from({ length: parts.processes }, () => ({
      child: undefined,
      isReady: false,
      follows: 0,
      isReplaced: false,
      deaths: [],
    }));
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
  async askAll(request: unknown): Promise<readonly Answer[]> {
    return Promise.all(this.#slots.map(async (_, slot) => ({ slot, ...(await this.#ask(slot, request)) })));
  }

  /**
   * The first step to a new order; `endWithinMs` is what a process has to end that must be started again for it. One at a time.
   * Fails with `bad-configuration`, and the reasons of those who cannot follow it.
   */
  async propose(order: unknown, endWithinMs: number): Promise<Proposal> {
    const number = ++this.#proposed;
    const drop = async (): Promise<void> => void (await this.#askReady({ verb: 'order.forget', number }));
    const answers = await this.#askReady({ verb: 'order.check', number, order });
    const problems = answers.flatMap(({ slot, problem }) => (problem === undefined ? [] : { slot, problem }));
    if (problems.length === 0 && answers.length > 0)
      return { drop, follow: () => this.#follow({ number, order }, endWithinMs) };
    void drop();
    throw new Fault('bad-configuration', { detail: whyNot(problems, answers.length) });
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
    slot.isReplaced = false;
    const child = fork(program, [...args, '--slot', String(i)], {
      env: { ...environment },
      stdio: ['ignore', 'inherit', 'inherit', ...inheritedDescriptors, 'ipc'],
      serialization: 'advanced',
    });
    slot.child = child;
    child.on('message', (message: ToParent) => this.#hear(i, child, message));
    child.on('error', error => log.error('process not started', { slot: i, reason: error.message }));
    child.on('exit', (code, signal) => this.#ended(i, child, code, signal));
    slot.follows = this.#order.number;
    // One that is gone before it could be told is started again, as any that dies.
    child.send({ order: this.#order.order } satisfies ToChild, () => {});
  }

  /** The second step: what is not known to follow it now is started again with it. */
  async #follow(order: { readonly number: number; readonly order: unknown }, endWithinMs: number): Promise<void> {
    this.#order = order;
    const answers = await this.#askReady({ verb: 'order.follow', number: order.number });
    for (const [i, slot] of this.#slots.entries()) {
      if (!slot.child || slot.follows === order.number || this.#isStopping) continue;
      const reason = answers.find(answer => answer.slot === i)?.problem ?? 'it was starting';
      this.#parts.log.warn('process is started again, to follow what the others follow', { slot: i, reason });
      this.#replace(slot, slot.child, endWithinMs);
    }
  }

  #replace(slot: Slot, child: ChildProcess, endWithinMs: number): void {
    slot.isReplaced = true;
    slot.isReady = false;
    child.kill('SIGTERM');
    const timer = this.#parts.clock.after(endWithinMs, () => child.kill('SIGKILL'));
    child.once('exit', () => timer.cancel());
  }

  async #askReady(request: OrderRequest): Promise<readonly Answer[]> {
    const ready = this.#slots.flatMap((slot, i) => (slot.isReady ? [{ slot, i, child: slot.child }] : []));
    return Promise.all(
      ready.map(async ({ slot, i, child }) => {
        const answer = await this.#ask(i, request);
        const isFollowing = request.verb === 'order.follow' && answer.problem === undefined && slot.child === child;
        if (isFollowing) slot.follows = request.number;
        return { slot: i, ...answer };
      }),
    );
  }

  #hear(i: number, child: ChildProcess, message: ToParent): void {
    if ('ready' in message) {
      const slot = this.#slots[i];
      if (slot?.child !== child || slot.isReplaced) return;
      slot.isReady = true;
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
    if (slot.isReplaced) return this.#startOne(i);
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

/** Once if all say the same, else who says what. */
function whyNot(problems: readonly { readonly slot: number; readonly problem: string }[], asked: number): string {
  if (asked === 0) return 'no process is ready to check it';
  const [first] = problems;
  if (first && problems.length === asked && problems.every(({ problem }) => problem === first.problem))
    return first.problem;
  return problems.map(({ slot, problem }) => `process ${slot}: ${problem}`).join('; ');
}
