// SPDX-License-Identifier: Apache-2.0
/** Bound — what can be said of an expression without a look at any text: how short a match may be, and how many steps a search takes at most. */
import { intersect, unite, type Charset } from './charset.ts';
import type { Node } from './node.ts';

/** A search in a text of n units, one or more, takes at most about `times` × n^`power` steps; both are `unknown` where nothing is known. */
export interface Bound {
  readonly times: number;
  readonly power: number;
}

/** Finite, so that it can be reckoned with and written as JSON. */
const unknown = Number.MAX_VALUE;

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
  return { times: Math.min(times, unknown), power: Math.min(power + (isAnchored(root) ? 0 : 1), unknown) };
}

function ways(node: Node): Bound {
  switch (node.kind) {
    case 'sequence':
      return node.items.map(ways).reduce(multiply, one);
    case 'choice': {
      const options = node.options.map(ways);
      const power = Math.max(...options.map(option => option.power));
      // Options of the same head agree with the same others: a list of thousands of words has few heads.
      const heads = new Map<string, { readonly head: readonly Charset[]; times: number }>();
      for (const [at, option] of node.options.entries()) {
        const head = headOf(option);
        const name = head.map(set => set.join()).join(' ');
        const same = heads.get(name) ?? { head, times: 0 };
        same.times += options[at]!.times;
        heads.set(name, same);
      }
      const all = [...heads.values()];
      // All that match at one place have heads that agree with each other: no more than those that agree with one of them.
      const sums = all.map(({ head }) =>
        all.reduce((sum, other) => (areApart(head, other.head) ? sum : sum + other.times), 0),
      );
      return { power, times: Math.max(...sums) };
    }
    case 'repeat': {
      const inner = ways(node.item);
      if (node.max === Infinity) return inner.times === 1 && inner.power === 0 ? { times: 1, power: 1 } : unbounded;
      if (inner.times === 1 && inner.power === 0) return { times: node.max - node.min + 1, power: 0 };
      return { times: 2 * inner.times ** node.max, power: inner.power * node.max };
    }
    case 'look': {
      const { times, power } = ways(node.item);
      return { times: 1 + times, power };
    }
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

const longestHead = 8;

/** The sets of the characters a match begins with, as far as each is known. */
function headOf(node: Node): readonly Charset[] {
  const head: Charset[] = [];
  takeHead(node, head);
  return head;
}

/** Gives whether what follows the node comes right after what was taken. */
function takeHead(node: Node, head: Charset[]): boolean {
  if (head.length >= longestHead) return false;
  switch (node.kind) {
    case 'set':
      head.push(node.set);
      return true;
    case 'sequence':
      return node.items.every(item => takeHead(item, head));
    case 'choice': {
      const first = node.options.map(option => headOf(option)[0]);
      if (first.every(set => set !== undefined)) head.push(unite(...first));
      return false;
    }
    case 'repeat':
      if (node.min > 0) takeHead(node.item, head);
      return false;
    case 'group':
    case 'atomic':
      return takeHead(node.item, head);
    case 'empty':
    case 'assertion':
    case 'look':
      return true;
    case 'reference':
      return false;
  }
}

/** Whether no text begins with both. */
function areApart(a: readonly Charset[], b: readonly Charset[]): boolean {
  return a.some((set, i) => {
    const other = b[i];
    return other !== undefined && intersect(set, other).length === 0;
  });
}

/** Whether it can match at the start of the text alone. */
export function isAnchored(node: Node): boolean {
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
