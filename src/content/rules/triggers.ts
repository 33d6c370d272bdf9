// SPDX-License-Identifier: Apache-2.0
/**
 * Triggers — rules of which one must be possible before a meta can hold: where nothing that they look for was seen, the meta needs not be looked at. Of the sides
 * of `&&` the one that is seen more rarely decides.
 */
import { applied } from '../../wire/rules/formula.ts';
import { namesMatching, type MetaNode } from '../../wire/rules/meta.ts';

/** Numbers of rules, and how often one of them is possible, about: 1 is in every message. */
export interface Triggers {
  readonly numbers: readonly number[];
  readonly share: number;
}

/** Undefined: it may hold wherever it is looked at. */
type Found = Triggers | undefined;

export interface TriggerRules {
  readonly numbers: ReadonlyMap<string, number>;
  /** Of a rule that is no meta its own; of a meta those of its expression. */
  readonly triggersOf: (number: number) => Found;
}

const never: Triggers = { numbers: [], share: 0 };

/** Where none of them is possible, the expression is 0. */
export function triggersIn(node: MetaNode, rules: TriggerRules): Found {
  const inside = (item: MetaNode): Found => triggersIn(item, rules);
  switch (node.kind) {
    case 'number':
      return node.value === 0 ? never : undefined;
    case 'rule':
      return ofRule(node.name, rules);
    case 'matching':
      return either(namesMatching(node.pattern, rules.numbers.keys()).map(name => ofRule(name, rules)));
    case 'not':
      return undefined;
    case 'negate':
      return inside(node.item);
    case 'choice':
      return either([inside(node.test), inside(node.no)]);
    case 'binary': {
      const { operator, left, right } = node;
      switch (operator) {
        case '&&':
        case '*':
        case '&':
          return rarer(inside(left), inside(right));
        case '||':
        case '|':
        case '^':
        case '+':
        case '-':
          return either([inside(left), inside(right)]);
        case '/':
        case '%':
          return inside(left);
        case '**':
          return undefined;
        case '==':
        case '!=':
        case '<=>':
        case '<':
        case '>':
        case '<=':
        case '>=': {
          if (applied(operator, atRest(left), atRest(right)) !== 0) return undefined;
          const sides = [left, right].filter(({ kind }) => kind !== 'number');
          return either(sides.map(inside));
        }
      }
    }
  }
}

/** What a side is where nothing hits: a number is itself, and the other sides are 0 as far as they have triggers. */
function atRest(node: MetaNode): number {
  return node.kind === 'number' ? node.value : 0;
}

function ofRule(name: string, { numbers, triggersOf }: TriggerRules): Found {
  const number = numbers.get(name);
  return number === undefined ? never : triggersOf(number);
}

function rarer(a: Found, b: Found): Found {
  if (a === undefined || b === undefined) return a ?? b;
  return b.share < a.share ? b : a;
}

const mostTriggers = 200;

function either(all: readonly Found[]): Found {
  const numbers = new Set<number>();
  let share = 0;
  for (const found of all) {
    if (found === undefined) return undefined;
    for (const number of found.numbers) numbers.add(number);
    share += found.share;
  }
  return numbers.size > mostTriggers ? undefined : { numbers: [...numbers], share };
}
