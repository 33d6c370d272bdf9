// SPDX-License-Identifier: Apache-2.0
/**
 * Visit — a stranger that is kept waiting before a word is said, as the way knows it: looked at once, and then remembered in as few bytes as may be.
 * The facts measured for that are dropped and, if they are needed again, taken anew from what the resolver keeps. Nothing is written down before the
 * wait is over, however it ends; then it is a record like any other.
 */
import type { Assembly } from '../check/assembly.ts';
import { Measurements } from '../check/measurements.ts';
import { runStage, type Outcome } from '../check/run.ts';
import { clientAt, type Client } from '../core/client.ts';
import type { Suspicion, Wait } from '../core/suspicion.ts';
import type { Attempt, Maybe } from '../envelope/ports.ts';
import type { Policy } from '../verdict/policy.ts';
import { Bearing } from './bearing.ts';
import { pack, unpack } from './packed.ts';
import { suspicionOf } from './suspicion.ts';

export interface VisitParts {
  newId(): string;
  current(): { readonly assembly: Assembly; readonly policy: Policy };
  /** Makes an attempt of it: a conversation begins, or what there was of it is written down. */
  begin(visit: Visit, wait: Wait): Attempt;
}

/** What was found at connect, and what it was measured with, where that is still at hand. */
export interface Looked {
  readonly bearing: Bearing;
  readonly measurements: Measurements;
  readonly outcomes: Maybe<readonly Outcome[]>;
}

export class Visit {
  readonly id: string;
  readonly ip: string;
  readonly judges: { readonly assembly: Assembly; readonly policy: Policy };
  readonly listener: string;
  readonly #port: number;
  /** Where it is not the client itself. */
  readonly #peer: Client | undefined;
  readonly #parts: VisitParts;
  #found = '';
  #looking: Looked | undefined;

  constructor(parts: VisitParts, peer: Client, client: Client, listener: string) {
    this.#parts = parts;
    this.id = parts.newId();
    this.judges = parts.current();
    this.ip = client.ip;
    this.#port = client.port;
    this.#peer = peer.ip === client.ip ? undefined : peer;
    this.listener = listener;
  }

  get client(): Client {
    return clientAt(this.ip, this.#port);
  }

  get peer(): Client {
    return this.#peer ?? this.client;
  }

  /** Runs the checks of the connection, once. */
  look(): Maybe<Suspicion> {
    const { assembly, policy } = this.judges;
    const begun = this.#begin();
    const outcomes = runStage('connect', begun.measurements);
    if (!(outcomes instanceof Promise)) {
      this.#found = pack(outcomes);
      return suspicionOf(outcomes, policy);
    }
    this.#looking = { ...begun, outcomes };
    return outcomes.then(found => {
      this.#looking = undefined;
      this.#found = pack(found);
      return suspicionOf(unpack(this.#found, assembly), policy);
    });
  }

  looked(): Looked {
    return this.#looking ?? { ...this.#begin(), outcomes: unpack(this.#found, this.judges.assembly) };
  }

  /** The wait is over: it may speak. */
  enter(wait: Wait): Attempt {
    return this.#parts.begin(this, wait);
  }

  /** It hung up, or was sent away. */
  leave(wait: Wait): void {
    const attempt = this.#parts.begin(this, wait);
    const looked = attempt.connect();
    const close = (): void => attempt.close(wait.end === 'over' ? 'hang-up' : wait.end);
    if (looked instanceof Promise) void looked.then(close);
    else close();
  }

  #begin(): { readonly bearing: Bearing; readonly measurements: Measurements } {
    const bearing = new Bearing();
    const known = { client: this.client, attemptId: this.id, conduct: bearing };
    return { bearing, measurements: Measurements.begin(this.judges.assembly, known) };
  }
}
