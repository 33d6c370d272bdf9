// SPDX-License-Identifier: Apache-2.0
/**
 * Check — one question asked about an attempt, declared whole in one file: name, stage, needs, configuration, symbols, sentences, and how it is run.
 * A check gives evidence, never a decision; verdict/ decides.
 */
import type { z } from 'zod';
import type { Kind } from '../core/kinds.ts';
import type { FactsWithin, Lent } from './fact.ts';
import type { KnownAtStage, scopesAtStage, Stage } from './known.ts';
import type { Services } from './services.ts';

/** What a symbol asks for besides its weight. The operator's policy has the last word; advice alone never exceeds `defer`. */
export type Advice = 'delay' | 'defer' | 'reject' | 'quarantine' | 'challenge';

export interface SymbolDeclaration {
  /** Points added to the score; positive is spammier. */
  readonly weight: number;
  /** What the weight was before labels moved it, where they did. */
  readonly learnedFrom?: number;
  readonly advice?: Advice;
  /** It is listed under `observed` also where its check counts: a rule of a folder that is tried out. */
  readonly isObserved?: boolean;
  /** Where this is found, those symbols earn no credit: negative points of theirs count as 0. It never adds points. */
  readonly withholds?: readonly string[];
  /** Whether a sender may be asked to prove to be a person, where the verdict comes to `challenge`. Said only there; one that forbids goes before all that permit. */
  readonly challenge?: 'permits' | 'forbids';
  /** Mail refused for now because of it may offer its sender to prove to be a person, who is let in at the next try. */
  readonly offersProof?: boolean;
  /** It speaks of the client's name alone: who waits a minute or two before it is let in is no longer suspected for it. */
  readonly yieldsToPatience?: boolean;
  /** It tells of trouble of ours: no sign beside those that speak of the client, and nobody is asked to come back for it. */
  readonly isOwnTrouble?: boolean;
  /** It says of what kind the mail is. */
  readonly kind?: Kind;
  /** The subject and detail of the enhanced status code (RFC 3463) said when mail is refused because of it; `7.1` if absent. */
  readonly status?: string;
  /** The reply code when mail is refused for good because of it, where an RFC names another than 550. */
  readonly code?: 554;
  /** One sentence for people in each language; `{name}` marks a detail the finding must bring. */
  readonly says: { readonly en: string; readonly ja: string };
}
export type Symbols = Readonly<Record<string, SymbolDeclaration>>;

/** One symbol observed: `share` (0 to 1) scales its weight. */
export interface Finding {
  readonly symbol: string;
  readonly details: Readonly<Record<string, string | number>>;
  readonly share: number;
  /** What the operator's options of the check say that it leads to; unlike advice it is no opinion of ours, so it is followed. The policy goes before it. */
  readonly action?: FindingAction;
}

/** Those of a verdict, from mildest to gravest. */
export type FindingAction = 'accept' | 'mark' | 'quarantine' | 'challenge' | 'defer' | 'reject';

type DetailNames<Says extends string> = Says extends `${string}{${infer Name}}${infer Rest}`
  ? Name | DetailNames<Rest>
  : never;
type DetailsOf<Says extends string> = { readonly [K in DetailNames<Says>]: string | number };
export type Found<Y extends Symbols> = {
  readonly [K in keyof Y]: DetailNames<Y[K]['says']['en']> extends never
    ? (details?: Readonly<Record<never, never>>, share?: number) => Finding
    : (details: DetailsOf<Y[K]['says']['en']>, share?: number) => Finding;
};
/** For symbols known only when the configuration is: the names are the catalogue's. */
export type FoundByName = (symbol: string, details?: Finding['details'], share?: number) => Finding;

/** At stages `message` and `mailbox` checks are synchronous: what touches DNS, a store or a worker is a fact there. */
type Findings<S extends Stage> = S extends 'message' | 'mailbox'
  ? readonly Finding[]
  : readonly Finding[] | Promise<readonly Finding[]>;
type Needable<S extends Stage> =
  | (S extends 'message' | 'mailbox' ? 'clock' : keyof Services)
  | FactsWithin<(typeof scopesAtStage)[S][number]>;

interface Declared<S extends Stage, C extends z.ZodObject, N extends PropertyKey> {
  /** kebab-case; also the file's name, the key in the configuration, and the page in the reference. */
  readonly name: string;
  readonly stage: S;
  readonly summary: { readonly en: string; readonly ja: string };
  readonly needs: readonly N[];
  readonly config: C;
  /** What it says hangs on what the checks before it came to (`suspicion`): where that has changed, its word of then does not count. */
  readonly weighsSuspicion?: boolean;
  /** The mode it has when the configuration says nothing; `enforce` if absent. */
  readonly defaultMode?: Mode;
  /** Whether it can find nothing as it is configured, a list without entries say: then it is not run at all. `services` are those of the assembly. */
  isIdle?(config: z.output<C>, services: Services): boolean;
}

export interface Check<
  S extends Stage,
  C extends z.ZodObject,
  N extends PropertyKey,
  Y extends Symbols,
> extends Declared<S, C, N> {
  readonly symbols: Y;
  run(given: KnownAtStage[S] & Lent<N> & { readonly config: z.output<C>; readonly found: Found<Y> }): Findings<S>;
}

/** A check whose symbols come from its configuration: keywords, rules an operator loads. */
export interface CatalogueCheck<S extends Stage, C extends z.ZodObject, N extends PropertyKey> extends Declared<
  S,
  C,
  N
> {
  /** `services` are those of the assembly; none where only the declaration is shown. */
  catalogue(config: z.output<C>, services?: Partial<Services>): Symbols;
  run(given: KnownAtStage[S] & Lent<N> & { readonly config: z.output<C>; readonly found: FoundByName }): Findings<S>;
}

/** off: does not run. observe: runs and is listed, weighs nothing, acts on nothing. enforce: counts. */
export const modes = ['off', 'observe', 'enforce'] as const;
export type Mode = (typeof modes)[number];

// A list of checks holds checks of every kind: that `run` gets what it needs is made sure by the runner and defineCheck.
export interface AnyCheck {
  readonly name: string;
  readonly stage: Stage;
  readonly summary: { readonly en: string; readonly ja: string };
  readonly needs: readonly string[];
  readonly config: z.ZodObject;
  readonly weighsSuspicion?: boolean;
  readonly defaultMode?: Mode;
  readonly symbols?: Symbols;
  // oxlint-disable-next-line typescript/no-explicit-any
  isIdle?(config: any, services: Services): boolean;
  // oxlint-disable-next-line typescript/no-explicit-any
  catalogue?(config: any, services?: Partial<Services>): Symbols;
  // oxlint-disable-next-line typescript/no-explicit-any
  run(given: any): readonly Finding[] | Promise<readonly Finding[]>;
}

/** Declares a check: an undeclared symbol, a missing detail, a need not named, or knowledge of a later stage does not compile. */
export function defineCheck<
  const S extends Stage,
  C extends z.ZodObject,
  const Y extends Symbols,
  const N extends Needable<S> = never,
>(check: Check<S, C, N, Y>): Check<S, C, N, Y> {
  return check;
}

export function defineCatalogueCheck<const S extends Stage, C extends z.ZodObject, const N extends Needable<S> = never>(
  check: CatalogueCheck<S, C, N>,
): CatalogueCheck<S, C, N> {
  return check;
}
