// SPDX-License-Identifier: Apache-2.0
/** Formula — the arithmetic of a `meta` rule as a function of how often the other rules hit, which are known by their numbers. */
import { namesMatching, type MetaNode, type Operator } from './meta.ts';

/** `values`: by the number of a rule, how often it hit. */
export type Formula = (values: Float64Array) => number;

/** A rule that has no number never hits. */
export function formulaOf(node: MetaNode, numbers: ReadonlyMap<string, number>): Formula {
  switch (node.kind) {
    case 'number': {
      const { value } = node;
      return () => value;
    }
    case 'rule': {
      const number = numbers.get(node.name);
      return number === undefined ? () => 0 : values => values[number] ?? 0;
    }
    case 'matching': {
      const matching = namesMatching(node.pattern, numbers.keys()).map(name => numbers.get(name) ?? -1);
      return values => matching.reduce((sum, number) => sum + (values[number] === 0 ? 0 : 1), 0);
    }
    case 'not': {
      const item = formulaOf(node.item, numbers);
      return values => (item(values) === 0 ? 1 : 0);
    }
    case 'negate': {
      const item = formulaOf(node.item, numbers);
      return values => -item(values);
    }
    case 'choice': {
      const [test, yes, no] = [node.test, node.yes, node.no].map(item => formulaOf(item, numbers));
      return values => (test?.(values) === 0 ? no : yes)?.(values) ?? 0;
    }
    case 'binary': {
      const { operator } = node;
      const left = formulaOf(node.left, numbers);
      const right = formulaOf(node.right, numbers);
      if (operator === '&&')
        return values => {
          const value = left(values);
          return value === 0 ? value : right(values);
        };
      if (operator === '||')
        return values => {
          const value = left(values);
          return value === 0 ? right(values) : value;
        };
      return values => apply(operator, left(values), right(values));
    }
  }
}

function apply(operator: Exclude<Operator, '&&' | '||'>, left: number, right: number): number {
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
