// SPDX-License-Identifier: Apache-2.0
/**
 * Ambiguity — how many ways an automaton has for one text, as that text grows (Weber and Seidl; Weideman et al. 2016): two ways round one
 * loop make it exponential (EDA); one text that stays in a loop, leads to a second and stays there makes it polynomial (IDA), and the
 * longest chain of such loops is the degree. Work is bounded: what is left undecided counts as the worse.
 */
import type { State } from './automaton.ts';
import { intersect, type Charset } from './charset.ts';

export interface Ambiguity {
  /** States of a text that leads to the loop, and of the text round it by two ways; undefined if there is no such loop. */
  readonly exponential: { readonly prefix: string; readonly pump: string } | undefined;
  /** 1 for none: the search is linear. */
  readonly degree: number;
  readonly isDecided: boolean;
}

const mostSteps = 60_000;

export function ambiguityOf(states: readonly State[]): Ambiguity {
  return new Analysis(states).run();
}

class Analysis {
  readonly #states: readonly State[];
  /** Next states that do not end the search in success: what leads there is never taken back. */
  readonly #next: readonly (readonly number[])[];
  readonly #loops: readonly (readonly number[])[];
  readonly #overlaps = new Map<number, boolean>();
  #steps = 0;

  constructor(states: readonly State[]) {
    this.#states = states;
    this.#next = states.map(state => [...state.next.keys()].filter(to => !states[to]!.isDone));
    this.#loops = components(this.#next);
  }

