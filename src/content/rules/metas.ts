// SPDX-License-Identifier: Apache-2.0
/**
 * Metas — rules made of other rules, in an order in which each comes after those it speaks of: gone through once a message. Only what speaks of a hit, or holds
 * where nothing hits, is worked out.
 */
import { formulaOf, type Formula } from '../../wire/rules/formula.ts';
import { rulesIn, type MetaNode } from '../../wire/rules/meta.ts';
import type { CompiledRule } from './compile.ts';

interface Meta {
  readonly index: number;
  readonly formula: Formula;
}

export class Metas {
  readonly #metas: readonly Meta[];
  /** By the number of a rule, places of the metas that speak of it. */
  readonly #dependents: readonly (readonly number[] | undefined)[];
  readonly #atRest: Uint8Array;

  constructor(rules: readonly CompiledRule[]) {
    const numbers = new Map(rules.map(({ name, index }) => [name, index]));
    const order = inOrder(rules, numbers);
    this.#metas = order.map(({ index, expression }) => ({ index, formula: formulaOf(expression, numbers) }));
    const dependents: number[][] = [];
    for (const [place, { speaksOf }] of order.entries())
      for (const number of speaksOf) (dependents[number] ??= []).push(place);
    this.#dependents = dependents;
    this.#atRest = new Uint8Array(order.length);
    const values = new Float64Array(rules.length);
    for (const [place, { index, formula }] of this.#metas.entries()) {
      values[index] = formula(values);
      if (values[index] !== 0) this.#atRest[place] = 1;
    }
  }

  /** Adds what the metas come to; `hits` are the numbers of the rules with a value, and grows by the metas that have one. */
  settle(values: Float64Array, hits: number[]): void {
    const due = this.#atRest.slice();
    const follow = (number: number): void => {
      for (const place of this.#dependents[number] ?? []) due[place] = 1;
    };
    hits.forEach(follow);
    for (const [place, { index, formula }] of this.#metas.entries()) {
      if (due[place] === 0) continue;
      const value = formula(values);
      if (value === 0) continue;
      values[index] = value;
      hits.push(index);
      follow(index);
    }
  }
}

/** A circle is cut where it closes: what comes later counts as no hit there. */
function inOrder(rules: readonly CompiledRule[], numbers: ReadonlyMap<string, number>) {
  const order: { readonly index: number; readonly expression: MetaNode; readonly speaksOf: readonly number[] }[] = [];
  const begun = new Set<number>();
  const visit = (rule: CompiledRule | undefined): void => {
    if (rule?.run.kind !== 'meta' || begun.has(rule.index)) return;
    const { expression } = rule.run;
    begun.add(rule.index);
    const speaksOf = [...rulesIn(expression, numbers.keys())].flatMap(name => numbers.get(name) ?? []);
    for (const number of speaksOf) visit(rules[number]);
    order.push({ index: rule.index, expression, speaksOf });
  };
  rules.forEach(visit);
  return order;
}
