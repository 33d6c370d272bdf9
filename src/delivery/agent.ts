// SPDX-License-Identifier: Apache-2.0
/**
 * Delivery agent — takes what is due from the queue and brings it where the directory says at that moment: bounded in all and for each destination,
 * leaving a dead destination alone, and stopping without leaving anything half done. What it cannot deliver stays in the queue.
 */
import type { Timer } from '../core/clock.ts';
import { describeFault } from '../core/faults.ts';
import { Bag, type Placed } from '../net/bag.ts';
import type { Due } from '../store/queue/contract.ts';
import { Bounces } from './bounces.ts';
import { Destinations } from './destinations.ts';
import { jobsOf, type Job } from './job.ts';
import { Maildir } from './maildir/maildir.ts';
import type { DeliveryOptions } from './options.ts';
import { troubleOf, type Outcome } from './outcome.ts';
import type { DeliveryServices } from './ports.ts';
import { longestWait } from './schedule.ts';
import { Settlement } from './settlement.ts';
import { Transports } from './transports/transports.ts';

/** Jobs held at a time, running and waiting: enough to keep every destination busy, few enough to hold in memory. */
const mostJobs = 4_000;
/** One destination may not fill the room of all others; what is too much for its line comes again after this wait. Our own disk may: it is never slow for long. */
const mostWaitingForOne = 3_000;
const crowdedMs = 10_000;
/** After trouble with the queue itself. */
const queueTroubleMs = 5_000;
/** A timer for what is due far away is set anew now and then, so that a wall clock that was moved is noticed. */
const longestSleepMs = 60_000;

interface Tracked extends Placed {
  readonly work: Promise<void>;
}

export class DeliveryAgent {
  readonly #services: DeliveryServices;
  readonly #options: DeliveryOptions;
  readonly #destinations: Destinations<Job>;
  readonly #bounces: Bounces;
  readonly #transports: Transports;
  readonly #stop = new AbortController();
  readonly #running = new Bag<Tracked>();
  /** Ids of messages that an operator wants tried now, and their jobs: these ask also where a destination is left alone. */
  readonly #urgedIds = new Set<string>();
  readonly #urgedJobs = new WeakSet<Job>();
  #isStopping = false;
  #isTaking = false;
  #wantsMore = false;
  #timer: Timer | undefined;

  constructor(services: DeliveryServices, options: DeliveryOptions) {
    this.#services = services;
    this.#options = options;
    const { concurrency, concurrencyPerDestination } = options;
    // Our own disk is shared by all mailboxes and looks after itself.
    const limitOf = (destination: string): number =>
      destination === 'maildir' ? concurrency : concurrencyPerDestination;
    this.#destinations = new Destinations(services.clock, { concurrency, limitOf });
    this.#bounces = new Bounces(services, options);
    const maildir = new Maildir(services.mailFolder, services.hostName);
    this.#transports = new Transports({ ...services, maildir }, options, services.clock.now());
  }

  /** Begins; resolves when the queue was looked through for waits that a wrong clock wrote. */
  async start(): Promise<void> {
    this.#services.queue.onDue(() => void this.#pump());
    await this.#bringForward();
    void this.#pump();
  }

  /** Jobs under way. */
  get running(): number {
    return this.#destinations.running;
  }

  /** Tries a message now, whatever is known of its destinations; false if there is no such message. What waits for its turn, waits for that alone. */
  async urge(id: string): Promise<boolean> {
    const { queue, clock } = this.#services;
    this.#urgedIds.add(id);
    const isThere = await queue.hasten(id, clock.now());
    if (!isThere) this.#urgedIds.delete(id);
    return isThere;
  }

  /** Takes nothing more; what is under way gets `graceMs`, then it is given up and stays in the queue. Resolves when nothing runs. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#timer?.cancel();
    for (const job of this.#destinations.takeWaiting()) this.#giveBack(job);
    const grace = this.#services.clock.after(graceMs, () => this.#stop.abort());
    while (this.#running.size > 0) await Promise.all(this.#running.all().map(({ work }) => work));
    grace.cancel();
  }

  /** Nobody waits longer than the schedule's longest wait, whatever the clock said when the wait was written. */
  async #bringForward(): Promise<void> {
    const { queue, clock, log } = this.#services;
    const farthest = clock.now() + longestWait(this.#options);
    try {
      for (let after: string | undefined; ;) {
        const page = await queue.list({ limit: 500, ...(after === undefined ? {} : { after }) });
        for (const { id, progress } of page) {
          if (progress.some(({ state, nextAt }) => state === 'waiting' && nextAt > farthest))
            await queue.hasten(id, clock.now());
        }
        after = page.at(-1)?.id;
        if (page.length < 500 || after === undefined) return;
      }
    } catch (error) {
      log.warn('the queue could not be looked through', { error: describeFault(error) });
    }
  }

