// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { openFilter, type Filter } from './filter.ts';

const spamWords = 'cheap pills casino winner offer click now guaranteed income refinance'.split(' ');
const hamWords = 'meeting minutes patch review lunch train schedule draft question thanks'.split(' ');

function mail(words: readonly string[], seed: number, from: string) {
  const random = seededRandom(seed + 1);
  const text = Array.from({ length: 40 }, () => words[Math.floor(random.next() * words.length)]).join(' ');
  return parseMessage(
    Buffer.from(
      `From: ${from}\r\nTo: alice@example.org\r\nSubject: ${text.slice(0, 20)}\r\nMessage-ID: <${seed}@example.net>\r\n\r\n${text}\r\n`,
    ),
  );
}
const spam = (seed: number) => mail(spamWords, seed, 'Shop <shop@example.net>');
const ham = (seed: number) => mail(hamWords, seed, 'Bob <bob@example.com>');
const alice = 'alice@example.org';

async function opened(t: TestContext, store = memoryLearningStore()): Promise<Filter> {
  const filter = await openFilter({ store, clock: new TestClock() });
  t.after(() => filter.close());
  return filter;
}
async function taught(t: TestContext, each: number, store = memoryLearningStore()): Promise<Filter> {
  const filter = await opened(t, store);
  for (let i = 0; i < each; i += 1) {
    await filter.learn(spam(i), 'spam', alice, 'person', `s${i}`);
    await filter.learn(ham(i), 'ham', alice, 'person', `h${i}`);
  }
  return filter;
}

it('knows nothing before it was taught, and says so', async t => {
  const filter = await opened(t);
  const { logOdds, probability, learned } = filter.classify(spam(1));
  assert.deepEqual([logOdds, probability, learned], [0, 0.5, { spam: 0, ham: 0 }]);
  assert.deepEqual(filter.bayes(spam(1)), { probability: 0.5, words: 0 });
});

it('tells apart what it was taught, with both methods', async t => {
  const filter = await taught(t, 30);
  const [bad, good] = [filter.classify(spam(100)), filter.classify(ham(100))];
  assert.ok(bad.probability > 0.9 && good.probability < 0.1, `${bad.probability} ${good.probability}`);
  assert.ok(filter.bayes(spam(100)).probability > 0.9 && filter.bayes(ham(100)).probability < 0.1);
  assert.equal(bad.logOdds, (bad.filterLogOdds + bad.osbLogOdds) / 2);
});

it('is nearly sure of nothing after a few labels, and of nothing at all after labels of one kind', async t => {
  const filter = await opened(t);
  for (let i = 0; i < 50; i += 1) await filter.learn(spam(i), 'spam', alice, 'person', `s${i}`);
  assert.equal(filter.classify(ham(100)).probability, 0.5);
  await filter.learn(ham(1), 'ham', alice, 'person', 'h1');
  assert.ok(filter.classify(spam(100)).probability < 0.8);
});

it('learns a message once', async t => {
  const filter = await opened(t);
  const first = await filter.learn(spam(1), 'spam', alice, 'person', 'm');
  const digest = filter.digest();
  const again = await filter.learn(spam(1), 'spam', alice, 'person', 'm');
  assert.deepEqual([first, again.outcome], [{ outcome: 'learned', entry: 1, replaced: 0 }, 'known']);
  assert.equal(filter.digest(), digest);
});

it('replaces what the same person or a program said otherwise', async t => {
  const filter = await opened(t);
  await filter.learn(spam(1), 'ham', 'automatic', 'automatic', 'm');
  const corrected = await filter.learn(spam(1), 'spam', alice, 'person', 'm');
  const changed = await filter.learn(spam(1), 'ham', alice, 'person', 'm');
  assert.deepEqual([corrected.replaced, changed.replaced], [1, 1]);
  assert.deepEqual(filter.counts(), { spam: 0, ham: 1, lost: 0, position: 5 });
});

