// SPDX-License-Identifier: Apache-2.0
/**
 * Site — one process of several that follow one learning log, for tests: prints `ready`, then answers each line on standard input by one of JSON:
 * what it holds of the log as it is then, and how it scores the mail that it was told of.
 * Called with the path of the log, and paths of messages separated by NULs in a file.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '../core/clock.ts';
import { sqliteLearningStore } from '../store/learning/sqlite.ts';
import { startWriter } from '../store/thread/start.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { combine } from './combiner.ts';
import { Extractor } from './features/extract.ts';
import { ReputationBook } from './reputation.ts';
import { LearningView } from './view.ts';

const [logPath = '', listPath = ''] = process.argv.slice(2);
const writer = startWriter(systemClock);
const store = await sqliteLearningStore(logPath, writer);
const book = new ReputationBook(store);
const view = await LearningView.open({ store, clock: systemClock, snapshotEvery: 200, beside: book });
/** What the findings of the test are declared with. */
const declared: Readonly<Record<string, number>> = { LEARNED_SPAM: 10, SPF_FAIL: 2, DKIM_PASS: -1 };
const extractor = new Extractor();
console.log('ready');
for await (const _ of createInterface({ input: process.stdin })) {
  await view.refresh();
  const scores = readFileSync(listPath, 'utf8')
    .split('\0')
    .filter(path => path !== '')
    .map(path => {
      const features = extractor.extract(parseMessage(readFileSync(path)));
      return [view.model.score(features).logOdds, view.model.bayes(features.bayes).probability];
    });
  const combiner = await combine(
    store,
    { scoreOf: symbol => declared[symbol], isFixed: () => false },
    { before: Infinity, fits: true, pause: async () => {} },
  );
  const { scores: moved, digest } = combiner;
  const weights = view.model.weightsDigest();
  console.log(JSON.stringify({ weights, reputation: book.digest(), combiner: digest, moved, scores }));
}
await view.close();
await store.close();
await writer.close();
