// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import bayesWords from './bayes-words.ts';

async function shares(probability: number, hamLearned = 100, spamLearned = 100) {
  const training = { hamLearned, spamLearned };
  const filterOpinion = { models: { logOdds: 0, probability: 0.5, ...training }, words: { probability, ...training } };
  const outcome = await desk(bayesWords, {}, { facts: { filterOpinion } }).outcome({});
  return outcome?.status === 'done'
    ? outcome.findings.map(({ symbol, share }) => `${symbol} ${share.toFixed(2)}`)
    : outcome?.reason;
}

describe('bayes words', () => {
  it('says nothing while undecided', async () => {
    for (const probability of [0.2, 0.5, 0.8]) deepEqual(await shares(probability), []);
  });

  it('speaks louder the surer it is', async () => {
    deepEqual(await shares(0.9), ['BAYES_SPAM 0.50']);
    deepEqual(await shares(1), ['BAYES_SPAM 1.00']);
    deepEqual(await shares(0.1), ['BAYES_HAM 0.50']);
    deepEqual(await shares(0), ['BAYES_HAM 1.00']);
  });

  it('is believed in proportion to what it has learned', async () => {
    deepEqual(await shares(1, 25, 900), ['BAYES_SPAM 0.25']);
    deepEqual(await shares(1, 0, 900), []);
  });
});
