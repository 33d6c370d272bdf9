// SPDX-License-Identifier: Apache-2.0
/**
 * Beginnings — the strings of which one stands where a match begins: a search goes deep only there, however long the text is. Lower-case, as `toLowerCase`
 * gives; none where they are many, or shorter than two.
 */
import { childrenOf, type Node } from './node.ts';
import { exactStrings } from './required.ts';

const shortest = 2;
const mostWords = 64;
/** No longer ones are gathered: each unit more makes a place rarer, and the first do so most. */
const longest = 12;

export function beginningsOf(root: Node): readonly string[] | undefined {
  // What is looked at from each place, before anything is compared, goes deep everywhere.
  if (looks(root)) return undefined;
  const { words } = beginning(root);
  return words.length > 0 && words.every(word => word.length >= shortest) ? words : undefined;
}

function looks(node: Node): boolean {
  return node.kind === 'look' || node.kind === 'reference' || childrenOf(node).some(looks);
}

interface Beginning {
  /** Each match begins with one of these; the empty word says nothing. */
  readonly words: readonly string[];
  /** Whether they are whole matches, and what follows comes right after. */
  readonly isWhole: boolean;
}

const unknown: Beginning = { words: [''], isWhole: false };

function beginning(node: Node): Beginning {
  const exact = exactStrings(node);
  if (exact) return cut({ words: exact, isWhole: true });
  switch (node.kind) {
    case 'group':
    case 'atomic':
      return beginning(node.item);
    case 'choice': {
      const all = node.options.map(beginning);
      return cut({ words: all.flatMap(({ words }) => words), isWhole: all.every(({ isWhole }) => isWhole) });
    }
    case 'sequence': {
      let so: Beginning = { words: [''], isWhole: true };
      for (const item of node.items) {
        if (!so.isWhole) break;
        const next = beginning(item);
        const words = so.words.flatMap(head => next.words.map(tail => head + tail));
        // With too many the ones so far do.
        if (new Set(words).size > mostWords) return { ...so, isWhole: false };
        so = cut({ words, isWhole: next.isWhole });
      }
      return so;
    }
    case 'repeat':
      return node.min === 0 ? unknown : { ...beginning(node.item), isWhole: false };
    case 'empty':
    case 'set':
    case 'assertion':
    case 'look':
    case 'reference':
      return unknown;
  }
}

function cut({ words, isWhole }: Beginning): Beginning {
  const short = [...new Set(words.map(word => word.slice(0, longest)))];
  if (short.length > mostWords) return unknown;
  return { words: short, isWhole: isWhole && words.every(word => word.length <= longest) };
}

/** How many places of the lower-cased text one of them stands at; no more than `limit` are counted. */
export function placesOf(beginnings: readonly string[], lower: string, limit: number): number {
  let places = 0;
  for (const word of beginnings)
    for (let at = lower.indexOf(word); at >= 0 && places < limit; at = lower.indexOf(word, at + 1)) places++;
  return places;
}
