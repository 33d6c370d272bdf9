// SPDX-License-Identifier: Apache-2.0
/** Ham — wanted mail beside campaigns of spam: 400 variants of 40 spam texts are seen, and none of 4,150 wanted messages may be joined to any. */
import { equal, ok } from 'node:assert/strict';
import { it } from 'node:test';
import { spamAssassinCorpus } from '../../../bench/corpora.ts';
import { TestClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import links from '../facts/links.ts';
import text, { type MessageText } from '../facts/text.ts';
import { CampaignMemory } from './memory.ts';
import { traitsOf, type TraitsOf } from './traits.ts';

const random = seededRandom(7);
const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random.next() * from.length)];

it('joins nearly all variants of a spam text, and no wanted mail', async t => {
  const corpus = spamAssassinCorpus();
  const ham = corpus.filter(({ isSpam }) => !isSpam).map(({ bytes }) => partsOf(bytes));
  const spam = corpus.filter(({ isSpam }) => isSpam).map(({ bytes }) => partsOf(bytes));
  const goodWords = ham.slice(0, 300).flatMap(({ folded }) => folded.match(/[a-z]{4,}/g)?.slice(0, 50) ?? []);
  const texts = spam
    .filter(({ folded }) => folded.length > 600)
    .filter((_, i) => i % 20 === 0)
    .slice(0, 40);
  equal(texts.length, 40);
  const memory = new CampaignMemory({ state: memoryStateStore(), clock: new TestClock(), random });
  let joined = 0;
  for (const [i, one] of texts.entries())
    for (let copy = 0; copy < 10; copy++) {
      const [ip, network] = [`198.51.${copy}.${i}`, `198.51.${copy}.0/24`];
      if (await memory.see(traitsOf(varied(one, copy, goodWords)), { ip, network, provider: `p${copy % 5}` })) joined++;
    }
  t.diagnostic(`${joined} of 360 later variants joined`);
  ok(joined >= 340, `${joined} of 360 variants were joined`);
  let wrong = 0;
  for (const one of ham) if (await memory.find(traitsOf(one))) wrong++;
  equal(wrong, 0);
});

function partsOf(bytes: Buffer): TraitsOf {
  const mime = parseMessage(bytes);
  // Facts are read as the runner reads them, of this message alone.
  const read = (fact: { readonly read: (given: never, signal: AbortSignal) => unknown }, given: object): unknown =>
    Reflect.apply(fact.read, fact, [given, AbortSignal.any([])]);
  const shown = read(text, { mime });
  ok(isText(shown));
  const found = read(links, { text: shown });
  ok(Array.isArray(found));
  return { subject: shown.subject, folded: shown.folded, links: found, hello: 'relay.example' };
}

function isText(value: unknown): value is MessageText {
  return typeof value === 'object' && value !== null && 'folded' in value && 'subject' in value;
}

/** Another subject and other links each time; every third with good words, every fourth with a tenth of the words left out. */
function varied(one: TraitsOf, copy: number, goodWords: readonly string[]): TraitsOf {
  let folded = `dear customer ${copy * 977}, ${one.folded}`;
  if (copy % 3 === 2) folded += ` ${Array.from({ length: 60 }, () => pick(goodWords)).join(' ')}`;
  if (copy % 4 === 3)
    folded = folded
      .split(' ')
      .filter(() => random.next() > 0.1)
      .join(' ');
  const host = `h${copy}.example`;
  return {
    subject: `Offer number ${copy}`,
    folded,
    links: [{ url: `http://${host}/`, host }],
    hello: `bot${copy}.example`,
  };
}
