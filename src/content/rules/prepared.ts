// SPDX-License-Identifier: Apache-2.0
/** Prepared — translations of our own rules' expressions as they are kept in a generated file: working them out takes seconds, reading them milliseconds. */
import type { Cost, Translation } from '../../wire/regex/expression.ts';

export interface Prepared {
  /** Mode, modifiers and text of the expression. */
  readonly key: string;
  readonly source: string;
  readonly flags: string;
  /** Source and flags of the expression for ASCII. */
  readonly ascii?: readonly [string, string] | undefined;
  readonly literals?: readonly string[] | undefined;
  readonly also: readonly (readonly string[])[];
  readonly shortest: number;
  /** Times and power. */
  readonly bound: readonly [number, number];
  /** Where something depends on them. */
  readonly beginnings?: readonly string[] | undefined;
  readonly cost: Cost;
  readonly degree?: number | undefined;
}

/** What has no more ways than this from each place is run on a line of any length. */
const fewTimes = 100;

/** Undefined for what is not kept so: our own rules capture nothing. */
export function prepare(
  key: string,
  { regex, ascii, literals, also, factor, shortest, bound, beginnings, cost, degree, names }: Translation,
): Prepared | undefined {
  if (names.length > 0 || factor !== undefined) return undefined;
  return {
    key,
    source: regex.source,
    flags: regex.flags,
    ascii: ascii && [ascii.source, ascii.flags],
    literals,
    also,
    shortest,
    bound: [bound.times, bound.power],
    beginnings: bound.times > fewTimes ? beginnings : undefined,
    cost,
    degree,
  };
}

/** Expressions are made when they are first run: with Unicode's classes in them that takes a millisecond or two. */
export function translationOf({
  source,
  flags,
  ascii,
  literals,
  also,
  shortest,
  bound,
  beginnings,
  cost,
  degree,
}: Prepared): Translation {
  let made: RegExp | undefined;
  let madeAscii: RegExp | undefined;
  return {
    get regex() {
      return (made ??= new RegExp(source, `${flags}g`));
    },
    get ascii() {
      return ascii && (madeAscii ??= new RegExp(ascii[0], `${ascii[1]}g`));
    },
    literals,
    also,
    shortest,
    bound: { times: bound[0], power: bound[1] },
    beginnings,
    cost,
    ...(degree === undefined ? {} : { degree }),
    names: [],
    groups: new Map(),
  };
}
