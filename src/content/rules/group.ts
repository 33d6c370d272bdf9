// SPDX-License-Identifier: Apache-2.0
/** Group — expressions that look at texts of one kind: which of them may hit a text is told by the literals that occur in it, all looked for at once. */
import { Literals } from '../literals.ts';
import type { CompiledRule, Matcher } from './compile.ts';

export interface Target {
  readonly rule: CompiledRule;
  readonly matcher: Matcher;
}

/** Expressions on texts of one kind. */
export class Group {
  readonly #always: Target[] = [];
  readonly #byLiteral: Target[][] = [];
  readonly #literals: Literals | undefined;

  constructor(targets: readonly Target[]) {
    const words = new Map<string, Target[]>();
    for (const target of targets) {
      const { literals } = target.matcher;
      if (!literals || literals.length === 0) this.#always.push(target);
      else for (const literal of new Set(literals)) words.set(literal, [...(words.get(literal) ?? []), target]);
    }
    this.#byLiteral.push(...words.values());
    this.#literals = words.size > 0 ? new Literals([...words.keys()]) : undefined;
  }

  /** Calls `onCandidate` once for each that may hit the text. */
  candidates(text: string, onCandidate: (target: Target) => void): void {
    for (const target of this.#always) onCandidate(target);
    if (!this.#literals) return;
    const seen = new Set<Target>();
    const words = new Set<number>();
    this.#literals.find(text.toLowerCase(), word => {
      if (words.has(word)) return;
      words.add(word);
      for (const target of this.#byLiteral[word] ?? []) {
        if (seen.has(target)) continue;
        seen.add(target);
        onCandidate(target);
      }
    });
  }
}
