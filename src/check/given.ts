// SPDX-License-Identifier: Apache-2.0
/**
 * Given — what a check or a fact is handed: one object with everything known at its stage, the facts and services it needs, its settings. Nothing is copied
 * into it: each name is read where it is asked for, from what was measured, so that handing it over costs the same however much is known. Read its names,
 * do not spread it.
 */
import type { AnyFact } from './fact.ts';
import type { KnownAtStage } from './known.ts';

/** Where values of facts are found once they are measured. */
export interface FactValues {
  valueOf(fact: AnyFact): unknown;
}

export type GiveFrom = (values: FactValues, known: object) => object;

/** `fixed` is the same for every attempt. */
export function giverOf(facts: readonly AnyFact[], fixed: Readonly<Record<string, unknown>>): GiveFrom {
  class Given extends Known {}
  for (const fact of facts)
    Object.defineProperty(Given.prototype, fact.name, {
      get(this: Given) {
        return Known.valueOf(this, fact);
      },
    });
  for (const [name, value] of Object.entries(fixed)) Object.defineProperty(Given.prototype, name, { value });
  return (values, known) => new Given(values, known);
}

/** Names not known at a stage are undefined there; no check of it can name them (known.ts). */
class Known {
  readonly #values: FactValues;
  readonly #known: Partial<KnownAtStage['mailbox']>;

  constructor(values: FactValues, known: object) {
    this.#values = values;
    this.#known = known;
  }

  static valueOf(given: Known, fact: AnyFact): unknown {
    return given.#values.valueOf(fact);
  }

  get client() {
    return this.#known.client;
  }

  get attemptId() {
    return this.#known.attemptId;
  }

  get conduct() {
    return this.#known.conduct;
  }

  get hello() {
    return this.#known.hello;
  }

  get tls() {
    return this.#known.tls;
  }

  get sender() {
    return this.#known.sender;
  }

  get recipient() {
    return this.#known.recipient;
  }

  get suspicion() {
    return this.#known.suspicion;
  }

  get envelope() {
    return this.#known.envelope;
  }

  get message() {
    return this.#known.message;
  }
}