it('lets no program contradict a person', async t => {
  const filter = await opened(t);
  await filter.learn(spam(1), 'spam', alice, 'person', 'm');
  const { outcome } = await filter.learn(spam(1), 'ham', 'automatic', 'automatic', 'm');
  assert.equal(outcome, 'outranked');
  assert.equal(filter.counts().position, 1);
});

it('lets two people disagree', async t => {
  const filter = await opened(t);
  await filter.learn(spam(1), 'spam', alice, 'person', 'm');
  const { outcome, replaced } = await filter.learn(spam(1), 'ham', 'bob@example.org', 'person', 'm');
  assert.deepEqual([outcome, replaced], ['learned', 0]);
  assert.deepEqual(filter.counts(), { spam: 1, ham: 1, lost: 0, position: 2 });
});

it('takes back what a user taught, and is as before', async t => {
  const filter = await taught(t, 5);
  const before = filter.classify(spam(100)).logOdds;
  for (let i = 10; i < 15; i += 1) await filter.learn(ham(i), 'spam', 'mallory@example.org', 'person', `x${i}`);
  assert.notEqual(filter.classify(spam(100)).logOdds, before);
  assert.deepEqual(await filter.revoke({ user: 'mallory@example.org' }), { entries: 5 });
  assert.equal(filter.classify(spam(100)).logOdds, before);
  assert.deepEqual(await filter.revoke({ user: 'mallory@example.org' }), { entries: 0 });
});

it('is the same in a second process on the same log', async t => {
  const store = memoryLearningStore();
  const one = await taught(t, 10, store);
  const other = await opened(t, store);
  await one.learn(spam(77), 'spam', alice, 'person', 's77');
  await other.refresh();
  assert.equal(other.digest(), one.digest());
});

it('reads mail alike whether its lines end in LF or CRLF', async t => {
  const filter = await taught(t, 10);
  const crlf = spam(55);
  const lf = parseMessage(Buffer.from(crlf.bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'));
  assert.ok(Math.abs(filter.classify(lf).logOdds - filter.classify(crlf).logOdds) < 0.05);
});

it('learns of what kind mail is, from whoever says so first or says more, and takes it back', async t => {
  const filter = await taught(t, 20);
  assert.equal(filter.kinds(spam(100)).size, 0);
  const before = filter.digest();
  // Known as spam before: the kind is news all the same, and takes the place of the word without it.
  const { outcome, replaced } = await filter.learn(spam(1), 'spam', alice, 'person', 's1', { kind: 'fraud' });
  assert.deepEqual([outcome, replaced], ['learned', 1]);
  assert.equal((await filter.learn(spam(1), 'spam', alice, 'person', 's1', { kind: 'fraud' })).outcome, 'known');
  assert.equal((await filter.learn(spam(1), 'spam', alice, 'person', 's1')).outcome, 'known');
  for (let i = 30; i < 60; i += 1) {
    await filter.learn(spam(i), 'spam', 'bob@example.org', 'person', `s${i}`, { kind: 'fraud' });
    await filter.learn(ham(i), 'spam', 'bob@example.org', 'person', `h${i}`, { kind: 'adult' });
  }
  const said = filter.kinds(spam(100));
  assert.ok((said.get('fraud') ?? 0) > 0.5 && (said.get('adult') ?? 0) < -0.5, JSON.stringify([...said]));
  await filter.revoke({ user: 'bob@example.org' });
  assert.deepEqual([...filter.kinds(spam(100)).keys()], ['fraud']);
  assert.notEqual(filter.digest(), before);
});

it('lets no program name another kind than a person did', async t => {
  const filter = await opened(t);
  await filter.learn(spam(1), 'spam', alice, 'person', 'm', { kind: 'fraud' });
  const { outcome } = await filter.learn(spam(1), 'spam', 'automatic', 'import', 'm', { kind: 'adult' });
  assert.equal(outcome, 'outranked');
});
