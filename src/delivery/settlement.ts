// SPDX-License-Identifier: Apache-2.0
/**
 * Settlement — makes outcomes durable: done in the queue at once, tried again later by the schedule, or given up; each with an event in the record.
 * A message is given up only after its sender was told, or it was put into quarantine.
 */
import { formatAddress } from '../core/address.ts';
import { describeFault } from '../core/faults.ts';
import type { Bounces, GivenUp } from './bounces.ts';
import type { Job } from './job.ts';
import type { DeliveryOptions } from './options.ts';
import { explainTrouble, type Outcome, type Trouble } from './outcome.ts';
import type { DeliveryServices } from './ports.ts';
import { ageOf, waitAfter } from './schedule.ts';

type Services = Pick<DeliveryServices, 'queue' | 'records' | 'state' | 'clock' | 'random' | 'log'>;
type Options = Pick<DeliveryOptions, 'retryAfter' | 'giveUpAfter' | 'warnAfter'>;

/** The outcomes of one job. */
export class Settlement {
  readonly #services: Services;
  readonly #options: Options;
  readonly #bounces: Bounces;
  readonly #job: Job;
  readonly #open: Set<number>;
  readonly #failed: GivenUp[] = [];
  readonly #late: GivenUp[] = [];
  readonly #startedAt: number;
  /** One instant for all recipients that have been tried as often, so that they go together again. */
  readonly #nextAtByAttempts = new Map<number, number>();

  constructor(job: Job, bounces: Bounces, services: Services, options: Options) {
    this.#job = job;
    this.#bounces = bounces;
    this.#services = services;
    this.#options = options;
    this.#open = new Set(job.recipients);
    this.#startedAt = services.clock.monotonic();
  }

  /** Recipients whose outcome is not told yet. */
  get open(): readonly number[] {
    return [...this.#open];
  }

  /** Resolves when the outcome is durable; never rejects: the queue keeps what the disk refused and writes it when it can. */
  readonly tell = async (recipientIndex: number, outcome: Outcome): Promise<void> => {
    if (!this.#open.delete(recipientIndex)) return;
    switch (outcome.kind) {
      case 'delivered':
        this.#record(recipientIndex, 'delivered', { where: outcome.where, reply: outcome.reply });
        return this.#durable(
          this.#services.queue.done(this.#job.message.id, recipientIndex, `${outcome.where}: ${outcome.reply}`),
        );
      case 'quarantined':
        this.#record(recipientIndex, 'quarantined', { quarantineId: outcome.id, reason: outcome.says });
        return this.#durable(
          this.#services.queue.done(this.#job.message.id, recipientIndex, `quarantine ${outcome.id}`),
        );
      case 'deferred':
        return this.#defer(recipientIndex, outcome.trouble, this.#nextAt(recipientIndex));
      case 'failed':
        this.#failed.push({ recipientIndex, trouble: outcome.trouble });
    }
  };

