// SPDX-License-Identifier: Apache-2.0
/** Rule lint — what a folder of rules comes to: how many can be run and how, and each that cannot with its place and reason. Filled by content/rules. */
import type { Sentence } from '../core/sentence.ts';

export interface LintedFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly reason: Sentence;
}

export interface RuleLint {
  /** Of all kinds, those whose lines were let in by their conditions. */
  readonly rules: number;
  readonly supported: number;
  /** Faults of rules, and of other lines. */
  readonly unsupported: readonly LintedFault[];
  /** Rules that ask name servers or other machines: this program has checks of its own for them. */
  readonly network: readonly string[];
  /** Rules whose score is 0: they are not run. */
  readonly idle: readonly string[];
  /** Expressions of which no literal is known that must occur: they are run on every text. */
  readonly withoutLiteral: readonly string[];
  /** Not linear for every text: run in a thread where the text is long. */
  readonly polynomial: readonly string[];
  /** Neither proven fast nor known to be slow: run in a thread. */
  readonly unproven: readonly string[];
  /** Settings that have no meaning here, with how often they stand there. */
  readonly settingsWithoutMeaning: Readonly<Record<string, number>>;
}
