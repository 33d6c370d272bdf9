// SPDX-License-Identifier: Apache-2.0
/**
 * Steps — counts what a backtracking search does on a text, as Perl and JavaScript search; the proof that a witness is one.
 * Gives up at a limit. For short texts: the depth of the calls is that of the match.
 */
import { has } from './charset.ts';
import type { Assertion, Node } from './node.ts';

/** Steps of a search for the first match; `limit` if there are more. Whether it found one. */
export function countSteps(
  root: Node,
  text: string,
  word: readonly number[],
  limit: number,
): { steps: number; isFound: boolean } {
  const search = new Search(text, word, limit);
  try {
    for (let start = 0; start <= text.length; start++) {
      if (search.match(root, start, () => true)) return { steps: search.steps, isFound: true };
    }
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
    return { steps: limit, isFound: false };
  }
  return { steps: search.steps, isFound: false };
}

class TooMany extends Error {}

class Search {
  steps = 0;
  readonly #text: string;
  readonly #word: readonly number[];
  readonly #limit: number;
  readonly #captures = new Map<number, string>();

  constructor(text: string, word: readonly number[], limit: number) {
    this.#text = text;
    this.#word = word;
    this.#limit = limit;
  }

  match(node: Node, at: number, then: (at: number) => boolean): boolean {
    if (++this.steps >= this.#limit) throw new TooMany();
    switch (node.kind) {
      case 'empty':
        return then(at);
      case 'set': {
        const code = this.#text.codePointAt(at);
        return code !== undefined && has(node.set, code) && then(at + (code > 0xffff ? 2 : 1));
      }
      case 'sequence': {
        const { items } = node;
        const from = (index: number, place: number): boolean =>
          index === items.length ? then(place) : this.match(items[index]!, place, next => from(index + 1, next));
        return from(0, at);
      }
      case 'choice':
        return node.options.some(option => this.match(option, at, then));
      case 'repeat': {
        const { item, min, max, how } = node;
        const again = (count: number, place: number): boolean => {
          if (count < min) return this.match(item, place, next => again(count + 1, next));
          const more = () => count < max && this.match(item, place, next => next !== place && again(count + 1, next));
          return how === 'greedy' ? more() || then(place) : then(place) || more();
        };
        return again(0, at);
      }
      case 'group':
        return this.match(node.item, at, end => {
          const before = this.#captures.get(node.index);
          this.#captures.set(node.index, this.#text.slice(at, end));
          if (then(end)) return true;
          if (before === undefined) this.#captures.delete(node.index);
          else this.#captures.set(node.index, before);
          return false;
        });
      case 'atomic': {
        const end = this.#endOf(node.item, at);
        return end !== undefined && then(end);
      }
      case 'look':
        // Behind: no loop is found there, so that it holds or not is enough; it is taken to hold.
        return node.isBehind ? then(at) : (this.#endOf(node.item, at) !== undefined) !== node.isNegative && then(at);
      case 'assertion':
        return this.#holds(node.is, at) && then(at);
      case 'reference': {
        const text = this.#captures.get(node.index);
        return text !== undefined && this.#text.startsWith(text, at) && then(at + text.length);
      }
    }
  }

  #endOf(node: Node, at: number): number | undefined {
    let found: number | undefined;
    this.match(node, at, end => {
      found = end;
      return true;
    });
    return found;
  }

  #holds(is: Assertion, at: number): boolean {
    const text = this.#text;
    switch (is) {
      case 'start':
        return at === 0;
      case 'start-of-line':
        return at === 0 || (text[at - 1] === '\n' && at < text.length);
      case 'end':
        return at === text.length;
      case 'end-or-last-newline':
        return at === text.length || (at === text.length - 1 && text[at] === '\n');
      case 'end-of-line':
        return at === text.length || text[at] === '\n';
      case 'word-border':
        return this.#isWord(at - 1) !== this.#isWord(at);
      case 'no-word-border':
        return this.#isWord(at - 1) === this.#isWord(at);
    }
  }

  #isWord(at: number): boolean {
    return at >= 0 && at < this.#text.length && has(this.#word, this.#text.charCodeAt(at));
  }
}
