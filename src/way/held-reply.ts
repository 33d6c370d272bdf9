// SPDX-License-Identifier: Apache-2.0
/** Held reply — the one answer of an attempt that is held back just now, and what ends that before its time: the client goes, or the server stops. */
import type { Suspicion } from '../core/suspicion.ts';
import type { Maybe } from '../core/maybe.ts';

/** What holds replies back, for all attempts; none of it, and nobody waits. */
export interface Tarpit {
  replyMs(suspicion: Suspicion): number;
  unknownMs(nth: number): number;
  patienceMs(suspicion: Suspicion): number;
  hold(ms: number, done: () => void): { end(): void; lastedMs(): number };
}

export interface Pause {
  readonly where: 'sender' | 'recipient';
  readonly why: 'suspect' | 'unknown-recipient' | 'patience';
  readonly ms: number;
  readonly end: 'over' | 'hang-up' | 'drained';
}

export class HeldReply {
  readonly #tarpit: Tarpit;
  readonly #onOver: (pause: Pause) => void;
  #end: ((end: 'hang-up' | 'drained') => void) | undefined;
  #isLost = false;

  constructor(tarpit: Tarpit, onOver: (pause: Pause) => void) {
    this.#tarpit = tarpit;
    this.#onOver = onOver;
  }

  /** Goes on after `ms`, or sooner; at once where there is nothing to wait for. */
  wait(ms: number, where: Pause['where'], why: Pause['why']): Maybe<Pause['end']> {
    if (ms <= 0 || this.#isLost) return this.#isLost ? 'hang-up' : 'over';
    return new Promise(resolve => {
      const over = (end: Pause['end']): void => {
        this.#end = undefined;
        this.#onOver({ where, why, ms: held.lastedMs(), end });
        resolve(end);
      };
      const held = this.#tarpit.hold(ms, () => over('over'));
      this.#end = end => {
        held.end();
        over(end);
      };
    });
  }

  /** Ends the wait, and lets no other begin. */
  end(how: 'hang-up' | 'drained'): void {
    this.#isLost = true;
    this.#end?.(how);
  }
}
