// SPDX-License-Identifier: Apache-2.0
/**
 * Estimate — miss rate and false-alarm rate from audits: in each stratum the share of errors among what was answered, times all its messages, with 95 %
 * intervals. Who answers may depend on the score: that is what strata are for. Drawn a thousand times from what each stratum can be (a Bayesian bootstrap: to draw
 * answers again would make each stratum in which none was wrong a certain one), with half an error as prior for all strata of a side together;
 * where a side had no error at all, its upper end is at least that of Clopper and Pearson. Pure but for the chance that is given.
 */
import type { Random } from '../../core/random.ts';
import { clopperPearson } from '../evaluation/clopper-pearson.ts';
import { slipRates } from './answers.ts';
import { betaDraw } from './beta-draw.ts';
import { markedFrom } from './strata.ts';

/** One stratum: all its messages, those of which something is known, and what. */
export interface Counted {
  messages: number;
  answered: number;
  wrong: number;
  slips: number;
}

/** In percent. */
export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Rates {
  /** Of all spam, what was delivered unmarked (見逃し率); undefined where nobody judged. */
  readonly miss: Rate | undefined;
  /** Of all wanted mail, what was marked (誤検出率). */
  readonly falseAlarm: Rate | undefined;
}

interface Pool {
  messages: number;
  answered: number;
  wrong: number;
}

const draws = 1_000;

/** `counted` by the number of the stratum. */
export function ratesOf(counted: readonly Counted[], random: Random): Rates {
  const sum = (of: (one: Counted) => number): number => counted.reduce((total, one) => total + of(one), 0);
  const slips = slipRates(
    sum(one => one.slips),
    sum(one => one.answered - one.wrong - one.slips),
  );
  // From the border outwards, so that a stratum without answers joins the one nearer to the border: it is rather blamed too much.
  const sides = [pooled(counted.slice(0, markedFrom).toReversed()), pooled(counted.slice(markedFrom))] as const;
  const [delivered, marked] = sides.map(side => side.reduce((total, one) => total + one.messages, 0));
  const isJudged = sum(one => one.answered) > 0 && sides.every(isKnown);
  if (delivered === undefined || marked === undefined || !isJudged) return nothing;
  const errors = (share: (pool: Pool, prior: number) => number): readonly [number, number] => {
    const of = (side: readonly Pool[], all: number): number => {
      const found = side.reduce((total, pool) => total + pool.messages * share(pool, 0.5 / side.length), 0);
      return Math.min(all, Math.max(0, (found - slips.invented * all) / (slips.found - slips.invented)));
    };
    return [of(sides[0], delivered), of(sides[1], marked)];
  };
  const rates = ([missed, alarmed]: readonly [number, number]): readonly [number, number] => [
    part(missed, missed + marked - alarmed),
    part(alarmed, alarmed + delivered - missed),
  ];
  const point = rates(errors(pool => part(pool.wrong, pool.answered)));
  const drawn = Array.from({ length: draws }, () =>
    rates(errors(({ wrong, answered }, prior) => betaDraw(random, wrong + prior, answered - wrong + 1 - prior))),
  );
  const rate = (which: 0 | 1): Rate => {
    const sorted = drawn.map(one => one[which]).sort((a, b) => a - b);
    const [low = 0, high = 0] = [sorted[Math.floor(0.025 * draws)], sorted[Math.ceil(0.975 * draws) - 1]];
    const exact = ceiling(sides[which], which === 0 ? delivered : marked, which === 0 ? marked : delivered);
    return {
      value: 100 * point[which],
      low: exact === undefined ? 100 * Math.min(low, point[which]) : 0,
      high: 100 * Math.max(high, exact ?? 0),
    };
  };
  return { miss: rate(0), falseAlarm: rate(1) };
}

export const nothingCounted = (): Counted => ({ messages: 0, answered: 0, wrong: 0, slips: 0 });

const nothing: Rates = { miss: undefined, falseAlarm: undefined };

/** Of a side without an error: the most that none among so many leaves possible, as a share of the other kind's messages. */
function ceiling(side: readonly Pool[], messages: number, others: number): number | undefined {
  if (side.some(({ wrong }) => wrong > 0)) return undefined;
  const answered = side.reduce((total, pool) => total + pool.answered, 0);
  if (answered === 0) return 0;
  const most = (clopperPearson(0, answered).high / 100) * messages;
  return part(most, most + others);
}

/** A side of no messages is known without asking. */
function isKnown(side: readonly Pool[]): boolean {
  return side.every(({ answered }) => answered > 0);
}

function pooled(side: readonly Counted[]): readonly Pool[] {
  const pools: Pool[] = [];
  for (const { messages, answered, wrong } of side) {
    const last = pools.at(-1);
    if (last && (answered === 0 || last.answered === 0)) {
      last.messages += messages;
      last.answered += answered;
      last.wrong += wrong;
    } else if (messages > 0) pools.push({ messages, answered, wrong });
  }
  return pools;
}

function part(count: number, of: number): number {
  return of <= 0 ? 0 : count / of;
}
