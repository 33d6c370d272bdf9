// SPDX-License-Identifier: Apache-2.0
/** Group — expressions that look at texts of one kind: which of them may hit a text is told by the literals that occur in it, all looked for at once. */
import { Literals } from '../literals.ts';
import type { CompiledRule, Matcher } from './compile.ts';
import { foldedOf } from './views/octets.ts';

export interface Target {
  readonly rule: CompiledRule;
  readonly matcher: Matcher;
}

type OnCandidate = (target: Target, text: string) => void;

/** Expressions on texts of one kind: those on octets, and those on what the octets say. */
export class Group {
  readonly #octets: Sieve;
  readonly #folded: Sieve;

  constructor(targets: readonly Target[]) {
    this.#octets = new Sieve(targets.filter(({ matcher }) => !matcher.isUnicode));
    this.#folded = new Sieve(targets.filter(({ matcher }) => matcher.isUnicode));
  }

  /** Calls `onCandidate` once for each that may hit the text, with the text as that one sees it. */
  candidates(octets: string, onCandidate: OnCandidate): void {
    if (!this.#octets.isEmpty) this.#octets.candidates(octets, onCandidate);
    if (!this.#folded.isEmpty) this.#folded.candidates(foldedOf(octets), onCandidate);
  }
}

/** The text of the octets as the expression sees it. */
export function seenBy({ isUnicode }: Matcher, octets: string): string {
  return isUnicode ? foldedOf(octets) : octets;
}

class Sieve {
  readonly #always: Target[] = [];
  readonly #byLiteral: readonly Target[][];
  readonly #literals: Literals | undefined;

  constructor(targets: readonly Target[]) {
    const words = new Map<string, Target[]>();
    for (const target of targets) {
      const { literals } = target.matcher;
      if (!literals || literals.length === 0) this.#always.push(target);
      else for (const literal of new Set(literals)) words.set(literal, [...(words.get(literal) ?? []), target]);
    }
    this.#byLiteral = [...words.values()];
    this.#literals = words.size > 0 ? new Literals([...words.keys()]) : undefined;
  }

  get isEmpty(): boolean {
    return this.#always.length === 0 && this.#literals === undefined;
  }

  candidates(text: string, onCandidate: OnCandidate): void {
    for (const target of this.#always) onCandidate(target, text);
    if (!this.#literals) return;
    const seen = new Set<Target>();
    const words = new Set<number>();
    this.#literals.find(text.toLowerCase(), word => {
      if (words.has(word)) return;
      words.add(word);
      for (const target of this.#byLiteral[word] ?? []) {
        if (seen.has(target)) continue;
        seen.add(target);
        onCandidate(target, text);
      }
    });
  }
}
