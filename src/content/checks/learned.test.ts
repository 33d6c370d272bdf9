// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import type { FilterOpinion } from '../facts/filter-opinion.ts';
import learned from './learned.ts';

function opinion(logOdds: number, hamLearned = 50, spamLearned = 50): FilterOpinion {
  const training = { hamLearned, spamLearned };
  const probability = 1 / (1 + Math.exp(-logOdds));
  // The calibrated probability decides, whatever the models' own odds.
  return { models: { logOdds: 0, probability, ...training }, words: { probability, ...training } };
}

async function points(logOdds: number, ham?: number, spam?: number): Promise<number> {
  const seat = desk(learned, {}, { facts: { filterOpinion: opinion(logOdds, ham, spam) } });
  const outcome = await seat.outcome({});
  ok(outcome?.status === 'done');
  const [finding] = outcome.findings;
  return finding ? finding.share * learned.symbols[finding.symbol as keyof typeof learned.symbols].weight : 0;
}

describe('learned', () => {
  it('says nothing near even odds', async () => {
    equal(await points(0), 0);
    equal(await points(0.499), 0);
    equal(await points(-0.499), 0);
    ok((await points(0.51)) > 0);
  });

  it('says nothing while one of the two kinds was never learned', async () => {
    equal(await points(9, 5_000, 0), 0);
    equal(await points(-9, 0, 5_000), 0);
  });

  it('grows with what was learned, up to its whole weight', async () => {
    equal(await points(9, 25, 5_000), 3.5);
    equal(await points(9, 50, 50), 7);
    equal(await points(9, 51, 5_000), 7);
  });

  it('brings surely learned spam to Junk by itself, and doubtful spam not', async () => {
    ok((await points(3.8)) > 5);
    ok((await points(3.6)) < 5);
    equal(await points(5.01), 7);
    equal(await points(-5.01), -3);
  });

  it('tells how sure it is and on what ground', async () => {
    deepEqual(await desk(learned, {}, { facts: { filterOpinion: opinion(9) } }).ask({}), [
      'LEARNED_SPAM: The learning filter takes it for spam (100 %, 100 messages learned).',
    ]);
  });

  it('is unavailable, not silent, when the filter cannot be asked', async () => {
    deepEqual(await desk(learned).ask({}), ['unavailable: filterOpinion: filterOpinion was not measured']);
  });
});
