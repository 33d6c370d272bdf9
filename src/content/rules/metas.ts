// SPDX-License-Identifier: Apache-2.0
/**
 * Metas — rules made of other rules, in an order in which each comes after those it speaks of, with what wakes each: only a meta of which a trigger was seen is
 * looked at. A circle is cut where it closes: what comes later counts as no hit there.
 */
import { formulaOf, type Formula } from '../../wire/rules/formula.ts';
import { rulesIn } from '../../wire/rules/meta.ts';
import type { CompiledRule } from './compile.ts';
import { triggersIn, type Triggers } from './triggers.ts';

export interface PlainRules {
  /** What running it costs, roughly: to choose the cheaper of two. */
  readonly costOf: (rule: CompiledRule) => number;
  /** How often something it looks for is in a message, about; undefined where that is not known before it is run. */
  readonly shareOf: (rule: CompiledRule) => number | undefined;
}

export class Metas {
  /** By the number of a rule. */
  readonly formulas: readonly (Formula | undefined)[];
  /** By the number of a rule, the metas it wakes. */
  readonly wokenBy: readonly (readonly number[] | undefined)[];
  /** Those that are looked at in every message. */
  readonly always: readonly number[];

  constructor(rules: readonly CompiledRule[], { costOf, shareOf }: PlainRules) {
    const all = new Map(rules.map(({ name, index }) => [name, index]));
    const formulas: (Formula | undefined)[] = [];
    const triggers = new Map<number, Triggers | undefined>();
    const wokenBy: number[][] = [];
    const always: number[] = [];
    const places = new Map(inOrder(rules, all).map((rule, place) => [rule.index, place]));
    for (const [index, place] of places) {
      const run = rules[index]?.run;
      if (run?.kind !== 'meta') continue;
      const isLater = (name: string): boolean => (places.get(all.get(name) ?? -1) ?? -1) >= place;
      const later = [...rulesIn(run.expression, all.keys())].filter(isLater);
      const numbers = later.length === 0 ? all : new Map([...all].filter(([name]) => !later.includes(name)));
      const triggersOf = (number: number): Triggers | undefined => {
        if (places.has(number)) return triggers.get(number);
        const share = rules[number] && shareOf(rules[number]);
        return share === undefined ? undefined : { numbers: [number], share };
      };
      const formula = formulaOf(run.expression, {
        numbers,
        costOf: number => formulas[number]?.cost ?? (rules[number] ? costOf(rules[number]) : 0),
      });
      formulas[index] = { ...formula, cost: Math.min(formula.cost, mostCost) };
      const found = triggersIn(run.expression, { numbers, triggersOf });
      triggers.set(index, found);
      if (found === undefined) always.push(index);
      else for (const number of found.numbers) (wokenBy[number] ??= []).push(index);
    }
    this.formulas = formulas;
    this.wokenBy = wokenBy;
    this.always = always;
  }
}

/** Metas of metas of metas: numbers must not grow beyond all bounds. */
const mostCost = 1e9;

function inOrder(rules: readonly CompiledRule[], numbers: ReadonlyMap<string, number>): readonly CompiledRule[] {
  const order: CompiledRule[] = [];
  const begun = new Set<number>();
  const visit = (rule: CompiledRule | undefined): void => {
    if (rule?.run.kind !== 'meta' || begun.has(rule.index)) return;
    begun.add(rule.index);
    for (const name of rulesIn(rule.run.expression, numbers.keys())) visit(rules[numbers.get(name) ?? -1]);
    order.push(rule);
  };
  rules.forEach(visit);
  return order;
}
