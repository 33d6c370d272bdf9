// SPDX-License-Identifier: Apache-2.0
/**
 * Desk — runs what is waiting for the stores, all of one store in one transaction as far as 50 ms go (group commit).
 * A call that fails alone takes nobody with it; trouble of the file itself is told to all who wait for it.
 */
import { Fault } from '../../core/faults.ts';
import { inTransaction } from '../sqlite.ts';
import { faultAsData, type Call, type OpenStore, type Outcome } from './calls.ts';

/** Other processes wait while a transaction is open. */
const transactionMs = 50;

type Run = Extract<Call, { do: 'run' }>;

interface Place {
  readonly store: OpenStore;
  distrust?: Fault;
}

export class Desk {
  readonly #open: (store: string, path: string) => OpenStore;
  readonly #monotonic: () => number;
  readonly #places = new Map<number, Place>();

  constructor(open: (store: string, path: string) => OpenStore, monotonic: () => number) {
    this.#open = open;
    this.#monotonic = monotonic;
  }

  /** One outcome for each call, in their order. Calls of different stores may run in another order than they came. */
  run(calls: readonly Call[]): Outcome[] {
    const outcomes: Outcome[] = [];
    const runs = new Map<number, number[]>();
    for (const [index, call] of calls.entries()) {
      const waiting = runs.get(call.place) ?? [];
      if (call.do === 'run') {
        waiting.push(index);
        runs.set(call.place, waiting);
        continue;
      }
      this.#runAll(call.place, waiting, calls, outcomes);
      runs.delete(call.place);
      outcomes[index] = this.#openOrClose(call);
    }
    for (const [place, indices] of runs) this.#runAll(place, indices, calls, outcomes);
    return outcomes;
  }

  close(): void {
    for (const { store } of this.#places.values()) store.database.close();
    this.#places.clear();
  }

  #openOrClose(call: Exclude<Call, Run>): Outcome {
    try {
      this.#places.get(call.place)?.store.database.close();
      this.#places.delete(call.place);
      if (call.do === 'open') this.#places.set(call.place, { store: this.#open(call.store, call.path) });
      return { value: undefined };
    } catch (error) {
      return { fault: faultAsData(error) };
    }
  }

  #runAll(at: number, indices: readonly number[], calls: readonly Call[], outcomes: Outcome[]): void {
    const place = this.#places.get(at);
    for (let from = 0; from < indices.length;) {
      const rest = indices.slice(from);
      try {
        if (!place) throw new Fault('store-unreachable', { detail: 'the store is closed' });
        if (place.distrust) throw place.distrust;
        from += this.#transaction(place, rest, calls, outcomes);
      } catch (error) {
        if (place && isAlone(error) && rest.length > 1) {
          for (const index of rest) this.#runAll(at, [index], calls, outcomes);
        } else {
          if (place?.store.isDurable && isInputOutput(error)) place.distrust = distrustOf(error);
          for (const index of rest) outcomes[index] = { fault: faultAsData(error) };
        }
        return;
      }
    }
  }

  /** Runs as many as fit into the time, at least one; how many were committed. */
  #transaction({ store }: Place, indices: readonly number[], calls: readonly Call[], outcomes: Outcome[]): number {
    const end = this.#monotonic() + transactionMs;
    const values = inTransaction(store.database, () => {
      const done: unknown[] = [];
      for (const index of indices) {
        const call = calls[index];
        if (call?.do !== 'run') break;
        const verb = store.verbs[call.verb];
        if (!verb) throw new Fault('bad-input', { detail: `no verb ${call.verb}` });
        // The arguments were checked against the verb's own type where the call was made (Remote).
        done.push(verb(...(call.args as never[])));
        if (this.#monotonic() > end) break;
      }
      return done;
    });
    for (const [i, value] of values.entries()) outcomes[indices[i]!] = { value };
    return values.length;
  }
}

/** Whether an error is of the call's own making (a constraint, a bug), so that the others of its transaction may pass without it. */
function isAlone(error: unknown): boolean {
  if (!(error instanceof Fault)) return true;
  const code = primaryCode(error);
  // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH
  return error.code === 'bad-input' || code === 18 || code === 19 || code === 20;
}

function isInputOutput(error: unknown): error is Fault {
  return error instanceof Fault && primaryCode(error) === 10; // SQLITE_IOERR
}

function primaryCode({ cause }: Fault): number | undefined {
  return typeof cause === 'object' && cause !== null && 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined;
}

function distrustOf(error: Fault): Fault {
  // After a failed sync the kernel may call lost pages clean: a later success would mean nothing.
  return new Fault('store-unreachable', {
    detail: `not written to again before a restart, after an error of the disk: ${error.detail}`,
  });
}
