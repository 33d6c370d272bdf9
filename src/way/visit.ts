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
import { formatIp, neighbourhood, parseIp } from '../core/ip.ts';
import type { Reply } from '../core/reply.ts';
import type { Suspicion, Wait } from '../core/suspicion.ts';
import type { Maybe } from '../core/maybe.ts';
import type { Attempt } from '../envelope/ports.ts';
import type { Policy } from '../verdict/policy.ts';
import { Bearing } from './bearing.ts';
import { pack, unpack } from './packed.ts';
import { suspicionOf } from './suspicion.ts';

const textsAtMost = 500;

export interface VisitParts {
  newId(): string;
  current(): { readonly assembly: Assembly; readonly policy: Policy };
  /** Makes an attempt of it: a conversation begins, or what there was of it is written down. */
  begin(visit: Visit, wait: Wait): Attempt;
  /** What one was told who was sent away. */
  readonly farewells: { readonly refused: Reply; readonly drained: Reply };
}

/** What was found at connect, and what it was measured with, where that is still at hand. */
export interface Looked {
  readonly bearing: Bearing;
  readonly measurements: Measurements;
  readonly outcomes: Maybe<readonly Outcome[]>;
}

/** What visitors at one door have in common, as long as the configuration stays. */
export interface Visits {
  readonly parts: VisitParts;
  readonly judges: { readonly assembly: Assembly; readonly policy: Policy };
  readonly listener: string;
  /** What was found of many is one text for all of them. */
  readonly texts: Map<string, string>;
}

export class Visit {
  readonly id: string;
  readonly #common: Visits;
  /** Of IPv4 the number. */
  readonly #ip: number | string;
  readonly #port: number;
  /** Where it is not the client itself. */
  readonly #peer: Client | undefined;
  /** What was found, packed; while it is being looked for, with what. */
  #found: string | Looked = '';

  constructor(common: Visits, peer: Client, client: Client) {
    this.#common = common;
    this.id = common.parts.newId();
    this.#ip = numberOf(client.ip);
    this.#port = client.port;
    this.#peer = peer.ip === client.ip ? undefined : peer;
  }

  get judges(): Visits['judges'] {
    return this.#common.judges;
  }

  get listener(): string {
    return this.#common.listener;
  }

  get client(): Client {
    return clientAt(typeof this.#ip === 'string' ? this.#ip : textOf(this.#ip), this.#port);
  }

  get peer(): Client {
    return this.#peer ?? this.client;
  }

  /** Of those who count as one: three bytes of IPv4, the /64 of IPv6. */
  get network(): number | string {
    return typeof this.#ip === 'string' ? neighbourhood(this.#ip) : this.#ip >> 8;
  }

  /** Runs the checks of the connection, once. */
  look(): Maybe<Suspicion> {
    const { policy } = this.judges;
    const begun = this.#begin();
    const outcomes = runStage('connect', begun.measurements);
    const keep = (found: readonly Outcome[]): Suspicion => {
      this.#found = sharedIn(this.#common.texts, pack(found));
      return suspicionOf(found, policy);
    };
    if (!(outcomes instanceof Promise)) return keep(outcomes);
    this.#found = { ...begun, outcomes };
    return outcomes.then(keep);
  }

  looked(): Looked {
    const found = this.#found;
    return typeof found === 'string' ? { ...this.#begin(), outcomes: unpack(found, this.judges.assembly) } : found;
  }

  /** The wait is over: it may speak. */
  enter(wait: Wait): Attempt {
    return this.#common.parts.begin(this, wait);
  }

  /** It hung up, or was sent away. */
  leave(wait: Wait): void {
    const attempt = this.#common.parts.begin(this, wait);
    const looked = attempt.connect();
    const how = wait.end === 'over' ? 'hang-up' : wait.end;
    const close = (): void => {
      if (how !== 'hang-up') attempt.refused('connection', this.#common.parts.farewells[how]);
      attempt.close(how);
    };
    if (looked instanceof Promise) void looked.then(close);
    else close();
  }

  #begin(): { readonly bearing: Bearing; readonly measurements: Measurements } {
    const bearing = new Bearing();
    const known = { client: this.client, attemptId: this.id, conduct: bearing };
    return { bearing, measurements: Measurements.begin(this.judges.assembly, known) };
  }
}

function numberOf(ip: string): number | string {
  const bytes = ip.includes(':') ? undefined : parseIp(ip);
  return bytes ? new DataView(bytes.buffer).getInt32(0) : ip;
}

function textOf(ip: number): string {
  return formatIp(Uint8Array.of(ip >> 24, ip >> 16, ip >> 8, ip));
}

function sharedIn(texts: Map<string, string>, text: string): string {
  const known = texts.get(text);
  if (known === undefined && texts.size < textsAtMost) texts.set(text, text);
  return known ?? text;
}
