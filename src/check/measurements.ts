// SPDX-License-Identifier: Apache-2.0
/**
 * Measurements — the facts of one attempt, as a tree of scopes: each is measured at most once in its scope and given up at its deadline.
 * A new EHLO, MAIL or RCPT is a new branch; the old one is simply left behind with what was measured in it.
 * Once the message has come, everything that is still to be waited for has `messageFactsMs` together: a chain of slow facts, each within its
 * own deadline, would else keep a sender waiting until it gives up and sends again.
 */
import { describeFault } from '../core/faults.ts';
import type { AuthResult } from '../wire/authres/result.ts';
import type { Assembly } from './assembly.ts';
import type { AnyFact } from './fact.ts';
import type { FactValues } from './given.ts';
import type { KnownInScope, Scope } from './known.ts';

/** A value, or why there is none. */
export type Measurement =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

type Branch = Map<string, Measurement | Promise<Measurement>>;
type Branches = { readonly [S in Scope]?: { readonly known: object; readonly measured: Branch } };

/** RFC 5321 4.5.3.2.6 lets a sender wait ten minutes for our answer; many wait one. */
export const messageFactsMs = 20_000;

export class Measurements implements FactValues {
  readonly #assembly: Assembly;
  readonly #branches: Branches;
  /** Everything known in the innermost scope. */
  readonly known: object;

  /** On the monotonic clock: when nothing is waited for any more. */
  readonly #endsAt: number | undefined;
  /** Facts that are waited for until `#endsAt`. */
  #awaited: Map<AnyFact, Promise<Measurement>> | undefined;

  private constructor(assembly: Assembly, branches: Branches, known: object, endsAt?: number) {
    this.#assembly = assembly;
    this.#branches = branches;
    this.known = known;
    this.#endsAt = endsAt;
  }

  static begin(assembly: Assembly, known: KnownInScope['connection']): Measurements {
    return new Measurements(assembly, { connection: { known, measured: new Map() } }, known);
  }

  get assembly(): Assembly {
    return this.#assembly;
  }

