// SPDX-License-Identifier: Apache-2.0
/**
 * Factor — a short piece of an expression that every match must contain, for expressions without literals: `[c\xa9][r][e3][d]`. Of all pieces the one that
 * text contains most rarely is taken. Counted repeats become loops: more is found than matches, never less. Gives undefined where each piece is common.
 */
import type { Charset } from './charset.ts';
import { sequence, type Node } from './node.ts';
import { bitsOf } from './octet-share.ts';

/** Positions of a piece, each of which takes one octet. */
export interface Factor {
  readonly sets: readonly Charset[];
  /** Where a match of the piece begins, and where it ends. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** By position, those that may come next. */
  readonly next: readonly (readonly number[])[];
}

/** As rare as this is rare enough; less than the other is no help. In bits. */
const enoughBits = 13;
const leastBits = 8;
/** A set that takes more of all text than this is as good as any: with it an automaton would count, and have a state for each number. */
const fewestBits = 2;
/** Of a set that is only stepped over; what is no letter is a third of all text. */
const fewestBitsOfGap = 1.4;
const mostPositions = 6_000;
const mostCopies = 12;
const longestRun = 16;
const longestOnce = 100;

/** For expressions on octets. */
export function rarestFactor(root: Node): Factor | undefined {
  const found = best(root);
  if (found === undefined || found.bits < leastBits) return undefined;
  return new Positions().of(found.node);
}

interface Piece {
  readonly node: Node;
  readonly bits: number;
  /** How many positions it has, about. */
  readonly size: number;
}

function best(node: Node): Piece | undefined {
  switch (node.kind) {
    case 'set':
      return { node, bits: bitsOf(node.set), size: 1 };
    case 'sequence':
      return bestOfRuns(itemsOf(node.items));
    case 'choice': {
      const whole = exact(node);
      const pieces: Piece[] = [];
      for (const option of node.options) {
        const piece = best(option);
        if (piece === undefined) return whole;
        pieces.push(piece);
      }
      const either = {
        node: { kind: 'choice', options: pieces.map(piece => piece.node) } as const,
        bits: together(pieces),
        size: sizeOf(pieces),
      };
      return whole === undefined ? either : rarer(whole, either);
    }
    case 'repeat':
      return node.min === 0 ? undefined : bestOfRuns(itemsOf([node]));
    case 'group':
    case 'atomic':
      return best(node.item);
    case 'empty':
    case 'assertion':
    case 'look':
    case 'reference':
      return undefined;
  }
}

/** What follows each other in a match: pieces known to their end, and what is inside of others. */
type Item = { readonly piece: Piece } | { readonly inside: Piece | undefined };

function itemsOf(nodes: readonly Node[]): readonly Item[] {
  return nodes.flatMap((node): readonly Item[] => {
    switch (node.kind) {
      case 'empty':
      case 'assertion':
      case 'look':
        return [];
      case 'group':
      case 'atomic':
        return itemsOf([node.item]);
      case 'sequence':
        return itemsOf(node.items);
      case 'repeat': {
        const piece = exact(node.item);
        // What may be missing is stepped over, where it stops soon.
        const gap = node.min === 0 ? (piece ?? narrow(node.item)) : undefined;
        if (gap) return [{ piece: loopOf(gap) }];
        if (!piece) {
          const once = itemsOf([node.item]);
          // In one that is long there is enough to choose from, and nested ones would double it each time.
          const isOnce = node.min === 1 || once.length > longestOnce;
          const twice = node.min === 0 ? [] : isOnce ? once : [...once, ...once];
          return [...twice, { inside: undefined }];
        }
        // A loop takes place and is no rarer than nothing: it comes after what must be there.
        // Where more must be there than is written, the loop stands for them.
        const copies = Math.min(node.min, mostCopies);
        const written = Array.from({ length: copies }, () => ({ piece }));
        return copies === node.max ? written : [...written, { piece: loopOf(piece) }];
      }
      case 'set':
      case 'choice':
      case 'reference': {
        const piece = exact(node);
        return [piece ? { piece } : { inside: best(node) }];
      }
    }
  });
}

function bestOfRuns(items: readonly Item[]): Piece | undefined {
  let found: Piece | undefined;
  for (let start = 0; start < items.length; start++) {
    const first = items[start]!;
    if ('inside' in first) {
      if (first.inside) found = rarer(found, first.inside);
      continue;
    }
    // A piece begins with something that must be there.
    if (first.piece.bits === 0) continue;
    const nodes: Node[] = [];
    let bits = 0;
    let size = 0;
    for (const item of items.slice(start, start + longestRun)) {
      if ('inside' in item) break;
      nodes.push(item.piece.node);
      bits += item.piece.bits;
      size += item.piece.size;
      found = rarer(found, { node: sequence([...nodes]), bits, size });
      if (bits >= enoughBits) break;
    }
  }
  return found;
}

