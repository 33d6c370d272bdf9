// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { desk } from '../../check/desk.ts';
import type { FactValue } from '../../check/fact.ts';
import { clientAt } from '../../core/client.ts';
import reputation from './reputation.ts';

type Known = FactValue<'reputation'>;
const known = (lower: number, upper: number, more: Partial<Known[number]> = {}): Known => [
  { identity: 'domain:example.org', wanted: 12.04, unwanted: 1, lower, upper, ...more },
];
const seated = (value: Known, language: 'en' | 'ja' = 'en') =>
  desk(reputation, {}, { facts: { reputation: value }, language });
const attempt = { client: clientAt('203.0.113.9', 25) };

it('says in numbers what people said, in both languages', async () => {
  assert.deepEqual(await seated(known(0.78, 0.97)).ask(attempt), [
    'REPUTATION_GOOD: People here called 12 messages of example.org wanted and 1 unwanted (lately): with 90 % certainty at least 78 % are wanted.',
  ]);
  assert.match(
    String(await seated(known(0.02, 0.2), 'ja').ask(attempt)),
    /^REPUTATION_BAD: .*1 通を迷惑、12 通を必要.*多くとも 20 %/,
  );
});

it('is silent where the share of wanted mail may be either, and where nobody has spoken', async () => {
  for (const value of [known(0.5, 0.9), known(0.1, 0.5), known(0.1, 0.9), []])
    assert.deepEqual(await seated(value).ask(attempt), []);
});

it('weighs by how certain it is', async () => {
  const shareOf = async (value: Known) => {
    const outcome = await seated(value).outcome(attempt);
    assert.ok(outcome?.status === 'done');
    return outcome.findings.map(({ share }) => Math.round(share * 100));
  };
  assert.deepEqual(await shareOf(known(0.75, 0.9)), [50]);
  assert.deepEqual(await shareOf(known(0, 0.25)), [50]);
});

it('hears whoever answers most for the message', async () => {
  const list = [...known(0.8, 0.9), ...known(0, 0.1, { identity: 'domain:mailer.example' })];
  assert.match(String(await seated(list).ask(attempt)), /^REPUTATION_GOOD: .* example\.org /);
});
