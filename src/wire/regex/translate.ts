// SPDX-License-Identifier: Apache-2.0
/**
 * Translate — from a Perl expression to a JavaScript one that matches the same, with what must occur in every match and what it costs.
 * Fails by value, with reason and place: what JavaScript cannot say, what is wrong, and what can take exponential time (with a witness).
 */
import { beginningsOf } from './beginnings.ts';
import { boundOf, isAnchored, shortestMatch } from './bound.ts';
import { Classes } from './classes.ts';
import { weighCost, type Weighed } from './cost.ts';
import { noFlags, withFlags } from './cursor.ts';
import { emit } from './emit.ts';
import type { Mode, PerlExpression, Refusal, Translation } from './expression.ts';
import { rarestFactor } from './factor.ts';
import type { Tree } from './node.ts';
import { parse } from './parse.ts';
import { reasons, Untranslatable } from './reasons.ts';
import { sizeOf, verifyReferences } from './references.ts';
import { requiredLiterals } from './required.ts';

export interface TranslateOptions {
  /** Keeps groups that have no name and nothing refers to, for those who read them from the match. */
  readonly keepsCaptures?: boolean;
  /** Classes of this mode, to be used for many expressions: Unicode's take milliseconds to work out. */
  readonly classes?: Classes;
}

/** More nodes than this, with repeats written out, are refused. */
const mostNodes = 1e9;
/** From here on the engine is asked at once whether it can compile the expression. */
const manyNodes = 5_000;

export function translate(
  { pattern, flags }: PerlExpression,
  mode: Mode,
  { keepsCaptures = false, classes = new Classes(mode) }: TranslateOptions = {},
): Translation | Refusal {
  try {
    if (mode === 'latin1') verifyOctets(pattern);
    const tree = parse(pattern, withFlags(noFlags, flags, true), classes);
    verifyReferences(tree.root);
    const nodes = sizeOf(tree.root);
    if (nodes > mostNodes) throw new Untranslatable('tooLarge', 0);
    const { source, flags: written, groups } = emit(tree, mode, classes, keepsCaptures);
    const regex = compile(source, written, nodes);
    const cost = weighCost(tree.root, classes);
    if (cost.kind === 'exponential') return { reason: reasons.exponential, position: 0, witness: cost.witness };
    const { literals, also } = requiredLiterals(tree.root);
    const bound = boundOf(tree.root);
    return {
      regex,
      literals,
      also,
      factor: literals === undefined && mode === 'latin1' ? rarestFactor(tree.root) : undefined,
      shortest: shortestMatch(tree.root),
      bound,
      beginnings: bound.power >= 1 && !isAnchored(tree.root) ? beginningsOf(tree.root) : undefined,
      ...said(cost),
      names: tree.names,
      groups,
    };
  } catch (error) {
    if (error instanceof Untranslatable) return { reason: reasons[error.why], position: error.position };
    throw error;
  }
}

/** The tree alone, for those who want to look into an expression; throws Untranslatable. */
export function parseExpression({ pattern, flags }: PerlExpression, classes: Classes): Tree {
  return parse(pattern, withFlags(noFlags, flags, true), classes);
}

function said(cost: Exclude<Weighed, { kind: 'exponential' }>): Pick<Translation, 'cost' | 'degree'> {
  return cost.kind === 'polynomial' ? { cost: cost.kind, degree: cost.degree } : { cost: cost.kind };
}

function verifyOctets(pattern: string): void {
  const foreign = /[^\0-\xff]/.exec(pattern);
  if (foreign !== null) throw new Untranslatable('foreignSign', foreign.index);
}

function compile(source: string, flags: string, nodes: number): RegExp {
  try {
    const regex = new RegExp(source, flags);
    // V8 compiles at the first use, and only then says that an expression is too big for it.
    if (nodes > manyNodes) regex.test('');
    return regex;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Untranslatable('refusedByEngine', 0);
    throw error;
  }
}
