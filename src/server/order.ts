// SPDX-License-Identifier: Apache-2.0
/**
 * Order — what a process of several follows: not the file, which may have become another since, but the text of it that its supervisor read.
 * Here is the side of the process; who decides, and what becomes of one that does not answer, stands in operation/supervisor.ts.
 */
import type { Config } from '../config.ts';
import { Fault } from '../core/faults.ts';
import { usable, type Loaded } from '../operation/config-file.ts';
import type { OrderRequest } from '../operation/supervisor.ts';
import type { Host } from './host.ts';
import { keepStarted } from './needs-restart.ts';
import type { Prepared } from './process.ts';

/** Two texts of the file: of what needs a restart all keep to the one that the supervisor started with, so that one started later is like the others. */
export interface Order {
  readonly start: string;
  readonly running: string;
}

/** The first thing a supervisor says; undefined where there is none, or it is gone before it says anything. */
export function hearOrder(host: Pick<Host, 'onceParent' | 'onParentGone' | 'tellParent'>): Promise<Order | undefined> {
  if (!host.tellParent) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    host.onceParent(message => {
      const order = orderIn(message);
      if (order) resolve(order);
      else reject(new Fault('bad-input', { detail: 'the supervisor did not begin with an order' }));
    });
    host.onParentGone(() => resolve(undefined));
  });
}

export async function configOf(
  order: Order,
  load: (text: string) => Promise<Loaded<Config>>,
): Promise<{ readonly start: Config; readonly running: Config }> {
  const start = usable(await load(order.start)).config;
  const running = order.running === order.start ? start : usable(await load(order.running)).config;
  return { start, running: keepStarted(start, running) };
}

/** Answers a supervisor's questions about a new order, one after the other; at most one order waits to be followed. */
export class Follower {
  readonly #prepare: (order: Order) => Promise<Prepared>;
  #waiting: { readonly number: number; readonly prepared: Prepared } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(prepare: (order: Order) => Promise<Prepared>) {
    this.#prepare = prepare;
  }

  /** Undefined if the question is about something else. Rejects with why it cannot follow. */
  answer(request: { readonly verb: string }): Promise<true> | undefined {
    if (!isOrderRequest(request)) return undefined;
    // A question given up for its time may still be under way: what comes after it waits, so that nothing stays prepared.
    const answer = this.#last.then(() => this.#answer(request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #answer(request: OrderRequest): Promise<true> {
    const waiting = this.#waiting;
    const isMeant = waiting?.number === request.number;
    switch (request.verb) {
      case 'order.check': {
        await waiting?.prepared.drop();
        this.#waiting = undefined;
        const order = orderIn(request);
        if (!order) throw new Fault('bad-input', { detail: 'that is no order' });
        this.#waiting = { number: request.number, prepared: await this.#prepare(order) };
        return true;
      }
      case 'order.follow':
        if (!isMeant) throw new Fault('bad-input', { detail: `order ${request.number} was not checked here` });
        this.#waiting = undefined;
        await waiting.prepared.swap();
        return true;
      case 'order.forget':
        if (!isMeant) return true;
        this.#waiting = undefined;
        await waiting.prepared.drop();
        return true;
    }
  }
}

function orderIn(message: unknown): Order | undefined {
  if (typeof message !== 'object' || message === null || !('order' in message)) return undefined;
  const { order } = message;
  if (typeof order !== 'object' || order === null || !('start' in order) || !('running' in order)) return undefined;
  const { start, running } = order;
  return typeof start === 'string' && typeof running === 'string' ? { start, running } : undefined;
}

function isOrderRequest(request: { readonly verb: string }): request is OrderRequest {
  return 'number' in request && request.verb.startsWith('order.');
}