function narrow(node: Node): Piece | undefined {
  if (node.kind === 'group' || node.kind === 'atomic') return narrow(node.item);
  return node.kind === 'set' && bitsOf(node.set) >= fewestBitsOfGap ? { node, bits: 0, size: 1 } : undefined;
}

function loopOf({ node, size }: Piece): Piece {
  return { node: { kind: 'repeat', item: node, min: 0, max: Infinity, how: 'greedy' }, bits: 0, size };
}

/** The node itself, if all of it is known and it takes something. */
function exact(node: Node): Piece | undefined {
  switch (node.kind) {
    case 'set':
      return bitsOf(node.set) < fewestBits ? undefined : { node, bits: bitsOf(node.set), size: 1 };
    case 'sequence': {
      const pieces = node.items.filter(takes).map(exact);
      if (!pieces.every(piece => piece !== undefined) || pieces.length === 0) return undefined;
      return {
        node: sequence(pieces.map(piece => piece.node)),
        bits: pieces.reduce((sum, piece) => sum + piece.bits, 0),
        size: sizeOf(pieces),
      };
    }
    case 'choice': {
      const pieces = node.options.map(exact);
      if (!pieces.every(piece => piece !== undefined)) return undefined;
      const options = pieces.map(piece => piece.node);
      return { node: { kind: 'choice', options }, bits: together(pieces), size: sizeOf(pieces) };
    }
    case 'repeat': {
      const inner = node.max > 0 ? exact(node.item) : undefined;
      const copies = Math.min(node.min, mostCopies);
      return (
        inner && {
          node: { ...node, item: inner.node },
          bits: copies * inner.bits,
          size: Math.max(1, copies) * inner.size,
        }
      );
    }
    case 'group':
    case 'atomic':
      return exact(node.item);
    case 'empty':
    case 'assertion':
    case 'look':
    case 'reference':
      return undefined;
  }
}

function takes(node: Node): boolean {
  return node.kind !== 'empty' && node.kind !== 'assertion' && node.kind !== 'look';
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { size }) => sum + size, 0);
}

function together(pieces: readonly Piece[]): number {
  return -Math.log2(pieces.reduce((sum, { bits }) => sum + 2 ** -bits, 0));
}

function rarer(a: Piece | undefined, b: Piece): Piece {
  if (a === undefined) return b;
  // Of two that are rare enough the smaller.
  if (a.bits >= enoughBits && b.bits >= enoughBits) return b.size < a.size ? b : a;
  return b.bits > a.bits ? b : a;
}

interface Ends {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isOptional: boolean;
}

/** The positions of a piece as Glushkov counts them. */
class Positions {
  readonly #sets: Charset[] = [];
  readonly #next: number[][] = [];

  of(node: Node): Factor | undefined {
    const { first, last, isOptional } = this.#ends(node);
    if (isOptional || this.#sets.length > mostPositions) return undefined;
    return { sets: this.#sets, first, last, next: this.#next };
  }

  #ends(node: Node): Ends {
    if (this.#sets.length > mostPositions) return { first: [], last: [], isOptional: false };
    switch (node.kind) {
      case 'set': {
        const position = this.#sets.push(node.set) - 1;
        this.#next.push([]);
        return { first: [position], last: [position], isOptional: false };
      }
      case 'choice': {
        const ends = node.options.map(option => this.#ends(option));
        return {
          first: ends.flatMap(each => each.first),
          last: ends.flatMap(each => each.last),
          isOptional: ends.some(each => each.isOptional),
        };
      }
      case 'sequence':
        return node.items.map(item => this.#ends(item)).reduce((a, b) => this.#join(a, b));
      case 'repeat': {
        const copies = Array.from({ length: Math.max(1, Math.min(node.min, mostCopies)) }, () => this.#ends(node.item));
        const last = copies.at(-1)!;
        if (node.max > copies.length) this.#join(last, last);
        const all = copies.reduce((a, b) => this.#join(a, b));
        return node.min === 0 ? { ...all, isOptional: true } : all;
      }
      case 'group':
      case 'atomic':
        return this.#ends(node.item);
      case 'empty':
      case 'assertion':
      case 'look':
      case 'reference':
        return { first: [], last: [], isOptional: true };
    }
  }

  #join(a: Ends, b: Ends): Ends {
    for (const end of a.last) this.#next[end]!.push(...b.first);
    return {
      first: a.isOptional ? [...a.first, ...b.first] : a.first,
      last: b.isOptional ? [...a.last, ...b.last] : b.last,
      isOptional: a.isOptional && b.isOptional,
    };
  }
}
