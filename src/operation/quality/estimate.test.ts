// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom, type Random } from '../../core/random.ts';
import { stateOf, type Said } from './answers.ts';
import { nothingCounted, ratesOf, type Rates } from './estimate.ts';
import { markedFrom, strata, stratumOf } from './strata.ts';

interface Month {
  readonly rates: Rates;
  /** In percent. */
  readonly miss: number;
  readonly falseAlarm: number;
}

const markAt = 5;
const wrongLabels = 0.03;

/** A month of one site: whoever is asked answers with 10 to 60 %, the surer the mail looks like spam the likelier. */
function month(seed: number): Month {
  const random = seededRandom(seed * 7_919 + 13);
  for (let i = 0; i < 10; i++) random.next();
  const total = 8_000 + Math.floor(random.next() * 40_000);
  const spamShare = 0.2 + 0.5 * random.next();
  const spam = { mean: 9 + 3 * random.next(), deviation: 3 + 1.5 * random.next() };
  const ham = { mean: -3 + 1.5 * random.next(), deviation: 1.7 + 0.6 * random.next() };
  const counted = strata.map(nothingCounted);
  const [all, errors] = [
    { spam: 0, ham: 0 },
    { spam: 0, ham: 0 },
  ];
  for (let i = 0; i < total; i++) {
    const truth: Said = random.next() < spamShare ? 'spam' : 'ham';
    const { mean, deviation } = truth === 'spam' ? spam : ham;
    const score = mean + deviation * normal(random);
    const isMarked = score >= markAt;
    const at = stratumOf(score, markAt, isMarked);
    const one = counted[at]!;
    one.messages += 1;
    all[truth] += 1;
    if (isMarked !== (truth === 'spam')) errors[truth] += 1;
    const answers = 0.1 + 0.5 / (1 + Math.exp(-(score - 3) / 3));
    if (random.next() >= strata[at]!.probability || random.next() >= answers) continue;
    const said: Said[] = [];
    do said.push(random.next() < wrongLabels ? other(truth) : truth);
    while (stateOf(said, isMarked) === 'again');
    one.answered += 1;
    if (stateOf(said, isMarked) === 'wrong') one.wrong += 1;
    if (stateOf(said, isMarked) === 'slip') one.slips += 1;
  }
  const rates = ratesOf(counted, seededRandom(seed));
  return { rates, miss: (100 * errors.spam) / all.spam, falseAlarm: (100 * errors.ham) / all.ham };
}

it('covers the truth in 92 to 98 of a hundred months, with 3 % wrong answers and reporting that depends on the score', t => {
  const months = Array.from({ length: 200 }, (_, i) => month(i + 1));
  for (const which of ['miss', 'falseAlarm'] as const) {
    const covered = months.filter(one => {
      const { low, high } = one.rates[which]!;
      return low <= one[which] && one[which] <= high;
    }).length;
    const bias = months.reduce((sum, one) => sum + one.rates[which]!.value - one[which], 0) / months.length;
    const mean = months.reduce((sum, one) => sum + one[which], 0) / months.length;
    t.diagnostic(`${which}: ${covered / 2} % covered; mean ${mean.toFixed(3)} %, mean error ${bias.toFixed(3)}`);
    assert.ok(covered >= 184 && covered <= 196, `${which} ${covered}`);
  }
});

it('says nothing where nobody answered', () => {
  const counted = strata.map(() => ({ ...nothingCounted(), messages: 100 }));
  assert.deepEqual(ratesOf(counted, seededRandom(1)), { miss: undefined, falseAlarm: undefined });
  const empty = strata.map(nothingCounted);
  assert.deepEqual(ratesOf(empty, seededRandom(1)), { miss: undefined, falseAlarm: undefined });
});

it('gives for no error found the upper end of Clopper and Pearson, and zero as the lower', () => {
  const counted = strata.map((_, i) => ({
    messages: i < markedFrom ? 1_000 : 1_000,
    answered: 20,
    wrong: 0,
    slips: 0,
  }));
  const { miss } = ratesOf(counted, seededRandom(1));
  assert.equal(miss?.value, 0);
  assert.equal(miss?.low, 0);
  assert.ok(miss && miss.high >= 100 * (183 / (183 + 4_000)) - 0.5, JSON.stringify(miss));
});

it('says as much as was asked: four times the answers make the interval half as wide', () => {
  const counted = (times: number) =>
    strata.map(() => ({ messages: 10_000, answered: 100 * times, wrong: 10 * times, slips: 3 * times }));
  const width = (times: number): number => {
    const { miss } = ratesOf(counted(times), seededRandom(5));
    return miss ? miss.high - miss.low : Number.NaN;
  };
  const ratio = width(1) / width(4);
  assert.ok(ratio > 1.7 && ratio < 2.3, `${ratio}`);
});

function other(said: Said): Said {
  return said === 'spam' ? 'ham' : 'spam';
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
