// SPDX-License-Identifier: Apache-2.0
/** Witness — tells the attempt what it must not answer: a fault there is logged, and must not keep the dialogue from ending well. */
import { describeFault } from '../../core/faults.ts';
import type { Oddity } from '../../core/conduct.ts';
import type { Log } from '../../core/log.ts';
import type { Attempt } from '../ports.ts';

export class Witness {
  readonly #session: { readonly attempt: Attempt };
  readonly #log: Log;
  readonly #noticed = new Set<Oddity>();

  /** The attempt may become another one. */
  constructor(session: { readonly attempt: Attempt }, log: Log) {
    this.#session = session;
    this.#log = log;
  }

  /** Once each. */
  notice(oddity: Oddity): void {
    if (this.#noticed.has(oddity)) return;
    this.#noticed.add(oddity);
    this.tell(attempt => attempt.noticed?.(oddity));
  }

  tell(work: (attempt: Attempt) => void): void {
    try {
      work(this.#session.attempt);
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    this.#log.error('dialogue failed', { attempt: this.#session.attempt.id, fault: describeFault(error) });
  }
}
