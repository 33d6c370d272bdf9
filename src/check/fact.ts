// SPDX-License-Identifier: Apache-2.0
/**
 * Fact — something measured about an attempt, declared whole in one file. Measured on demand, at most once per scope.
 * A fact that cannot be measured throws; the checks that need it are then `unavailable` with the reason, never a silent zero.
 */
import type { AuthResult } from '../wire/authres/result.ts';
import type { KnownInScope, Scope, scopesInScope } from './known.ts';
import type { Services } from './services.ts';

export interface Measured<S extends Scope, Value> {
  readonly scope: S;
  readonly value: Value;
}

/**
 * All facts by name. Each fact's file adds itself:
 * `declare module '../../check/fact.ts' { interface Facts { spf: Measured<'transaction', SpfResult> } }`
 */
export interface Facts {}

export type FactName = keyof Facts;
export type FactValue<K extends FactName> = Facts[K] extends Measured<Scope, infer Value> ? Value : never;
export type FactsWithin<S extends Scope> = {
  [K in FactName]: Facts[K] extends Measured<infer Own, unknown> ? (Own extends S ? K : never) : never;
}[FactName];

export type Lent<N extends PropertyKey> = {
  readonly [K in N]: K extends keyof Services ? Services[K] : K extends FactName ? FactValue<K> : never;
};

type OwnScope<K extends FactName> = Facts[K] extends Measured<infer S, unknown> ? S : never;
type Needable<S extends Scope> = keyof Services | FactsWithin<(typeof scopesInScope)[S][number]>;

export interface Fact<K extends FactName, N extends PropertyKey> {
  /** The name it is needed under; camelCase. Its file is the same in kebab-case. */
  readonly name: K;
  readonly scope: OwnScope<K>;
  /** One sentence for the reference. */
  readonly summary: { readonly en: string; readonly ja: string };
  readonly needs: readonly N[];
  /** Milliseconds after which it is given up as unavailable. */
  readonly deadlineMs: number;
  /** Expensive: measured only if the score so far lies between the borders of accepting and refusing. */
  readonly when?: 'undecided';
  read(given: KnownInScope[OwnScope<K>] & Lent<N>, signal: AbortSignal): FactValue<K> | Promise<FactValue<K>>;
  /** What of it goes into the record: at most 2 kB, no text of the mail. Absent: nothing. */
  record?(value: FactValue<K>): unknown;
  /** What of it Authentication-Results says (RFC 8601). A fact that has this is measured for every message, also when no check needs it. */
  results?(value: FactValue<K>): readonly AuthResult[];
}

// A list of facts holds facts of every kind: what `read` is given is made sure by defineFact and the runner.
export interface AnyFact {
  readonly name: string;
  readonly scope: Scope;
  readonly summary: { readonly en: string; readonly ja: string };
  readonly needs: readonly string[];
  readonly deadlineMs: number;
  readonly when?: 'undecided';
  // oxlint-disable-next-line typescript/no-explicit-any
  read(given: any, signal: AbortSignal): unknown;
  // oxlint-disable-next-line typescript/no-explicit-any
  record?(value: any): unknown;
  // oxlint-disable-next-line typescript/no-explicit-any
  results?(value: any): readonly AuthResult[];
}

/** Declares a fact: a need of a later scope, or one not named, does not compile. */
export function defineFact<const K extends FactName, const N extends Needable<OwnScope<K>> = never>(
  fact: Fact<K, N>,
): Fact<K, N> {
  return fact;
}
