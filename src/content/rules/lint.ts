// SPDX-License-Identifier: Apache-2.0
/** Lint — looks through a folder of rules without a message: what can be run, and how fast it is known to be. Fails with `bad-configuration` if it cannot be read. */
import { meaningOf } from '../../wire/rules/keywords.ts';
import { readRules } from '../../wire/rules/read.ts';
import type { Problem } from '../../wire/rules/types.ts';
import { compileRules, type Matcher } from './compile.ts';
import { readRuleFolder } from './folder.ts';
import { keepingTranslator } from './load.ts';

export interface Lint {
  readonly rules: number;
  readonly supported: number;
  readonly unsupported: readonly Problem[];
  readonly network: readonly string[];
  readonly idle: readonly string[];
  readonly withoutLiteral: readonly string[];
  readonly polynomial: readonly string[];
  readonly unproven: readonly string[];
  readonly settingsWithoutMeaning: Readonly<Record<string, number>>;
}

export function lintRules(path: string): Lint {
  const folder = readRuleFolder({ path, mode: 'observe' });
  const set = readRules(folder.files, folder.open ? { open: folder.open } : {});
  // Rules without points are looked at too: a site may give them some.
  const compiled = compileRules(set, { translate: keepingTranslator(), isForLint: true });
  const idle = [...set.rules.values()].filter(
    ({ name, scores }) => !name.startsWith('__') && scores.every(score => score === 0),
  );
  const having = (is: (matcher: Matcher) => boolean): readonly string[] => [
    ...new Set(compiled.matchers.filter(is).flatMap(({ rule }) => compiled.rules[rule]?.name ?? [])),
  ];
  return {
    rules: set.rules.size,
    supported: compiled.rules.length,
    unsupported: compiled.problems,
    network: compiled.network,
    idle: idle.map(({ name }) => name),
    withoutLiteral: having(({ literals }) => literals === undefined),
    polynomial: having(({ cost }) => cost === 'polynomial'),
    unproven: having(({ cost }) => cost === 'unproven' || cost === 'suspected'),
    settingsWithoutMeaning: Object.fromEntries(
      [...set.settings].filter(([key]) => meaningOf(key) === 'idle').map(([key, list]) => [key, list.length]),
    ),
  };
}
