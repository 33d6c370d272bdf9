// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import type { Label, LearningStore } from '../store/learning/contract.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { openFilter, type Filter } from './filter.ts';
import { OwnModels } from './own-models.ts';

const [alice, bob] = ['alice@example.org', 'bob@example.org'];
const letter = (words: string, i: number) =>
  parseMessage(Buffer.from(`From: c@example.com\r\nSubject: ${words}\r\n\r\n${words} ${words} number ${i}\r\n`));
const offer = (i: number) => letter('cheap cruise tickets bargain', i);
const note = (i: number) => letter('minutes of our meeting attached', i);

async function open(t: TestContext, store: LearningStore): Promise<Filter> {
  const filter = await openFilter({ store, clock: new TestClock() });
  t.after(() => filter.close());
  return filter;
}

/** Everybody calls offers spam; alice wants them. */
async function site(t: TestContext, store = memoryLearningStore()) {
  const filter = await open(t, store);
  const say = (by: string, label: Label, message: ReturnType<typeof letter>, id: string) =>
    filter.learn(message, label, by, 'person', id);
  for (let i = 0; i < 30; i += 1) {
    await say('carol@example.org', 'spam', offer(i), `offer ${i}`);
    await say('carol@example.org', 'ham', note(i), `note ${i}`);
  }
  for (let i = 30; i < 36; i += 1) await say(alice, 'ham', offer(i), `offer ${i}`);
  return { filter, store, say };
}

const own = async (filter: Filter, person: string, message: ReturnType<typeof letter>): Promise<number | undefined> =>
  (await filter.own(person))?.logOdds(message);

it('speaks for what its person wants, and for nobody else', async t => {
  const { filter } = await site(t);
  const [offered = 0, noted = 0] = [await own(filter, alice, offer(99)), await own(filter, alice, note(99))];
  assert.ok(offered < -1, String(offered));
  assert.ok(Math.abs(noted) < Math.abs(offered) / 3, `${noted} ${offered}`);
  assert.equal(await filter.own(bob), undefined);
  assert.equal((await filter.own(alice))?.labels, 6);
});

it('looks up nothing more of a person who never said anything', async () => {
  const owns = new OwnModels({
    store: { readOf: async () => [] },
    model: () => {
      throw new Error('asked for what the site said');
    },
  });
  assert.equal(await owns.of(bob), undefined);
});

it('has nothing to say where a person agrees with the site', async t => {
  const { filter, say } = await site(t);
  for (let i = 40; i < 60; i += 1) await say(bob, 'ham', note(i), `note ${i}`);
  assert.ok(Math.abs((await own(filter, bob, offer(99))) ?? 9) < 1);
});

it('knows the next message by what was just said, and forgets what was taken back', async t => {
  const { filter, say } = await site(t);
  const before = (await own(filter, alice, offer(99))) ?? 0;
  await say(alice, 'ham', offer(50), 'offer 50');
  const digest = (await filter.own(alice))?.digest();
  assert.equal((await filter.own(alice))?.labels, 7);
  assert.ok(((await own(filter, alice, offer(99))) ?? 0) <= before);
  await filter.revoke({ user: alice });
  assert.equal(await filter.own(alice), undefined);
  assert.notEqual(digest, undefined);
});

it('is the same in every process, and after a flood of wrong labels was taken back', async t => {
  const { filter: clean } = await site(t);
  const store = memoryLearningStore();
  const first = await open(t, store);
  for (let i = 0; i < 20; i += 1) await first.learn(offer(i), 'ham', 'mallory@example.org', 'person', `wrong ${i}`);
  const { filter, say } = await site(t, store);
  await say('mallory@example.org', 'spam', note(70), 'note 70');
  await filter.revoke({ user: 'mallory@example.org' });
  await first.refresh();
  const digests = await Promise.all([clean, filter, first].map(async one => (await one.own(alice))?.digest()));
  assert.deepEqual(digests, [digests[0], digests[0], digests[0]]);
  assert.ok(digests[0]);
});
