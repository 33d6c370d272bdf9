// SPDX-License-Identifier: Apache-2.0
/**
 * Writer — hands a process's writes to its one storage thread: what is called in one turn goes in one message, and one message is under way at a time,
 * so that the busier it gets, the more share a transaction. `inlineWriter` does the same in the calling thread, for commands that write a few things and end.
 * A call whose store is opened with `patienceMs` rejects with `store-unreachable` after that time; it may have been done all the same.
 */
import type { Clock, Timer } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { faultFrom, type Call, type Outcome, type Remote } from './calls.ts';
import { Desk } from './desk.ts';
import { openNamed, type StoreName, type VerbsOf } from './stores.ts';

/** Carries calls to where they are done. */
export interface Carrier {
  /** Sees to it that somebody is there; a number that changes when it is somebody new, for whom all stores must be opened again. Throws `worker-lost` if there is nobody. */
  ready(): number;
  /** Rejects with Fault `worker-lost` when the other side is gone. */
  send(calls: readonly Call[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly until: number;
  isSettled: boolean;
}

export class Writer {
  readonly #carrier: Carrier;
  readonly #clock: Clock;
  readonly #opened = new Map<number, Call>();
  #waiting: Waiting[] = [];
  #impatient: Waiting[] = [];
  #timer: Timer | undefined;
  #pumping: Promise<void> | undefined;
  #places = 0;
  #carrierNumber: number | undefined;
  #isClosed = false;

  constructor(carrier: Carrier, clock: Clock) {
    this.#carrier = carrier;
    this.#clock = clock;
  }

  /** Opens a store's file for writing, making or migrating it. Rejects as `openDatabase` throws. */
  async open<S extends StoreName>(
    store: S,
    path: string,
    { patienceMs = Number.POSITIVE_INFINITY }: { readonly patienceMs?: number } = {},
  ): Promise<Remote<VerbsOf<S>>> {
    const place = ++this.#places;
    const open: Call = { do: 'open', place, store, path };
    await this.#ask(open);
    this.#opened.set(place, open);
    return {
      // What comes back is what the verb of that name returns, copied: `never` fits its type, whichever it is.
      call: async (verb, ...args) => (await this.#ask({ do: 'run', place, verb, args }, patienceMs)) as never,
      close: async () => {
        this.#opened.delete(place);
        await this.#ask({ do: 'close', place });
      },
    };
  }

  /** After all that was called before; what is called later rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pumping;
    this.#timer?.cancel();
    await this.#carrier.close();
  }

  #ask(call: Call, patienceMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Fault('store-unreachable', { detail: 'the writer is closed' }));
    return new Promise((resolve, reject) => {
      const until = this.#clock.monotonic() + patienceMs;
      const waiting: Waiting = { call, resolve, reject, until, isSettled: false };
      this.#waiting.push(waiting);
      if (patienceMs < Number.POSITIVE_INFINITY) this.#watch(waiting, patienceMs);
      this.#pumping ??= this.#pump();
    });
  }

  async #pump(): Promise<void> {
    // One turn of the loop: what all sockets want goes together.
    await new Promise<void>(resolve => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.filter(one => !one.isSettled);
      this.#waiting = [];
      await this.#send(batch);
    }
    this.#pumping = undefined;
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    try {
      const number = this.#carrier.ready();
      const reopening = number === this.#carrierNumber ? [] : [...this.#opened.values()];
      const outcomes = await this.#carrier.send([...reopening, ...batch.map(one => one.call)]);
      this.#carrierNumber = number;
      for (const [i, one] of batch.entries()) settle(one, outcomes[reopening.length + i]);
    } catch (error) {
      for (const one of batch) {
        if (!one.isSettled) one.reject(error);
        one.isSettled = true;
      }
    }
  }

  /** One timer for all: it looks when the oldest would be late, not at each call. */
  #watch(waiting: Waiting, patienceMs: number): void {
    this.#impatient.push(waiting);
    this.#timer ??= this.#clock.after(patienceMs, () => {
      const now = this.#clock.monotonic();
      this.#timer = undefined;
      const left = this.#impatient.filter(one => !one.isSettled);
      this.#impatient = [];
      for (const one of left) {
        if (one.until > now) this.#watch(one, one.until - now);
        else {
          one.isSettled = true;
          one.reject(new Fault('store-unreachable', { detail: `no answer within ${patienceMs} ms` }));
        }
      }
    });
  }
}

/** Does the calls in the calling thread, those of one turn in one transaction. */
export function inlineWriter(clock: Clock): Writer {
  const desk = new Desk(openNamed, () => clock.monotonic());
  const carrier: Carrier = {
    ready: () => 1,
    send: async calls => desk.run(calls),
    close: async () => desk.close(),
  };
  return new Writer(carrier, clock);
}

function settle(waiting: Waiting, outcome: Outcome | undefined): void {
  if (waiting.isSettled) return;
  waiting.isSettled = true;
  if (!outcome) waiting.reject(new Fault('worker-lost', { detail: 'the storage thread answered nothing' }));
  else if ('fault' in outcome) waiting.reject(faultFrom(outcome.fault));
  else waiting.resolve(outcome.value);
}
