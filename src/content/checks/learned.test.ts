// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import type { FilterOpinion } from '../facts/filter-opinion.ts';
import learned from './learned.ts';

function opinion(logOdds: number): FilterOpinion {
  const training = { hamLearned: 50, spamLearned: 50 };
  const probability = 1 / (1 + Math.exp(-logOdds));
  // The calibrated probability decides, whatever the models' own odds.
  return { models: { logOdds: 0, probability, ...training }, words: { probability, ...training } };
}

async function points(logOdds: number): Promise<number> {
  const seat = desk(learned, {}, { facts: { filterOpinion: opinion(logOdds) } });
  const outcome = await seat.outcome({});
  ok(outcome?.status === 'done');
  const [finding] = outcome.findings;
  return finding ? finding.share * learned.symbols[finding.symbol as keyof typeof learned.symbols].weight : 0;
}

describe('learned', () => {
  it('says nothing at even odds', async () => {
    equal(await points(0), 0);
    equal(await points(0.099), 0);
    equal(await points(-0.099), 0);
    ok((await points(0.101)) > 0);
  });

  it('gives a point for each unit of log-odds, up to a cap on either side', async () => {
    const near = (a: number, b: number) => ok(Math.abs(a - b) < 1e-6, `${a} ${b}`);
    near(await points(3), 3);
    near(await points(-3), -3);
    near(await points(9.9), 9.9);
    equal(await points(10.1), 10);
    near(await points(-6.9), -6.9);
    equal(await points(-7.1), -7);
  });

  it('brings surely learned spam to Junk by itself, and doubtful spam not', async () => {
    ok((await points(5.01)) > 5);
    ok((await points(4.99)) < 5);
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
