// SPDX-License-Identifier: Apache-2.0
/**
 * Required — strings of which one must occur in every match, so that an expression runs only where one was seen.
 * Lower-case, as `toLowerCase` gives; none where the best would be shorter than three letters (and has no sign of a script with many) or more than 64.
 */
import { countOf, membersOf } from './charset.ts';
import { childrenOf, type Node } from './node.ts';

const shortest = 3;
/** One sign of a script with thousands of them is rare enough: most mail has none. */
const shortestOfMany = 1;
const ofMany = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f]/;
const mostWords = 64;
/** So many other sets are looked for: each makes a candidate rarer, and the first do so most. */
const mostAlso = 3;
/** A set of more characters than this is not written out. */
const mostMembers = 5;
/** No longer words are gathered: a few units already decide. */
const longest = 32;

export interface Required {
  /** The rarest set of strings. */
  readonly literals: readonly string[] | undefined;
  /** Other sets, of each of which one string occurs in every match too, and not only because one of another does; the rarest first. */
  readonly also: readonly (readonly string[])[];
}

interface Found {
  /** All strings that match, if they are few. */
  readonly exact: readonly string[] | undefined;
  /** The best set of which one occurs in every match. */
  readonly best: readonly string[] | undefined;
  /** All sets of which one occurs, that one among them. */
  readonly all: readonly (readonly string[])[];
}

export function requiredLiterals(root: Node): Required {
  const { exact, best, all } = find(root);
  const words = better(usable(exact), best);
  if (words === undefined) return { literals: undefined, also: [] };
  const sets = [pruned(words)];
  for (const set of all.toSorted((a, b) => worth(b) - worth(a)))
    if (sets.length <= mostAlso && !sets.some(known => follows(set, known))) sets.push(pruned(set));
  return { literals: sets[0], also: sets.slice(1) };
}

/** Whether one of `set` occurs wherever one of `known` does: to look for it too tells nothing. */
function follows(set: readonly string[], known: readonly string[]): boolean {
  return known.every(word => set.some(part => word.includes(part)));
}

/** All strings that match, lower-cased, if they are few. */
export function exactStrings(node: Node): readonly string[] | undefined {
  return find(node).exact;
}

const nothingKnown: Found = { exact: undefined, best: undefined, all: [] };
const nothingTaken: Found = { exact: [''], best: undefined, all: [] };

function find(node: Node): Found {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
    case 'look':
      return nothingTaken;
    case 'set': {
      if (countOf(node.set) > 2 * mostMembers) return nothingKnown;
      const letters = [...new Set([...membersOf(node.set)].map(code => String.fromCodePoint(code).toLowerCase()))];
      return {
        exact: letters.length <= mostMembers && letters.every(isPlain) ? letters : undefined,
        best: undefined,
        all: [],
      };
    }
    case 'sequence':
      return node.items.reduce<Run>((run, item) => run.add(find(item)), new Run([''], undefined, [])).close();
    case 'choice': {
      const found = node.options.map(find);
      const exact = found.every(each => each.exact !== undefined)
        ? unique(found.flatMap(each => each.exact ?? []))
        : undefined;
      const words = found.map(each => better(usable(each.exact), each.best));
      const best = words.every(each => each !== undefined) ? unique(words.flatMap(each => each ?? [])) : undefined;
      const known = few(best);
      return { exact: few(exact), best: known, all: known ? [known] : [] };
    }
    case 'repeat': {
      const inner = find(node.item);
      if (node.min === 0) {
        const isOptional = node.max === 1 && inner.exact !== undefined;
        return isOptional
          ? { exact: few(unique(['', ...(inner.exact ?? [])])), best: undefined, all: [] }
          : nothingKnown;
      }
      let run = new Run([''], undefined, []);
      const copies = Math.min(node.min, longest);
      for (let i = 0; i < copies; i++) run = run.add(inner);
      if (node.max !== copies) run = run.add(nothingKnown);
      return run.close();
    }
    case 'group':
    case 'atomic':
      return find(childrenOf(node)[0]!);
    case 'reference':
      return nothingKnown;
  }
}

/** What a sequence has gathered: the strings since the last thing that is not known exactly, and the best set before. */
class Run {
  readonly #exact: readonly string[];
  readonly #best: readonly string[] | undefined;
  readonly #all: readonly (readonly string[])[];
  readonly #isWhole: boolean;

  constructor(
    exact: readonly string[],
    best: readonly string[] | undefined,
    all: readonly (readonly string[])[],
    isWhole = true,
  ) {
    this.#exact = exact;
    this.#best = best;
    this.#all = all;
    this.#isWhole = isWhole;
  }

  add(next: Found): Run {
    const best = better(this.#best, next.best);
    const all = next.all.length > 0 && this.#all.length < longest ? [...this.#all, ...next.all] : this.#all;
    const joined =
      next.exact === undefined
        ? undefined
        : few(unique(next.exact.flatMap(tail => this.#exact.map(head => head + tail))));
    if (joined !== undefined && joined.every(word => word.length <= longest))
      return new Run(joined, best, all, this.#isWhole);
    // The strings are done with; those of the next item begin anew.
    const done = usable(this.#exact);
    return new Run(next.exact ?? [''], better(best, done), done ? [...all, done] : all, false);
  }

  close(): Found {
    const done = usable(this.#exact);
    return {
      exact: this.#isWhole ? this.#exact : undefined,
      best: better(this.#best, done),
      all: done && !this.#isWhole ? [...this.#all, done] : this.#all,
    };
  }
}

function usable(words: readonly string[] | undefined): readonly string[] | undefined {
  return words !== undefined && words.length > 0 && words.every(isLong) ? few(words) : undefined;
}

function isLong(word: string): boolean {
  return word.length >= (ofMany.test(word) ? shortestOfMany : shortest);
}

function few(words: readonly string[] | undefined): readonly string[] | undefined {
  return words !== undefined && words.length <= mostWords ? words : undefined;
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}

function better(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return worth(b) > worth(a) ? b : a;
}

/** Bits, roughly: how rare the commonest of the words is, less how many there are. */
function worth(words: readonly string[]): number {
  return Math.min(...words.map(rarity)) - Math.log2(words.length);
}

/** How rare a word is, in bits, roughly. */
export function rarity(word: string): number {
  let bits = 0;
  for (const letter of word)
    bits += /[ etaoinsr]/.test(letter) ? 3 : /[a-z\n]/.test(letter) ? 4.5 : ofMany.test(letter) ? 7 : 5.5;
  return bits;
}

/** Without words that hold another of the set, which is found anyway. */
function pruned(words: readonly string[]): readonly string[] {
  return words.filter(word => !words.some(other => other !== word && word.includes(other)));
}

/** Whether lower-casing a text lower-cases this letter the same wherever it stands: not so for sigma, and for letters that become two. */
function isPlain(letter: string): boolean {
  return letter !== 'σ' && letter !== 'ς' && `a${letter}a`.toLowerCase() === `a${letter}a`;
}
