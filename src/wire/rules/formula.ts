// SPDX-License-Identifier: Apache-2.0
/**
 * Formula — the arithmetic of a `meta` rule over how often the other rules hit, which are known by their numbers. Rules need not have been run: what a formula
 * comes to is looked for among what is known first, and rules are run only where it depends on them, the cheapest first.
 */
import { namesMatching, type MetaNode, type Operator } from './meta.ts';

/** How often rules hit, by their numbers; NaN is "not known". */
export interface RuleValues {
  /** As far as it is known: runs nothing. */
  peek(number: number): number;
  /** Runs the rule where it was not; not known where the answer is still awaited. */
  value(number: number): number;
}

/** Of rules that are all known. */
export function valuesOf(counts: Float64Array): RuleValues {
  const value = (number: number): number => counts[number] ?? 0;
  return { peek: value, value };
}

export interface Formula {
  peek(values: RuleValues): number;
  value(values: RuleValues): number;
  /** What its rules cost together. */
  readonly cost: number;
}

export interface FormulaRules {
  /** A rule that has no number never hits. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly costOf: (number: number) => number;
}

const unknown = Number.NaN;

export function formulaOf(node: MetaNode, rules: FormulaRules): Formula {
  const { numbers } = rules;
  switch (node.kind) {
    case 'number':
      return constant(node.value);
    case 'rule': {
      const number = numbers.get(node.name);
      return number === undefined ? constant(0) : ruleOf(number, rules);
    }
    case 'matching': {
      const matching = namesMatching(node.pattern, numbers.keys()).map(name => ruleOf(numbers.get(name) ?? -1, rules));
      return sum(matching.map(rule => one(rule, value => (value === 0 ? 0 : 1))));
    }
    case 'not':
      return one(formulaOf(node.item, rules), value => (value === 0 ? 1 : 0));
    case 'negate':
      return one(formulaOf(node.item, rules), value => -value);
    case 'choice':
      return choice(formulaOf(node.test, rules), formulaOf(node.yes, rules), formulaOf(node.no, rules));
    case 'binary': {
      const { operator } = node;
      if (operator === '&&') return all(chainOf(node, operator).map(item => formulaOf(item, rules)));
      if (operator === '||') return any(chainOf(node, operator).map(item => formulaOf(item, rules)));
      if (operator === '+') return sum(chainOf(node, operator).map(item => formulaOf(item, rules)));
      return two(operator, formulaOf(node.left, rules), formulaOf(node.right, rules));
    }
  }
}

/** `a && b && c` as one chain of three. */
function chainOf(node: MetaNode, operator: Operator): readonly MetaNode[] {
  return node.kind === 'binary' && node.operator === operator
    ? [...chainOf(node.left, operator), ...chainOf(node.right, operator)]
    : [node];
}

function constant(value: number): Formula {
  return { peek: () => value, value: () => value, cost: 0 };
}

function ruleOf(number: number, { costOf }: FormulaRules): Formula {
  return { peek: values => values.peek(number), value: values => values.value(number), cost: costOf(number) };
}

/** Where one is 0, nothing depends on the others; else the value is that of the last. */
function all(items: readonly Formula[]): Formula {
  const cheapestFirst = items.toSorted((a, b) => a.cost - b.cost);
  const last = items.at(-1) ?? constant(1);
  const look = (values: RuleValues): number => {
    let isKnown = true;
    for (const item of items) {
      const value = item.peek(values);
      if (value === 0) return 0;
      isKnown &&= !Number.isNaN(value);
    }
    return isKnown ? last.peek(values) : unknown;
  };
  return {
    peek: look,
    value(values) {
      const known = look(values);
      if (!Number.isNaN(known)) return known;
      let isKnown = true;
      for (const item of cheapestFirst) {
        const value = item.value(values);
        if (value === 0) return 0;
        isKnown &&= !Number.isNaN(value);
      }
      return isKnown ? last.value(values) : unknown;
    },
    cost: costOfAll(items),
  };
}

/** The value of the first that is not 0. */
function any(items: readonly Formula[]): Formula {
  const first =
    (how: 'peek' | 'value') =>
    (values: RuleValues): number => {
      let isKnown = true;
      for (const item of items) {
        const value = item[how](values);
        if (Number.isNaN(value)) isKnown = false;
        else if (value !== 0) return isKnown ? value : unknown;
      }
      return isKnown ? 0 : unknown;
    };
  return { peek: first('peek'), value: first('value'), cost: costOfAll(items) };
}

function choice(test: Formula, yes: Formula, no: Formula): Formula {
  const chosen =
    (how: 'peek' | 'value') =>
    (values: RuleValues): number => {
      const value = test[how](values);
      if (!Number.isNaN(value)) return (value === 0 ? no : yes)[how](values);
      // Either may be asked for in the end.
      yes[how](values);
      no[how](values);
      return unknown;
    };
  return { peek: chosen('peek'), value: chosen('value'), cost: costOfAll([test, yes, no]) };
}

function one(item: Formula, made: (value: number) => number): Formula {
  const of = (value: number): number => (Number.isNaN(value) ? unknown : made(value));
  return { peek: values => of(item.peek(values)), value: values => of(item.value(values)), cost: item.cost };
}

function sum(items: readonly Formula[]): Formula {
  return {
    peek(values) {
      let total = 0;
      for (const item of items) total += item.peek(values);
      return total;
    },
    value(values) {
      let total = 0;
      for (const item of items) total += item.value(values);
      return total;
    },
    cost: costOfAll(items),
  };
}

function two(operator: Exclude<Operator, '&&' | '||'>, left: Formula, right: Formula): Formula {
  const joined = (a: number, b: number): number => {
    if (Number.isNaN(a) || Number.isNaN(b)) return unknown;
    const value = applied(operator, a, b);
    // What is no number is no hit.
    return Number.isNaN(value) ? 0 : value;
  };
  return {
    peek: values => joined(left.peek(values), right.peek(values)),
    value: values => joined(left.value(values), right.value(values)),
    cost: costOfAll([left, right]),
  };
}

function costOfAll(items: readonly Formula[]): number {
  return items.reduce((sum, { cost }) => sum + cost, 0);
}

/** What one of the other operators gives. */
export function applied(operator: Exclude<Operator, '&&' | '||'>, left: number, right: number): number {
  switch (operator) {
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '&':
      return left & right;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '<=>':
      return Math.sign(left - right);
    case '<':
      return Number(left < right);
    case '>':
      return Number(left > right);
    case '<=':
      return Number(left <= right);
    case '>=':
      return Number(left >= right);
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    // Perl ends the rule where it is divided by nothing: no hit.
    case '/':
      return right === 0 ? 0 : left / right;
    case '%':
      return right === 0 ? 0 : left % right;
    case '**':
      return left ** right;
  }
}