  /** Takes what is due and starts what may run; once at a time. */
  async #pump(): Promise<void> {
    this.#wantsMore = true;
    if (this.#isTaking) return;
    this.#isTaking = true;
    this.#timer?.cancel();
    let sleepMs = longestSleepMs;
    try {
      while (this.#wantsMore && !this.#isStopping) {
        this.#wantsMore = false;
        await this.#take();
        this.#startWaiting();
      }
      sleepMs = this.#untilNextDue();
    } catch (error) {
      this.#services.log.error('the queue gives nothing', { error: describeFault(error) });
      sleepMs = queueTroubleMs;
    } finally {
      this.#isTaking = false;
    }
    if (!this.#isStopping) this.#timer = this.#services.clock.after(sleepMs, () => void this.#pump());
  }

  async #take(): Promise<void> {
    const { queue, clock } = this.#services;
    const room = mostJobs - this.#destinations.size;
    if (room <= 0) return;
    const due = await queue.take(clock.now(), Math.min(room, 200));
    for (const one of due) this.#plan(one);
    if (due.length > 0) this.#wantsMore = true;
  }

  #plan(due: Due): void {
    const { directory } = this.#services;
    const isUrged = this.#urgedIds.delete(due.message.id);
    for (const job of jobsOf(due, directory, this.#options)) {
      if (isUrged) this.#urgedJobs.add(job);
      const restMs = this.#restOf(job);
      const isCrowded =
        job.route.kind !== 'maildir' && this.#destinations.waitingFor(job.destination) >= mostWaitingForOne;
      if (this.#isStopping) this.#giveBack(job);
      else if (restMs > 0) this.#track(this.#rest(job, restMs));
      else if (isCrowded) this.#track(this.#postpone(job));
      else this.#destinations.add(job);
    }
  }

  #startWaiting(): void {
    for (let job = this.#destinations.start(); job; job = this.#destinations.start()) {
      this.#track(this.#run(job).then(() => void this.#pump()));
    }
  }

  /** Stopping waits for it. */
  #track(work: Promise<void>): void {
    const tracked: Tracked = { work, place: -1 };
    this.#running.add(tracked);
    void work.finally(() => this.#running.delete(tracked));
  }

  /** Never rejects. */
  async #run(job: Job): Promise<void> {
    const { clock, log } = this.#services;
    const settlement = new Settlement(job, this.#bounces, this.#services, this.#options);
    const tooLong = new AbortController();
    const timer = clock.after(this.#options.longestTry, () => tooLong.abort());
    try {
      // It may have died while this job waited.
      const restMs = this.#restOf(job);
      if (restMs > 0) return await this.#rest(job, restMs);
      await this.#attempt(job, settlement, AbortSignal.any([this.#stop.signal, tooLong.signal]));
      await settlement.finish();
    } catch (error) {
      log.error('a delivery met a fault of ours', { message: job.message.id, error: describeFault(error) });
    } finally {
      timer.cancel();
      this.#destinations.finish(job);
    }
  }

  async #attempt(job: Job, settlement: Settlement, signal: AbortSignal): Promise<void> {
    let isUnreachable = false;
    const tell = (index: number, outcome: Outcome): Promise<void> => {
      if (outcome.kind === 'deferred' && outcome.trouble.isUnreachable === true) isUnreachable = true;
      return settlement.tell(index, outcome);
    };
    try {
      await this.#transports.deliver(job, tell, signal);
      // Whoever was forgotten is tried again.
      for (const index of settlement.open) await tell(index, { kind: 'deferred', trouble: forgotten });
    } catch (error) {
      this.#services.log.debug('a delivery broke off', {
        message: job.message.id,
        destination: job.destination,
        error: describeFault(error),
      });
      for (const index of settlement.open) await tell(index, { kind: 'deferred', trouble: troubleOf(error) });
    }
    if (isUnreachable) this.#destinations.isUnreachable(job.destination);
    else this.#destinations.isWell(job.destination);
  }

  #restOf(job: Job): number {
    const isUrged = this.#urgedJobs.has(job) || this.#urgedIds.has(job.message.id);
    return isUrged ? 0 : this.#destinations.restOf(job.destination);
  }

  async #rest(job: Job, restMs: number): Promise<void> {
    const settlement = new Settlement(job, this.#bounces, this.#services, this.#options);
    for (const index of job.recipients) await settlement.rest(index, restMs);
    await settlement.finish();
  }

  async #postpone({ message, recipients }: Job): Promise<void> {
    const { queue, clock, random, log } = this.#services;
    const at = clock.now() + crowdedMs * (1 + random.next());
    const written = recipients.map(index =>
      queue.later(message.id, index, at, 'Many messages wait for the same destination.'),
    );
    for (const result of await Promise.allSettled(written)) {
      if (result.status === 'rejected')
        log.warn('progress of the queue is not durable yet', {
          message: message.id,
          error: describeFault(result.reason),
        });
    }
  }

  #giveBack(job: Job): void {
    for (const index of job.recipients) this.#services.queue.giveBack(job.message.id, index);
  }

  #untilNextDue(): number {
    const { queue, clock } = this.#services;
    const next = queue.nextDueAt();
    // With no room for more, the end of a job asks again.
    if (next === undefined || this.#destinations.size >= mostJobs) return longestSleepMs;
    return Math.min(longestSleepMs, Math.max(1, next - clock.now()));
  }
}

const forgotten = { status: '4.3.0', says: 'The delivery ended without an answer.' };
