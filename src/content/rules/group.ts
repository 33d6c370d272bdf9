// SPDX-License-Identifier: Apache-2.0
/**
 * Group — expressions that look at texts of one kind, and which of them may hit a text: what is longer than the text cannot; of the others tell the literals
 * and factors that occur in it, all looked for at once. Texts are of fields (of headers, each query is one; elsewhere there is one), and so are expressions.
 */
import { Literals } from '../literals.ts';
import type { CompiledRule, Matcher } from './compile.ts';
import { FactorAutomaton } from './factor-automaton.ts';
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

  constructor(fields: readonly (readonly Target[])[]) {
    const only = (isUnicode: boolean) =>
      fields.map(targets => targets.filter(({ matcher }) => matcher.isUnicode === isUnicode));
    this.#octets = new Sieve(only(false));
    this.#folded = new Sieve(only(true));
  }

  /** Calls `onCandidate` once for each of the field that may hit the text, with the text as that one sees it. */
  candidates(octets: string, field: number, onCandidate: OnCandidate): void {
    if (this.#octets.has(field)) this.#octets.candidates(octets, field, onCandidate);
    if (this.#folded.has(field)) this.#folded.candidates(foldedOf(octets), field, onCandidate);
  }
}

/** The text of the octets as the expression sees it. */
export function seenBy({ isUnicode }: Pick<Matcher, 'isUnicode'>, octets: string): string {
  return isUnicode ? foldedOf(octets) : octets;
}

interface Entry {
  readonly target: Target;
  readonly field: number;
  /** The text something of it was seen in last, and the sets of literals of which one was seen there, as bits. */
  turn: number;
  seen: number;
  /** All of its sets. */
  readonly all: number;
}

/** One set of an entry, for the literals of the set. */
interface Mark {
  readonly entry: Entry;
  readonly bit: number;
}

class Sieve {
  /** By field, those without literal and factor, the shortest first. */
  readonly #always: readonly (readonly Target[])[];
  readonly #isEmpty: readonly boolean[];
  readonly #byLiteral: readonly Mark[][];
  readonly #literals: Literals | undefined;
  readonly #byFactor: readonly Entry[];
  readonly #factors: FactorAutomaton | undefined;
  #turn = 0;

  constructor(fields: readonly (readonly Target[])[]) {
    const words = new Map<string, Mark[]>();
    const withFactor: Entry[] = [];
    this.#always = fields.map((targets, field) => {
      const always: Target[] = [];
      for (const target of targets) {
        const { literals, also, factor } = target.matcher;
        const sets = literals && literals.length > 0 ? [literals, ...also] : [];
        const entry = { target, field, turn: 0, seen: 0, all: sets.length > 0 ? 2 ** sets.length - 1 : 1 };
        for (const [i, set] of sets.entries())
          for (const literal of new Set(set))
            words.set(literal, [...(words.get(literal) ?? []), { entry, bit: 1 << i }]);
        if (sets.length > 0) continue;
        if (factor) withFactor.push(entry);
        else always.push(target);
      }
      return always.sort((a, b) => a.matcher.shortest - b.matcher.shortest);
    });
    this.#isEmpty = fields.map(targets => targets.length === 0);
    this.#byLiteral = [...words.values()];
    this.#literals = words.size > 0 ? new Literals([...words.keys()]) : undefined;
    this.#byFactor = withFactor;
    const factors = withFactor.flatMap(({ target }) => target.matcher.factor ?? []);
    this.#factors = factors.length > 0 ? new FactorAutomaton(factors) : undefined;
  }

  has(field: number): boolean {
    return this.#isEmpty[field] === false;
  }

  candidates(text: string, field: number, onCandidate: OnCandidate): void {
    const { length } = text;
    for (const target of this.#always[field] ?? []) {
      if (target.matcher.shortest > length) break;
      onCandidate(target, text);
    }
    const turn = ++this.#turn;
    const visit = (entry: Entry | undefined, bit: number): void => {
      if (entry === undefined || entry.field !== field) return;
      const seen = entry.turn === turn ? entry.seen : 0;
      entry.turn = turn;
      entry.seen = seen | bit;
      if (seen === entry.seen || entry.seen !== entry.all) return;
      if (entry.target.matcher.shortest <= length) onCandidate(entry.target, text);
    };
    this.#literals?.find(text.toLowerCase(), word =>
      this.#byLiteral[word]?.forEach(({ entry, bit }) => visit(entry, bit)),
    );
    if (this.#factors) {
      const octets = Buffer.from(text, 'latin1');
      this.#factors.find(octets, octets.length, factor => visit(this.#byFactor[factor], 1));
    }
  }
}
