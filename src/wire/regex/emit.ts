// SPDX-License-Identifier: Apache-2.0
/**
 * Emit — writes a tree as a JavaScript regular expression with the same language.
 * Atomic groups become a look-ahead that captures and a back-reference to it; anchors are spelled out, since JavaScript's know no "newline
 * at the end"; classes are written as ranges.
 */
import { writeCode, writeRanges } from './bracket.ts';
import { closeOverCase, countOf } from './charset.ts';
import type { Classes } from './classes.ts';
import type { Mode } from './expression.ts';
import { childrenOf, type Assertion, type Node, type RepeatNode, type SetNode, type Tree } from './node.ts';

export interface Emitted {
  readonly source: string;
  readonly flags: string;
  /** Perl's number of a group → JavaScript's. */
  readonly groups: ReadonlyMap<number, number>;
}

/** `keepsCaptures`: also of groups without a name that nothing refers to. */
export function emit(tree: Tree, mode: Mode, classes: Classes, keepsCaptures: boolean): Emitted {
  return new Emitter(tree, mode, classes, keepsCaptures).write();
}

class Emitter {
  readonly #tree: Tree;
  readonly #mode: Mode;
  readonly #kept: ReadonlySet<number> | undefined;
  readonly #isCaseless: boolean;
  readonly #groups = new Map<number, number>();
  readonly #word: string;
  #captures = 0;

  constructor(tree: Tree, mode: Mode, classes: Classes, keepsCaptures: boolean) {
    this.#tree = tree;
    this.#mode = mode;
    this.#kept = keepsCaptures ? undefined : new Set(referencesIn(tree.root));
    this.#isCaseless = canIgnoreCase(tree.root, classes.limit);
    this.#word = classes.escape('w')!.inside ?? '';
  }

  write(): Emitted {
    const source = this.#node(this.#tree.root);
    const flags = (this.#isCaseless ? 'i' : '') + (this.#mode === 'unicode' ? 'v' : '');
    return { source: source === '' ? '(?:)' : source, flags, groups: this.#groups };
  }

  #node(node: Node): string {
    switch (node.kind) {
      case 'empty':
        return '';
      case 'set':
        return this.#set(node);
      case 'sequence':
        return node.items.map(item => (item.kind === 'choice' ? `(?:${this.#node(item)})` : this.#node(item))).join('');
      case 'choice':
        return node.options.map(option => this.#node(option)).join('|');
      case 'repeat':
        return this.#repeat(node);
      case 'group':
        return this.#group(node.item, node.index, node.name);
      case 'atomic': {
        const index = ++this.#captures;
        return `(?:(?=(${this.#node(node.item)}))\\${index})`;
      }
      case 'look':
        return `(?${node.isBehind ? '<' : ''}${node.isNegative ? '!' : '='}${this.#node(node.item)})`;
      case 'assertion':
        return this.#assertion(node.is);
      case 'reference': {
        const text = `\\${this.#groups.get(node.index) ?? 0}`;
        return node.isCaseless && !this.#isCaseless ? `(?i:${text})` : `(?:${text})`;
      }
    }
  }

  #set({ set, inside, isCaseless }: SetNode): string {
    if (inside !== undefined) return isCaseless && !this.#isCaseless ? `(?i:[${inside}])` : `[${inside}]`;
    if (set.length === 0) return '[]';
    const last = set[set.length - 1]!;
    if (set.length === 2 && set[0] === last) return writeCode(last);
    if (this.#isCaseless && countOf(set) <= 4 && isSame(closeOverCase([last, last], set[set.length - 1]!), set))
      return writeCode(last);
    if (set[0] === 0 && set[1] === (this.#mode === 'latin1' ? 0xff : 0x10ffff)) return '[^]';
    if (set.length === 4 && set[0] === 0 && last >= 0xff && set[1]! + 2 === set[2])
      return `[^${writeCode(set[1]! + 1)}]`;
    return `[${writeRanges(set)}]`;
  }

  #group(item: Node, index: number, name: string | undefined): string {
    if (name === undefined && this.#kept !== undefined && !this.#kept.has(index)) return `(?:${this.#node(item)})`;
    this.#groups.set(index, ++this.#captures);
    return `(${name === undefined ? '' : `?<${name}>`}${this.#node(item)})`;
  }

  #repeat({ item, min, max, how }: RepeatNode): string {
    const text = this.#node(item);
    const isOne = item.kind === 'set' || item.kind === 'group';
    const isSimple = isOne && !text.startsWith('(?i:');
    const body = isSimple ? text : `(?:${text})`;
    return body + countsOf(min, max) + (how === 'lazy' ? '?' : '');
  }

  #assertion(is: Assertion): string {
    switch (is) {
      case 'start':
        return '^';
      case 'start-of-line':
        // Perl: after a newline, but not after one at the very end.
        return '(?:^|(?<=\\n)(?!$))';
      case 'end':
        return '$';
      case 'end-or-last-newline':
        return '(?=\\n?$)';
      case 'end-of-line':
        return '(?![^\\n])';
      case 'word-border':
        return this.#mode === 'latin1'
          ? '\\b'
          : `(?:(?<=[${this.#word}])(?![${this.#word}])|(?<![${this.#word}])(?=[${this.#word}]))`;
      case 'no-word-border':
        return this.#mode === 'latin1'
          ? '\\B'
          : `(?:(?<=[${this.#word}])(?=[${this.#word}])|(?<![${this.#word}])(?![${this.#word}]))`;
    }
  }
}

function countsOf(min: number, max: number): string {
  if (min === 0 && max === 1) return '?';
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function* referencesIn(node: Node): Generator<number> {
  if (node.kind === 'reference') yield node.index;
  for (const child of childrenOf(node)) yield* referencesIn(child);
}

/** Whether the /i of the whole expression means the same: no letter in it needs its case. */
function canIgnoreCase(root: Node, limit: number): boolean {
  let isAny = false;
  const isFit = (node: Node): boolean => {
    if (node.kind === 'set' || node.kind === 'reference') {
      if (node.isCaseless) isAny = true;
      else if (node.kind === 'reference' || node.inside !== undefined) return false;
      else return isSame(closeOverCase(node.set, limit), node.set);
    }
    return childrenOf(node).every(isFit);
  };
  return isFit(root) && isAny;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