  run(): Ambiguity {
    for (const loop of this.#loops) {
      const pump = this.#twoWays(loop);
      if (pump !== undefined) return { exponential: pump, degree: Infinity, isDecided: true };
    }
    const degree = this.#longestChain();
    return { exponential: undefined, degree, isDecided: this.#steps <= mostSteps };
  }

  #twoWays(loop: readonly number[]): Ambiguity['exponential'] {
    const inLoop = new Set(loop);
    const nextOf = (state: number) => this.#next[state]!.filter(to => inLoop.has(to));
    const count = this.#states.length;
    for (const root of loop) {
      const seen = new Map<number, { readonly from: number; readonly letters: Charset }>();
      const queue: number[] = [];
      const visit = (pair: number, from: number, letters: Charset) => {
        if (seen.has(pair)) return;
        seen.set(pair, { from, letters });
        queue.push(pair);
      };
      for (const to of nextOf(root)) {
        if (this.#states[root]!.next.get(to) === 2)
          return this.#witness(root, to, inLoop, letterOf(this.#states[to]!.set));
      }
      const start = root * count + root;
      queue.push(start);
      for (const pair of queue) {
        const a = Math.floor(pair / count);
        const b = pair % count;
        if (a === b && pair !== start) {
          let word = '';
          for (let at = pair; ;) {
            const step = seen.get(at)!;
            word = letterOf(step.letters) + word;
            if (step.from === start) break;
            at = step.from;
          }
          return this.#witness(root, a, inLoop, word);
        }
        for (const x of nextOf(a)) {
          for (const y of nextOf(b)) {
            if ((pair === start && x >= y) || ++this.#steps > mostSteps || !this.#overlap(x, y)) continue;
            const letters = intersect(this.#states[x]!.set, this.#states[y]!.set);
            visit(Math.min(x, y) * count + Math.max(x, y), pair, letters);
          }
        }
        if (this.#steps > mostSteps) return undefined;
      }
    }
    return undefined;
  }

  /** A text to the root, and one round: `word` leads from the root to `to`, the shortest way leads back. */
  #witness(root: number, to: number, inLoop: ReadonlySet<number>, word: string): { prefix: string; pump: string } {
    const back = to === root ? '' : this.#path(to, root, state => inLoop.has(state));
    return { prefix: this.#path(0, root, () => true), pump: word + back };
  }

  #path(from: number, to: number, isAllowed: (state: number) => boolean): string {
    const cameFrom = new Map<number, number>();
    const queue = [from];
    for (const state of queue) {
      for (const next of this.#states[state]!.next.keys()) {
        if (cameFrom.has(next) || !isAllowed(next) || (next < 2 && from === 0)) continue;
        cameFrom.set(next, state);
        queue.push(next);
      }
    }
    let word = '';
    for (let at: number | undefined = to; at !== undefined && cameFrom.has(at); at = cameFrom.get(at)) {
      word = letterOf(this.#states[at]!.set) + word;
      if (cameFrom.get(at) === from) break;
    }
    return word;
  }

  /** The longest chain of loops each of which hands over to the next. */
  #longestChain(): number {
    const depths = new Map<readonly number[], number>();
    const depthOf = (loop: readonly number[]): number => {
      const known = depths.get(loop);
      if (known !== undefined) return known;
      // Tarjan gives what can be reached first.
      const beyond = this.#loops.slice(0, this.#loops.indexOf(loop)).filter(other => this.#handsOver(loop, other));
      const depth = 1 + Math.max(0, ...beyond.map(depthOf));
      depths.set(loop, depth);
      return depth;
    };
    return Math.max(1, ...this.#loops.map(depthOf));
  }

  #handsOver(first: readonly number[], second: readonly number[]): boolean {
    return first.some(p => second.some(q => this.#overlap(p, q) && this.#stays(p, q)));
  }

  /** Whether one text leads from p to p, from p to q, and from q to q. */
  #stays(p: number, q: number): boolean {
    const count = this.#states.length;
    const key = (a: number, b: number, c: number) => (a * count + b) * count + c;
    const seen = new Set([key(p, p, q)]);
    const queue: (readonly [number, number, number])[] = [[p, p, q]];
    for (const [a, b, c] of queue) {
      for (const x of this.#next[a]!) {
        for (const z of this.#next[c]!) {
          if (!this.#overlap(x, z)) continue;
          for (const y of this.#next[b]!) {
            if (++this.#steps > mostSteps) return true;
            if (!this.#overlap(x, y) || !this.#overlap(y, z) || !this.#overlapThree(x, y, z)) continue;
            if (x === p && y === q && z === q) return true;
            const next = key(x, y, z);
            if (seen.has(next)) continue;
            seen.add(next);
            queue.push([x, y, z]);
          }
        }
      }
    }
    return false;
  }

  #overlapThree(x: number, y: number, z: number): boolean {
    const common = intersect(this.#states[x]!.set, this.#states[y]!.set);
    return intersect(common, this.#states[z]!.set).length > 0;
  }

  #overlap(x: number, y: number): boolean {
    const key = Math.min(x, y) * this.#states.length + Math.max(x, y);
    let found = this.#overlaps.get(key);
    if (found === undefined) {
      found = intersect(this.#states[x]!.set, this.#states[y]!.set).length > 0;
      this.#overlaps.set(key, found);
    }
    return found;
  }
}

/** A letter where there is one: easier to read in a witness. */
function letterOf(set: Charset): string {
  for (const nice of [
    [97, 122],
    [48, 57],
    [65, 90],
    [33, 126],
  ]) {
    const common = intersect(set, nice);
    if (common.length > 0) return String.fromCodePoint(common[0]!);
  }
  return String.fromCodePoint(set[0] ?? 0);
}

/** The strongly connected components with a way round (Tarjan, without recursion for the depth an attacker may choose). */
function components(next: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const order = new Map<number, number>();
  const low: number[] = [];
  const open: number[] = [];
  const isOpen = new Set<number>();
  const found: number[][] = [];
  for (let root = 0; root < next.length; root++) {
    if (order.has(root)) continue;
    const calls: { readonly state: number; at: number }[] = [{ state: root, at: 0 }];
    while (calls.length > 0) {
      const call = calls[calls.length - 1]!;
      const { state } = call;
      if (call.at === 0) {
        low[state] = order.size;
        order.set(state, order.size);
        open.push(state);
        isOpen.add(state);
      }
      const to = next[state]![call.at++];
      if (to !== undefined) {
        if (!order.has(to)) calls.push({ state: to, at: 0 });
        else if (isOpen.has(to)) low[state] = Math.min(low[state]!, order.get(to)!);
        continue;
      }
      calls.pop();
      const caller = calls.at(-1)?.state;
      if (caller !== undefined) low[caller] = Math.min(low[caller]!, low[state]!);
      if (low[state] !== order.get(state)) continue;
      const component = open.splice(open.lastIndexOf(state));
      for (const member of component) isOpen.delete(member);
      if (component.length > 1 || next[state]!.includes(state)) found.push(component);
    }
  }
  return found;
}
