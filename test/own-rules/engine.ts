// SPDX-License-Identifier: Apache-2.0
/** Engine — our own rules as the server runs them, but that no clock stops an expression: which rules with points hit a message. */
import { systemClock } from '../../src/core/clock.ts';
import { RuleBook } from '../../src/content/rules/book.ts';
import { hitsOf } from '../../src/content/rules/hits.ts';
import { readRuleFolder } from '../../src/content/rules/folder.ts';
import { keepingTranslator, translatorWithGroups } from '../../src/content/rules/load.ts';
import { Strikes, type TrialRunner } from '../../src/content/rules/thread/start.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { folder } from './declared.ts';

export function ownEngine(): (bytes: Buffer) => Promise<ReadonlySet<string>> {
  const book = new RuleBook([readRuleFolder({ path: folder, mode: 'enforce' })], {
    translate: keepingTranslator(),
    translateWithGroups: translatorWithGroups(),
    clock: systemClock,
    trusted: [],
    scoreSet: 0,
    runner,
    strikes: new Strikes(systemClock),
    onStopped: () => {},
  });
  return async bytes => {
    const { rules } = await book.hits({ mime: parseMessage(bytes), envelopeFrom: undefined, client: undefined });
    return new Set(rules);
  };
}

const runner: TrialRunner = {
  run: async trials => ({
    hits: trials.map(({ matcher, text, limit }) => hitsOf(matcher.regex, text, limit)),
    captures: [],
  }),
};