  /** Not tried, because its destination is in trouble: again when that may be over, or when its own time comes if that is later. */
  rest(recipientIndex: number, restMs: number): Promise<void> {
    if (!this.#open.delete(recipientIndex)) return Promise.resolve();
    const at = Math.max(this.#nextAt(recipientIndex), this.#services.clock.now() + restMs);
    return this.#defer(recipientIndex, resting, at);
  }

  /** After the last outcome: those that failed are given up, late ones announced. */
  async finish(): Promise<void> {
    const { message } = this.#job;
    const { queue, log } = this.#services;
    await this.#warn();
    if (this.#failed.length === 0) return;
    try {
      await this.#bounces.giveUp(message, this.#failed);
    } catch (error) {
      // Nobody was told, so it is not over: all of it comes again.
      log.warn('a message could not be given up', { message: message.id, error: describeFault(error) });
      for (const { recipientIndex, trouble } of this.#failed)
        await this.#putOff(recipientIndex, trouble, this.#nextAt(recipientIndex));
      return;
    }
    for (const { recipientIndex, trouble } of this.#failed) {
      this.#record(recipientIndex, 'failed', troubleFields(trouble));
      await this.#durable(queue.fail(message.id, recipientIndex, explainTrouble(trouble)));
    }
  }

  async #defer(recipientIndex: number, trouble: Trouble, nextAt: number): Promise<void> {
    const { message } = this.#job;
    const attempts = this.#attempts(recipientIndex) + 1;
    const { now } = this.#times();
    if (ageOf(message.acceptedAt, attempts, now, this.#options) >= this.#options.giveUpAfter) {
      this.#failed.push({ recipientIndex, trouble });
      return;
    }
    if (ageOf(message.acceptedAt, attempts, nextAt, this.#options) >= this.#options.warnAfter)
      this.#late.push({ recipientIndex, trouble });
    return this.#putOff(recipientIndex, trouble, nextAt);
  }

  #putOff(recipientIndex: number, trouble: Trouble, nextAt: number): Promise<void> {
    this.#record(recipientIndex, 'deferred', { ...troubleFields(trouble), nextAt });
    return this.#durable(
      this.#services.queue.later(this.#job.message.id, recipientIndex, nextAt, explainTrouble(trouble)),
    );
  }

  /** Once for each recipient, whichever process tries it. The message itself is on its way whether this works or not. */
  async #warn(): Promise<void> {
    const { message } = this.#job;
    if (this.#late.length === 0 || !message.isOurs || message.sender.address === null) return;
    try {
      const first: GivenUp[] = [];
      for (const late of this.#late) if (await this.#isFirstWarning(late.recipientIndex)) first.push(late);
      if (first.length > 0) await this.#bounces.warn(message, first);
    } catch (error) {
      this.#services.log.warn('a sender could not be told that a message is late', {
        message: message.id,
        error: describeFault(error),
      });
    }
  }

  async #isFirstWarning(recipientIndex: number): Promise<boolean> {
    const { state, clock, random } = this.#services;
    const own = random.bytes(9).toString('base64');
    const key = `delivery.warned.${this.#job.message.id}.${recipientIndex}`;
    return (await state.settle(key, own, 2 * this.#options.giveUpAfter, clock.now())) === own;
  }

  #nextAt(recipientIndex: number): number {
    const { clock, random } = this.#services;
    const attempts = this.#attempts(recipientIndex);
    const at = this.#nextAtByAttempts.get(attempts) ?? clock.now() + waitAfter(attempts, this.#options, random);
    this.#nextAtByAttempts.set(attempts, at);
    return at;
  }

  #attempts(recipientIndex: number): number {
    return this.#job.message.progress[recipientIndex]?.attempts ?? 0;
  }

  #times(): { readonly now: number; readonly ms: number } {
    const { clock } = this.#services;
    return { now: clock.now(), ms: Math.round(clock.monotonic() - this.#startedAt) };
  }

  async #durable(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      this.#services.log.warn('progress of the queue is not durable yet', {
        message: this.#job.message.id,
        error: describeFault(error),
      });
    }
  }

  #record(recipientIndex: number, kind: string, fields: Readonly<Record<string, unknown>>): void {
    const { records, log } = this.#services;
    const { message } = this.#job;
    const { now, ms } = this.#times();
    const address = message.recipients[recipientIndex]?.address;
    const event = {
      queueId: message.id,
      recipient: address ? formatAddress(address) : '',
      attempts: this.#attempts(recipientIndex) + 1,
      ms,
      ...fields,
    };
    records.append(message.attemptId, [{ at: now, kind, ...event }]);
    // Addresses are in the record; the log has none.
    log.info(`delivery ${kind}`, {
      message: message.id,
      recipientIndex,
      attempts: event.attempts,
      ms,
      destination: this.#job.destination,
    });
  }
}

const resting: Trouble = { status: '4.4.1', says: 'The next server could not be reached shortly before.' };

function troubleFields({ status, says, remote, reply, detail }: Trouble): Readonly<Record<string, unknown>> {
  return {
    status,
    says,
    ...(remote === undefined ? {} : { remote }),
    ...(reply === undefined ? {} : { reply }),
    ...(detail === undefined ? {} : { detail }),
  };
}
