// SPDX-License-Identifier: Apache-2.0
/**
 * Group — expressions that look at texts of one kind, and which of them may hit a text: what is longer than the text cannot; of the others tell the literals
 * and factors that occur in it, all looked for at once.
 */
import { rarity } from '../../wire/regex/required.ts';
import { isAscii } from '../fold.ts';
import { Literals } from '../literals.ts';
import type { CompiledRule, Matcher } from './compile.ts';
import { FactorAutomaton } from './factor-automaton.ts';
import { foldedOf } from './views/octets.ts';
import { WordAutomaton } from './word-automaton.ts';

export interface Target {
  readonly rule: CompiledRule;
  readonly matcher: Matcher;
}

type OnCandidate = (target: Target, text: string) => void;

/** Expressions on texts of one kind: those on octets, and those on what the octets say. */
export class Group {
  readonly #octets: Sieve | undefined;
  readonly #folded: Sieve | undefined;

  constructor(targets: readonly Target[]) {
    const [octets, folded] = [false, true].map(is => targets.filter(({ matcher }) => matcher.isUnicode === is));
    this.#octets = octets?.length ? new Sieve(octets, false) : undefined;
    this.#folded = folded?.length ? new Sieve(folded, true) : undefined;
  }

  /** Calls `onCandidate` once for each that may hit the text, with the text as that one sees it. */
  candidates(octets: string, onCandidate: OnCandidate): void {
    this.#octets?.candidates(octets, onCandidate);
    this.#folded?.candidates(foldedOf(octets), onCandidate);
  }
}

/** The text of the octets as the expression sees it. */
export function seenBy({ isUnicode }: Pick<Matcher, 'isUnicode'>, octets: string): string {
  return isUnicode ? foldedOf(octets) : octets;
}

interface Entry {
  readonly target: Target;
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
  /** Those without literal and factor, the shortest first. */
  readonly #always: readonly Target[];
  readonly #isUnicode: boolean;
  readonly #words: readonly string[];
  readonly #byWord: readonly Mark[][];
  readonly #automaton: WordAutomaton | undefined;
  readonly #byFactor: readonly Entry[];
  readonly #factors: FactorAutomaton | undefined;
  /** For text that is no octets; made when there is some. */
  #literals: Literals | undefined;
  #turn = 0;

  constructor(targets: readonly Target[], isUnicode: boolean) {
    const words = new Map<string, Mark[]>();
    const withFactor: Entry[] = [];
    const always: Target[] = [];
    for (const target of targets) {
      const { literals, also, factor } = target.matcher;
      const sets = literals && literals.length > 0 ? [literals, ...also] : [];
      const entry = { target, turn: 0, seen: 0, all: sets.length > 0 ? 2 ** sets.length - 1 : 1 };
      for (const [i, set] of sets.entries())
        for (const literal of new Set(set.map(rarestOf))) {
          const marks = words.get(literal) ?? [];
          marks.push({ entry, bit: 1 << i });
          words.set(literal, marks);
        }
      if (sets.length > 0) continue;
      if (factor) withFactor.push(entry);
      else always.push(target);
    }
    this.#always = always.sort((a, b) => a.matcher.shortest - b.matcher.shortest);
    this.#isUnicode = isUnicode;
    this.#words = [...words.keys()];
    this.#byWord = [...words.values()];
    const isOctets = (word: string): boolean => (isUnicode ? isAscii(word) : true);
    const octets = this.#words.map(word => (isOctets(word) ? word : ''));
    this.#automaton = octets.some(word => word !== '') ? new WordAutomaton(octets) : undefined;
    this.#byFactor = withFactor;
    const factors = withFactor.flatMap(({ target }) => target.matcher.factor ?? []);
    this.#factors = factors.length > 0 ? new FactorAutomaton(factors) : undefined;
  }

  candidates(text: string, onCandidate: OnCandidate): void {
    const { length } = text;
    for (const target of this.#always) {
      if (target.matcher.shortest > length) break;
      onCandidate(target, text);
    }
    const turn = ++this.#turn;
    const visit = (entry: Entry | undefined, bit: number): void => {
      if (entry === undefined) return;
      const seen = entry.turn === turn ? entry.seen : 0;
      entry.turn = turn;
      entry.seen = seen | bit;
      if (seen === entry.seen || entry.seen !== entry.all) return;
      if (entry.target.matcher.shortest <= length) onCandidate(entry.target, text);
    };
    const onWord = (word: number): void => {
      for (const { entry, bit } of this.#byWord[word] ?? []) visit(entry, bit);
    };
    if (this.#isUnicode && !isAscii(text)) {
      this.#literals ??= new Literals(this.#words);
      this.#literals.find(text.toLowerCase(), onWord);
    } else if (this.#automaton || this.#factors) {
      const octets = inScratch(text);
      this.#automaton?.find(octets, length, onWord);
      this.#factors?.find(octets, length, factor => visit(this.#byFactor[factor], 1));
    }
  }
}

/** A few units already decide: of a longer word its rarest piece is looked for. */
const longestWord = 8;

function rarestOf(word: string): string {
  let best = word.slice(0, longestWord);
  for (let i = 1; i + longestWord <= word.length; i++) {
    const piece = word.slice(i, i + longestWord);
    if (rarity(piece) > rarity(best)) best = piece;
  }
  return best;
}

let scratch = Buffer.alloc(16_384);

/** The octets of the text, until the next is asked for. */
function inScratch(text: string): Uint8Array {
  if (text.length > scratch.length) return Buffer.from(text, 'latin1');
  scratch.write(text, 'latin1');
  return scratch;
}
