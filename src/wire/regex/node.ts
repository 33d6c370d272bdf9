// SPDX-License-Identifier: Apache-2.0
/** Node — the syntax tree of a regular expression, with classes already resolved to the characters in them. */
import type { Charset } from './charset.ts';

export type Node =
  | { readonly kind: 'empty' }
  | SetNode
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | RepeatNode
  | { readonly kind: 'group'; readonly item: Node; readonly index: number; readonly name: string | undefined }
  /** What is never entered again once left: `(?>…)`. */
  | { readonly kind: 'atomic'; readonly item: Node; readonly position: number }
  | LookNode
  | { readonly kind: 'assertion'; readonly is: Assertion }
  | { readonly kind: 'reference'; readonly index: number; readonly isCaseless: boolean; readonly position: number };

export interface SetNode {
  readonly kind: 'set';
  /** The characters that match, of both cases if the case does not matter. */
  readonly set: Charset;
  /** The set as the inside of a JavaScript class, where that is shorter: properties. */
  readonly inside: string | undefined;
  readonly isCaseless: boolean;
}

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly item: Node;
  readonly min: number;
  /** Infinity for no bound. */
  readonly max: number;
  readonly how: 'greedy' | 'lazy';
}

export interface LookNode {
  readonly kind: 'look';
  readonly item: Node;
  readonly isBehind: boolean;
  readonly isNegative: boolean;
}

export type Assertion =
  /** `\A`, and `^` without /m. */
  | 'start'
  /** `^` with /m. */
  | 'start-of-line'
  /** `\z`. */
  | 'end'
  /** `\Z`, and `$` without /m: at the end or before the newline there. */
  | 'end-or-last-newline'
  /** `$` with /m. */
  | 'end-of-line'
  | 'word-border'
  | 'no-word-border';

export interface Tree {
  readonly root: Node;
  /** How many capturing groups there are. */
  readonly groups: number;
  readonly names: readonly string[];
}

export const empty: Node = { kind: 'empty' };

export function sequence(items: readonly Node[]): Node {
  return items.length === 1 ? items[0]! : items.length === 0 ? empty : { kind: 'sequence', items };
}

export function choice(options: readonly Node[]): Node {
  return options.length === 1 ? options[0]! : { kind: 'choice', options };
}

/** Nodes right below this one. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'sequence':
      return node.items;
    case 'choice':
      return node.options;
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return [node.item];
    case 'empty':
    case 'set':
    case 'assertion':
    case 'reference':
      return [];
  }
}