  /** The branch of an inner scope. */
  within<S extends Exclude<Scope, 'connection'>>(
    scope: S,
    more: Omit<KnownInScope[S], keyof KnownInScope['connection']>,
  ): Measurements;
  within(scope: Scope, more: object): Measurements {
    const known = { ...this.known, ...more };
    const endsAt = scope === 'message' ? this.#assembly.services.clock.monotonic() + messageFactsMs : this.#endsAt;
    const branches = { ...this.#branches, [scope]: { known, measured: new Map() } };
    return new Measurements(this.#assembly, branches, known, endsAt);
  }

  /** A message together with one of its recipients, for stage `mailbox`. */
  for(recipient: Measurements): Measurements {
    const branch = recipient.#branches.recipient;
    const branches = branch ? { ...this.#branches, recipient: branch } : this.#branches;
    return new Measurements(this.#assembly, branches, { ...recipient.known, ...this.known }, this.#endsAt);
  }

  /** Measures, or gives what was measured; at once where nothing has to be waited for. */
  measure(fact: AnyFact): Measurement | Promise<Measurement> {
    const branch = this.#branches[fact.scope];
    if (!branch) return { ok: false, reason: `${fact.name} is not known here` };
    const before = branch.measured.get(fact.name);
    if (before && !(before instanceof Promise)) return before;
    const measuring = before ?? this.#begin(fact, branch);
    return measuring instanceof Promise && this.#endsAt !== undefined
      ? this.#inTime(fact, branch.measured, measuring, this.#endsAt)
      : measuring;
  }

  /** Of a fact that was measured; throws if it could not be. */
  valueOf(fact: AnyFact): unknown {
    const result = this.#branches[fact.scope]?.measured.get(fact.name);
    if (!result || result instanceof Promise || !result.ok) throw new Error(`${fact.name} was not measured`);
    return result.value;
  }

  /** What Authentication-Results is to say: every fact that has results is measured; a failed one says temperror of nobody and is left out. */
  results(): readonly AuthResult[] | Promise<readonly AuthResult[]> {
    let waiting: Promise<Measurement>[] | undefined;
    for (const fact of this.#assembly.factsWithResults) {
      const result = this.#branches[fact.scope] && this.measure(fact);
      if (result instanceof Promise) (waiting ??= []).push(result);
    }
    return waiting ? Promise.all(waiting).then(() => this.#told()) : this.#told();
  }

  /** The value of a fact that happens to have been measured; nothing is measured for it. */
  settledValue(name: string): unknown {
    for (const branch of Object.values(this.#branches)) {
      const result = branch.measured.get(name);
      if (result && !(result instanceof Promise) && result.ok) return result.value;
    }
    return undefined;
  }

  /** What was measured so far and is settled, by fact, for the record. */
  *settled(): Iterable<readonly [AnyFact, Measurement]> {
    for (const branch of Object.values(this.#branches)) {
      for (const [name, result] of branch.measured) {
        const fact = this.#assembly.facts.get(name);
        if (fact && !(result instanceof Promise)) yield [fact, result];
      }
    }
  }

  #begin(fact: AnyFact, { known, measured }: { readonly known: object; readonly measured: Branch }) {
    const measuring = this.#read(fact, known);
    measured.set(fact.name, measuring);
    if (measuring instanceof Promise) void measuring.then(result => settle(fact, measured, measuring, result));
    return measuring;
  }

  /** What was measured, or at `endsAt` that it was not; from then on that is the result. One timer for all who ask. */
  #inTime(fact: AnyFact, measured: Branch, measuring: Promise<Measurement>, endsAt: number) {
    const awaited = this.#awaited?.get(fact) ?? this.#await(fact, measured, measuring, endsAt);
    if (awaited instanceof Promise) (this.#awaited ??= new Map()).set(fact, awaited);
    return awaited;
  }

  #await(fact: AnyFact, measured: Branch, measuring: Promise<Measurement>, endsAt: number) {
    const { clock } = this.#assembly.services;
    const tooLate: Measurement = {
      ok: false,
      reason: `${fact.name}: not there after ${messageFactsMs / 1_000} s, the limit for all facts of a message together`,
    };
    const leftMs = endsAt - clock.monotonic();
    if (leftMs <= 0) return settle(fact, measured, measuring, tooLate);
    return new Promise<Measurement>(resolve => {
      const timer = clock.after(leftMs, () => resolve(settle(fact, measured, measuring, tooLate)));
      void measuring.then(result => {
        timer.cancel();
        resolve(result);
      });
    });
  }

  #told(): readonly AuthResult[] {
    const told: AuthResult[] = [];
    for (const fact of this.#assembly.factsWithResults) {
      const result = this.measure(fact);
      if (!(result instanceof Promise) && result.ok) told.push(...(fact.results?.(result.value) ?? []));
    }
    return told;
  }

  #read(fact: AnyFact, known: object): Measurement | Promise<Measurement> {
    const way = this.#assembly.ways.get(fact);
    if (!way) return { ok: false, reason: `${fact.name} is no fact of this configuration` };
    let waiting: Promise<Measurement>[] | undefined;
    for (const need of way.needs) {
      const result = this.measure(need);
      if (result instanceof Promise) (waiting ??= []).push(result);
      else if (!result.ok) return result;
    }
    if (waiting) return Promise.all(waiting).then(() => this.#read(fact, known));
    return this.#readNow(fact, way.give(this, known));
  }

  #readNow(fact: AnyFact, given: object): Measurement | Promise<Measurement> {
    const giveUp = new AbortController();
    try {
      const value = fact.read(given, giveUp.signal);
      return value instanceof Promise ? this.#untilDeadline(fact, value, giveUp) : { ok: true, value };
    } catch (error) {
      return { ok: false, reason: `${fact.name}: ${describeFault(error)}` };
    }
  }

  #untilDeadline(fact: AnyFact, value: Promise<unknown>, giveUp: AbortController): Promise<Measurement> {
    return new Promise(resolve => {
      const timer = this.#assembly.services.clock.after(fact.deadlineMs, () => {
        giveUp.abort();
        resolve({ ok: false, reason: `${fact.name}: no answer within ${fact.deadlineMs / 1_000} s` });
      });
      value.then(
        done => {
          timer.cancel();
          resolve({ ok: true, value: done });
        },
        (error: unknown) => {
          timer.cancel();
          resolve({ ok: false, reason: `${fact.name}: ${describeFault(error)}` });
        },
      );
    });
  }
}

/** Whichever came first stays. */
function settle(fact: AnyFact, measured: Branch, measuring: Promise<Measurement>, result: Measurement): Measurement {
  const now = measured.get(fact.name);
  if (now !== measuring && now !== undefined && !(now instanceof Promise)) return now;
  measured.set(fact.name, result);
  return result;
}
