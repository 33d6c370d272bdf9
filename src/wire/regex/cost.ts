// SPDX-License-Identifier: Apache-2.0
/**
 * Cost — how the time of a search grows with the text: linear where proven, polynomial with a degree, or exponential with a witness whose
 * steps were counted. First the cheap proof (few ways from any place), then the automaton's ambiguity.
 */
import { ambiguityOf } from './ambiguity.ts';
import { automatonOf, mostCopies } from './automaton.ts';
import type { Classes } from './classes.ts';
import type { Witness } from './expression.ts';
import { childrenOf, type Node } from './node.ts';
import { countSteps } from './steps.ts';

export type Weighed =
  | { readonly kind: 'linear' }
  | { readonly kind: 'polynomial'; readonly degree: number }
  | { readonly kind: 'unproven' | 'suspected' }
  | { readonly kind: 'exponential'; readonly witness: Witness };

/** So many ways from one place of the text are a constant. */
const fewWays = 256;
/** With loops counted once, more ways than this are not: `(a|b|ab){20}`. */
const manyWays = 20_000;

export function weighCost(root: Node, classes: Classes): Weighed {
  if (waysOf(root, 'all') <= fewWays) return { kind: 'linear' };
  if (hasLoopBehind(root)) return { kind: 'unproven' };
  const states = automatonOf(root, classes.limit);
  if (states === undefined) return { kind: 'unproven' };
  const { exponential, degree, isDecided } = ambiguityOf(states);
  if (exponential !== undefined) {
    const witness = confirm(root, exponential.prefix, exponential.pump, classes.escape('w')!.set);
    return witness === undefined ? { kind: 'suspected' } : { kind: 'exponential', witness };
  }
  if (!isDecided || waysOf(root, 'between loops') > manyWays) return { kind: 'unproven' };
  return degree <= 1 ? { kind: 'linear' } : { kind: 'polynomial', degree };
}

/** The most ways a search can take from one place, whatever the text; loops without bound make it infinite, or count once. */
function waysOf(node: Node, what: 'all' | 'between loops'): number {
  switch (node.kind) {
    case 'sequence':
      return node.items.reduce((ways, item) => ways * waysOf(item, what), 1);
    case 'choice':
      return node.options.reduce((ways, option) => ways + waysOf(option, what), 0);
    case 'look':
      // What is inside is done with once found, but looked for at each way here.
      return 1 + waysOf(node.item, what);
    case 'repeat': {
      const inner = waysOf(node.item, what);
      if (what === 'between loops' && node.max - node.min > mostCopies) return inner;
      if (node.max === Infinity) return Infinity;
      if (inner === 1) return node.max - node.min + 1;
      return inner ** node.max * 2;
    }
    case 'reference':
      return what === 'all' ? Infinity : 1;
    case 'group':
    case 'atomic':
      return waysOf(node.item, what);
    case 'empty':
    case 'set':
    case 'assertion':
      return 1;
  }
}

function hasLoopBehind(node: Node): boolean {
  if (node.kind === 'look' && node.isBehind) return waysOf(node.item, 'all') > fewWays;
  return childrenOf(node).some(hasLoopBehind);
}

const suffixes = ['', '\0', '!', '\n\n', '~', 'a', '0', ' ', '<', 'Z\0'];
/** Steps of one search, and of all that one suspicion may take: 50 ms. */
const limit = 1_000_000;
const budget = 1_500_000;
/** Close together: of the fastest only the first few are done within the limit. */
const tries = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32];
/** Steps that grow faster than a polynomial of this degree are taken for an exponential's. */
const mostDegree = 6;

/** Takes a suspicion for true only if the steps grow as an exponential's do. */
function confirm(root: Node, prefix: string, pump: string, word: readonly number[]): Witness | undefined {
  let spent = 0;
  for (const suffix of suffixes) {
    let before = { times: 1, steps: Infinity };
    for (const times of tries) {
      const { steps, isFound } = countSteps(root, prefix + pump.repeat(times) + suffix, word, limit);
      spent += steps;
      if (isFound) break;
      if (steps > before.steps * (times / before.times) ** mostDegree) return { prefix, pump, suffix };
      if (steps >= limit || spent > budget) break;
      before = { times, steps };
    }
    if (spent > budget) return undefined;
  }
  return undefined;
}
