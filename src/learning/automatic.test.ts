// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { isRevocation } from '../store/learning/contract.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { AutomaticLearning } from './automatic.ts';
import type { Evidence } from './evidence.ts';
import { openFilter } from './filter.ts';
import { learningIdOf } from './id.ts';

const alice = 'alice@example.org';
const decoy: Evidence = { by: 'decoys', label: 'spam', symbols: ['DECOY'] };
const answer: Evidence = { by: 'answers', label: 'ham', symbols: ['CORRESPONDENT_ANSWERS'] };
const mail = (n: number) =>
  parseMessage(Buffer.from(`From: a@example.org\r\nMessage-ID: <${n}@example.org>\r\n\r\ntext ${n}\r\n`));
const addressOf = (n: number) => `198.51.${n % 200}.${n}`;

async function site(t: TestContext) {
  const clock = new TestClock();
  const state = memoryStateStore();
  const filter = await openFilter({ store: memoryLearningStore(), clock });
  t.after(() => filter.close());
  const held: string[] = [];
  let learned = 0;
  const automatic = new AutomaticLearning({
    filter,
    state,
    clock,
    log: silentLog,
    onLearned: () => (learned += 1),
    onHeldBack: why => held.push(why),
  });
  let n = 1_000;
  const see = async (count: number, evidence: Evidence, from?: string) => {
    for (let i = 0; i < count; i += 1) {
      n += 1;
      automatic.see({ evidence, message: mail(n), from: from ?? addressOf(n - 1_000) });
      await automatic.close();
    }
  };
  const says = async (label: 'spam' | 'ham', count: number) => {
    for (let i = 0; i < count; i += 1) {
      n += 1;
      const { outcome } = await filter.learn(mail(n), label, alice, 'person', `m${n}`);
      if (outcome === 'learned') await automatic.onPersonLearned();
    }
  };
  const pairs = async (count: number) => {
    for (let i = 0; i < count; i += 1) {
      await see(1, decoy);
      await see(1, answer);
    }
  };
  return { clock, filter, automatic, held, see, says, pairs, learned: () => learned };
}

it('learns at most fifty a day while no person ever taught', async t => {
  const { pairs, learned, clock } = await site(t);
  await pairs(40);
  assert.equal(learned(), 50);
  clock.advance(86_400_000);
  await pairs(40);
  assert.equal(learned(), 100);
});

it('learns on a day no more than people taught that day', async t => {
  const { says, pairs, learned, clock } = await site(t);
  await says('ham', 4);
  await says('spam', 3);
  await pairs(20);
  assert.equal(learned(), 7);
  clock.advance(86_400_000);
  await pairs(3);
  assert.equal(learned(), 7);
});

it('makes no kind more than twice the other', async t => {
  const { see, filter, held } = await site(t);
  await see(3, answer);
  await see(10, decoy);
  assert.deepEqual(filter.counts().spam, 4);
  assert.deepEqual(filter.counts().ham, 2);
  assert.equal(held.filter(why => why === 'ratio').length, 7);
});

it('hears one network three times a day', async t => {
  const { see, filter, held } = await site(t);
  await see(2, answer);
  await see(4, decoy, '203.0.113.9');
  assert.equal(filter.counts().spam, 3);
  assert.deepEqual(held, ['network']);
});

it('gives back what was not learned after all', async t => {
  const { says, automatic, filter, held, see, learned } = await site(t);
  await says('ham', 2);
  const known = mail(1);
  await filter.learn(known, 'ham', alice, 'person', learningIdOf(known));
  for (let i = 0; i < 5; i += 1) {
    automatic.see({ evidence: decoy, message: known, from: '203.0.113.1' });
    await automatic.close();
  }
  assert.deepEqual(held, ['outranked', 'outranked', 'outranked', 'outranked', 'outranked']);
  await see(2, decoy, '203.0.113.1');
  assert.equal(learned(), 2);
});

it('gives way to what a person says afterwards', async t => {
  const { automatic, filter } = await site(t);
  const message = mail(7);
  automatic.see({ evidence: decoy, message, from: '203.0.113.1' });
  await automatic.close();
  await filter.learn(message, 'ham', alice, 'person', learningIdOf(message));
  assert.deepEqual(
    (await filter.standing(learningIdOf(message))).map(({ label, by }) => [label, by]),
    [['ham', alice]],
  );
});

it('says in the log by what evidence it learned', async t => {
  const { automatic, filter } = await site(t);
  automatic.see({
    evidence: decoy,
    message: mail(7),
    from: '203.0.113.1',
    findings: [{ symbol: 'SPF_FAIL', share: 1 }],
  });
  await automatic.close();
  const [entry] = await filter.log.list({ limit: 1 });
  assert.ok(entry && !isRevocation(entry));
  assert.deepEqual([entry.source, entry.by, entry.label, entry.evidence], ['automatic', 'decoys', 'spam', ['DECOY']]);
  assert.deepEqual(await filter.log.readFindings(5), [
    { n: 1, label: 'spam', findings: [{ symbol: 'SPF_FAIL', share: 1 }], evidence: ['DECOY'] },
  ]);
});

it('lets go what comes faster than it can be learned', async t => {
  const { automatic, held } = await site(t);
  for (let i = 0; i < 30; i += 1) automatic.see({ evidence: decoy, message: mail(i), from: addressOf(i) });
  await automatic.close();
  assert.equal(held.filter(why => why === 'busy').length, 10);
});
