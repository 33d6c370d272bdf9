// SPDX-License-Identifier: Apache-2.0
/**
 * Rules — what rules cost: CPU time of a message of the SpamAssassin corpus, each way in turn in one process, without parsing the message, which is done anyway:
 * our own rules, and SpamAssassin's (Debian package) where they are.
 * Usage: node bench/rules.ts [--rounds N] [--every N] [--only own|debian]
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RuleBook } from '../src/content/rules/book.ts';
import { readOwnRules, readRuleFolder, type RuleFolder } from '../src/content/rules/folder.ts';
import { hitsOf } from '../src/content/rules/hits.ts';
import { keepingTranslator, translatorWithGroups } from '../src/content/rules/load.ts';
import { ownExpressions } from '../src/content/rules/own-expressions.generated.ts';
import { Strikes, type TrialRunner } from '../src/content/rules/thread/start.ts';
import { systemClock } from '../src/core/clock.ts';
import { parseMessage } from '../src/wire/mime/parse.ts';
import { spamAssassinCorpus } from './corpora.ts';
import { median } from './measure.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    every: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
  },
});
const warmUpRounds = 3;
const debian = '/usr/share/spamassassin';

/** What would go to a thread is run here, so that it is counted. */
const here: TrialRunner = {
  run: async trials => ({
    hits: trials.map(({ matcher, text, limit }) => hitsOf(matcher.regex, text, limit)),
    captures: [],
  }),
};

const mail = spamAssassinCorpus().filter((_, i) => i % Number(values.every) === 0);
const ways = new Map<string, RuleBook>();
if (values.only !== 'debian') ways.set('our own rules', bookOf([readOwnRules()]));
if (values.only !== 'own' && existsSync(debian))
  ways.set("SpamAssassin's rules", bookOf([readRuleFolder({ path: debian, mode: 'observe' })]));
const costs = new Map([...ways.keys()].map(name => [name, [] as number[]]));
for (let round = 1 - warmUpRounds; round <= Number(values.rounds); round++) {
  for (const [name, book] of ways) {
    const cost = await costOf(book);
    if (round > 0) costs.get(name)?.push(cost);
  }
}
console.log(`${mail.length} messages of the SpamAssassin corpus`.padEnd(46), 'CPU ms/message');
for (const [name, all] of costs) console.log(name.padEnd(46), median(all).toFixed(3).padStart(14));

/** In ms a message. */
async function costOf(book: RuleBook): Promise<number> {
  let spent = 0;
  for (const { bytes } of mail) {
    const mime = parseMessage(bytes);
    const before = process.cpuUsage();
    await book.hits({ mime, envelopeFrom: undefined, client: undefined });
    const { user, system } = process.cpuUsage(before);
    spent += user + system;
  }
  return spent / 1_000 / mail.length;
}

function bookOf(folders: readonly RuleFolder[]): RuleBook {
  return new RuleBook(folders, {
    translate: keepingTranslator(ownExpressions),
    translateWithGroups: translatorWithGroups(),
    clock: systemClock,
    trusted: [],
    scoreSet: 0,
    runner: here,
    strikes: new Strikes(systemClock),
    onStopped: () => {},
  });
}
