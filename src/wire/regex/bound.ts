// SPDX-License-Identifier: Apache-2.0
/** Bound — what can be said of an expression without a look at any text: how short a match may be, and how many steps a search takes at most. */
import { intersect, unite, type Charset } from './charset.ts';
import type { Node } from './node.ts';

/** A search in a text of n units takes at most about `times` × n^`power` steps; infinite where nothing is known. */
export interface Bound {
  readonly times: number;
  readonly power: number;
}

/** The fewest units a match takes. */
export function shortestMatch(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return node.items.reduce((sum, item) => sum + shortestMatch(item), 0);
    case 'choice':
      return Math.min(...node.options.map(shortestMatch));
    case 'repeat':
      return node.min === 0 ? 0 : node.min * shortestMatch(node.item);
    case 'group':
    case 'atomic':
      return shortestMatch(node.item);
    case 'empty':
    case 'assertion':
    case 'look':
    case 'reference':
      return 0;
  }
}

/** Each way through the expression from each place of the text: what backtracking can try at most. */
export function boundOf(root: Node): Bound {
  const { times, power } = ways(root);
  return { times, power: power + (isAnchored(root) ? 0 : 1) };
}

function ways(node: Node): Bound {
  switch (node.kind) {
    case 'sequence':
      return node.items.map(ways).reduce(multiply, one);
    case 'choice': {
      const options = node.options.map(ways);
      const power = Math.max(...options.map(option => option.power));
      const times = options.map(option => option.times);
      // Of options that begin with different characters one at most is gone into.
      return { power, times: areApart(node.options) ? Math.max(...times) : times.reduce((sum, each) => sum + each, 0) };
    }
    case 'repeat': {
      const inner = ways(node.item);
      if (node.max === Infinity) return inner.times === 1 && inner.power === 0 ? { times: 1, power: 1 } : unbounded;
      if (inner.times === 1 && inner.power === 0) return { times: node.max - node.min + 1, power: 0 };
      return { times: 2 * inner.times ** node.max, power: inner.power * node.max };
    }
    case 'look':
      return { times: 1 + ways(node.item).times, power: ways(node.item).power };
    case 'reference':
      // Read again, whatever its length.
      return { times: 1, power: 1 };
    case 'group':
    case 'atomic':
      return ways(node.item);
    case 'empty':
    case 'set':
    case 'assertion':
      return one;
  }
}

const one: Bound = { times: 1, power: 0 };
const unbounded: Bound = { times: Infinity, power: Infinity };

function multiply(a: Bound, b: Bound): Bound {
  return { times: a.times * b.times, power: a.power + b.power };
}

function areApart(options: readonly Node[]): boolean {
  let seen: Charset = [];
  for (const option of options) {
    const first = firstOf(option);
    if (first === undefined || intersect(seen, first).length > 0) return false;
    seen = unite(seen, first);
  }
  return true;
}

/** What a match begins with; undefined where it may be nothing, or is not known. */
function firstOf(node: Node): Charset | undefined {
  switch (node.kind) {
    case 'set':
      return node.set;
    case 'sequence': {
      const item = node.items.find(each => each.kind !== 'empty' && each.kind !== 'assertion' && each.kind !== 'look');
      return item && firstOf(item);
    }
    case 'choice': {
      const sets = node.options.map(firstOf);
      return sets.every(set => set !== undefined) ? unite(...sets) : undefined;
    }
    case 'repeat':
      return node.min === 0 ? undefined : firstOf(node.item);
    case 'group':
    case 'atomic':
      return firstOf(node.item);
    case 'empty':
    case 'assertion':
    case 'look':
    case 'reference':
      return undefined;
  }
}

/** Whether it can match at the start of the text alone. */
function isAnchored(node: Node): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.is === 'start';
    case 'sequence': {
      const first = node.items[0];
      return first !== undefined && isAnchored(first);
    }
    case 'choice':
      return node.options.every(isAnchored);
    case 'group':
    case 'atomic':
      return isAnchored(node.item);
    case 'repeat':
      return node.min > 0 && isAnchored(node.item);
    case 'empty':
    case 'set':
    case 'look':
    case 'reference':
      return false;
  }
}
