// SPDX-License-Identifier: Apache-2.0
/**
 * References — makes sure that each back-reference means in JavaScript what it means in Perl: a group that took no part fails in Perl
 * and matches the empty text in JavaScript, so every reference must follow a group that has taken part on every way to it.
 * Throws Untranslatable for others, and for what JavaScript's look-behind, which reads backwards, would read otherwise.
 */
import { childrenOf, type Node } from './node.ts';
import { Untranslatable } from './reasons.ts';

type Groups = ReadonlySet<number>;

export function verifyReferences(root: Node): void {
  follow(root, new Set(), false);
}

/** The groups that have taken part for certain after `node`. */
function follow(node: Node, before: Groups, isBehind: boolean): Groups {
  switch (node.kind) {
    case 'empty':
    case 'set':
    case 'assertion':
      return before;
    case 'sequence':
      return node.items.reduce((groups, item) => follow(item, groups, isBehind), before);
    case 'choice':
      return node.options
        .map(option => follow(option, before, isBehind))
        .reduce((a, b) => new Set([...a].filter(index => b.has(index))));
    case 'repeat': {
      const after = follow(node.item, before, isBehind);
      return node.min > 0 ? after : before;
    }
    case 'group':
      return new Set([...follow(node.item, before, isBehind), node.index]);
    case 'atomic':
      if (isBehind) throw new Untranslatable('insideBehind', node.position);
      return follow(node.item, before, isBehind);
    case 'look': {
      const after = follow(node.item, before, isBehind || node.isBehind);
      return node.isNegative ? before : after;
    }
    case 'reference':
      if (isBehind) throw new Untranslatable('insideBehind', node.position);
      if (!before.has(node.index)) throw new Untranslatable('uncertainGroup', node.position);
      return before;
  }
}

/** How many nodes the tree has with its repeats written out; what an engine that does so would need. */
export function sizeOf(node: Node): number {
  const inner = childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1);
  if (node.kind !== 'repeat') return inner;
  return inner * Math.max(1, node.min, node.max === Infinity ? 1 : node.max);
}
