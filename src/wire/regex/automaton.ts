// SPDX-License-Identifier: Apache-2.0
/**
 * Automaton — the ways a backtracking search can take through an expression, one state for each character of it.
 * Every way of the real search is a way here; where the tree is simplified (back-references, look-arounds, anchors, long counted repeats)
 * there are more, never fewer, so what is proven harmless here is harmless. Gives undefined for more than `mostStates`.
 */
import { has, type Charset } from './charset.ts';
import type { Node } from './node.ts';

export interface State {
  /** What the state takes. */
  readonly set: Charset;
  /** Where it goes on, and by how many ways (2 stands for more). */
  readonly next: Map<number, number>;
  /** A search that is here will succeed, whatever comes. */
  isDone: boolean;
}

const mostStates = 600;
/** Ways looked at to leave one state; nested options of nothing could multiply without end. */
const mostSteps = 200_000;
/** Counted repeats up to this many copies are written out; longer ones become loops. */
export const mostCopies = 8;

/** States 0 and 1 are the search's own walk along the text (off a newline, and on one); anchored expressions never leave them. */
export function automatonOf(root: Node, limit: number): readonly State[] | undefined {
  const builder = new Builder(limit);
  const accept = builder.add({ kind: 'accept' });
  const start = builder.build(root, accept);
  return builder.states(start);
}

type Point =
  | { readonly kind: 'accept' }
  | { readonly kind: 'dead' }
  | { readonly kind: 'take'; readonly set: Charset; readonly to: number }
  | { readonly kind: 'split'; to: readonly number[] }
  /** A condition that may hold. */
  | { readonly kind: 'if'; readonly is: 'start' | 'line' | 'other'; readonly to: number };

class Builder {
  readonly #points: Point[] = [];
  readonly #limit: number;
  #steps = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(point: Point): number {
    return this.#points.push(point) - 1;
  }

  /** The entry of `node` when `to` follows. */
  build(node: Node, to: number): number {
    if (this.#points.length > 4 * mostStates) return to;
    switch (node.kind) {
      case 'empty':
        return to;
      case 'set':
        return node.set.length === 0 ? this.add({ kind: 'dead' }) : this.add({ kind: 'take', set: node.set, to });
      case 'sequence':
        return node.items.reduceRight((next, item) => this.build(item, next), to);
      case 'choice':
        return this.add({ kind: 'split', to: node.options.map(option => this.build(option, to)) });
      case 'repeat':
        return this.#repeat(node.item, node.min, node.max, to);
      case 'group':
      case 'atomic':
        return this.build(node.item, to);
      case 'look': {
        const inside = this.build(node.item, this.add({ kind: 'dead' }));
        return this.add({ kind: 'split', to: [inside, this.add({ kind: 'if', is: 'other', to })] });
      }
      case 'assertion': {
        const is = node.is === 'start' ? 'start' : node.is === 'start-of-line' ? 'line' : 'other';
        return this.add({ kind: 'if', is, to });
      }
      case 'reference':
        // Any text at all, one way for each length.
        return this.#loop({ kind: 'set', set: [0, this.#limit], inside: undefined, isCaseless: false }, to, true);
    }
  }

  #repeat(item: Node, min: number, max: number, to: number): number {
    const copies = Math.min(min, mostCopies);
    // With fewer copies than are asked for, an end that is reached too early is none.
    const exit = copies < min ? this.add({ kind: 'if', is: 'other', to }) : to;
    let entry = exit;
    if (max - min > mostCopies || copies < min) entry = this.#loop(item, exit, false);
    else for (let i = min; i < max; i++) entry = this.add({ kind: 'split', to: [this.build(item, entry), exit] });
    for (let i = 0; i < copies; i++) entry = this.build(item, entry);
    return entry;
  }

  #loop(item: Node, to: number, isConditional: boolean): number {
    const split: Point = { kind: 'split', to: [] };
    const entry = this.add(split);
    const exit = isConditional ? this.add({ kind: 'if', is: 'other', to }) : to;
    split.to = [this.build(item, entry), exit];
    return entry;
  }

  states(start: number): readonly State[] | undefined {
    if (this.#points.length > 4 * mostStates) return undefined;
    const walk: State[] = [
      { set: [0, 9, 11, this.#limit], next: new Map(), isDone: false },
      { set: [10, 10], next: new Map(), isDone: false },
    ];
    const states = [...walk];
    const numbers = new Map<number, number>();
    for (const [index, point] of this.#points.entries()) {
      if (point.kind !== 'take') continue;
      numbers.set(index, states.length);
      states.push({ set: point.set, next: new Map(), isDone: false });
    }
    if (states.length > mostStates) return undefined;
    for (const state of walk) {
      this.#leave(state, start, numbers);
      for (const other of [0, 1]) state.next.set(other, 1);
      state.isDone = false;
    }
    for (const [index, number] of numbers) {
      const point = this.#points[index]!;
      if (point.kind === 'take') this.#leave(states[number]!, point.to, numbers);
    }
    return this.#steps > mostSteps ? undefined : states;
  }

  /** Follows every way from `from` to the next characters. */
  #leave(state: State, from: number, numbers: ReadonlyMap<number, number>): void {
    const isOnWay = new Set<number>();
    const follow = (index: number, isSure: boolean): void => {
      if (++this.#steps > mostSteps) return;
      const point = this.#points[index]!;
      switch (point.kind) {
        case 'dead':
          return;
        case 'accept':
          if (isSure) state.isDone = true;
          return;
        case 'take': {
          const number = numbers.get(index)!;
          state.next.set(number, Math.min(2, (state.next.get(number) ?? 0) + 1));
          return;
        }
        case 'if':
          if (point.is === 'start' || (point.is === 'line' && !has(state.set, 10))) return;
          return follow(point.to, false);
        case 'split':
          if (isOnWay.has(index)) return;
          isOnWay.add(index);
          for (const to of point.to) follow(to, isSure);
          isOnWay.delete(index);
      }
    };
    follow(from, true);
  }
}
