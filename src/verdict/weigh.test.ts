// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { PreparedCheck } from '../check/assembly.ts';
import type { Outcome } from '../check/run.ts';
import { decide } from './handling.ts';
import { verdictHeaders } from './headers.ts';
import { policyOf, policySchema } from './policy.ts';
import { actions } from './verdict.ts';
import { weigh } from './weigh.ts';

const resolved = (settings: unknown) => policyOf(policySchema.parse(settings));
const policy = resolved({
  markAt: 5,
  quarantineAt: 8,
  rejectAt: 15,
  actions: { RECIPIENT_UNKNOWN: 'reject' },
});
const prepared = (name: string, symbols: PreparedCheck['symbols'], more: Partial<PreparedCheck> = {}): PreparedCheck =>
  ({ name, symbols, mode: 'enforce', onUnavailable: 'pass', ...more }) as PreparedCheck;
const says = { en: '', ja: '' };
const finding = (symbol: string, share = 1) => ({ symbol, details: {}, share });
const found = (check: PreparedCheck, ...symbols: string[]): Outcome => ({
  check,
  status: 'done',
  findings: symbols.map(symbol => finding(symbol)),
});

it('has a score that is the sum of its points, to the last hundredth', () => {
  const points = fc.array(
    fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(points, list => {
      const outcomes = list.map(([weight, share], i): Outcome => {
        const check = prepared(`c${i}`, { [`S${i}`]: { weight, says } });
        return { check, status: 'done', findings: [finding(`S${i}`, share)] };
      });
      const verdict = weigh(outcomes, policy);
      const text = verdictHeaders(verdict, policy, 'id');
      assert.equal(
        verdict.score,
        verdict.reasons.reduce((sum, reason) => sum + Math.round(reason.points * 100), 0) / 100,
      );
      assert.match(text, new RegExp(`^X-Spam-Score: ${String(verdict.score).replace(/[.+]/g, '\\$&')}$`, 'm'));
    }),
  );
});

it('earns an action by score, at each border', () => {
  const at = (weight: number) => weigh([found(prepared('c', { S: { weight, says } }), 'S')], policy).action;
  assert.deepEqual([4.99, 5, 7.99, 8, 14.99, 15].map(at), [
    'accept',
    'mark',
    'mark',
    'quarantine',
    'quarantine',
    'reject',
  ]);
});

it('lets advice alone go no further than defer', () => {
  const check = prepared('c', { S: { weight: 0, advice: 'reject', says } });
  assert.equal(weigh([found(check, 'S')], policy).action, 'defer');
});

it('refuses where the policy names the symbol', () => {
  const verdict = weigh(
    [found(prepared('c', { RECIPIENT_UNKNOWN: { weight: 0, says } }), 'RECIPIENT_UNKNOWN')],
    policy,
    'symbols',
  );
  assert.deepEqual([verdict.action, verdict.because], ['reject', 'RECIPIENT_UNKNOWN']);
});

it('lets no score refuse what an allow entry lets in', () => {
  const check = prepared('c', { CLIENT_ALLOWED: { weight: -1, says }, BAD: { weight: 50, says } });
  assert.equal(weigh([found(check, 'CLIENT_ALLOWED', 'BAD')], policy).action, 'accept');
});

it('lists what a check in observe saw, and neither weighs it nor acts on it', () => {
  const check = prepared('c', { S: { weight: 50, advice: 'reject', says } }, { mode: 'observe' });
  const verdict = weigh([found(check, 'S')], policy);
  assert.deepEqual([verdict.action, verdict.score, verdict.observed.length], ['accept', 0, 1]);
});

it('names every silence, and waits for a check only where the policy says so', () => {
  const silent = (onUnavailable: 'pass' | 'defer'): Outcome => ({
    check: prepared('c', {}, { onUnavailable }),
    status: 'unavailable',
    reason: 'no answer',
  });
  assert.deepEqual(weigh([silent('pass')], policy), {
    action: 'accept',
    score: 0,
    reasons: [],
    observed: [],
    unavailable: [{ check: 'c', reason: 'no answer' }],
  });
  assert.equal(weigh([silent('defer')], policy).action, 'defer');
});

it('speaks the mildest refusal when all refuse, and else keeps each copy somewhere', () => {
  assert.deepEqual(decide(['reject', 'defer']), { kind: 'refuse', index: 1 });
  assert.deepEqual(decide(['reject', 'challenge']), { kind: 'challenge', indices: [1] });
  assert.deepEqual(decide(['challenge', 'defer']), { kind: 'refuse', index: 1 });
  assert.deepEqual(decide(['challenge', 'mark']), { kind: 'accept', handlings: ['quarantine', 'junk'] });
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...actions), { minLength: 1 }), list => {
      const decision = decide(list);
      assert.equal(
        decision.kind === 'refuse',
        list.every(action => action === 'defer' || action === 'reject') ||
          (list.includes('defer') && list.every(action => ['challenge', 'defer', 'reject'].includes(action))),
      );
      if (decision.kind === 'challenge')
        assert.deepEqual(
          decision.indices,
          list.flatMap((action, i) => (action === 'challenge' ? i : [])),
        );
      if (decision.kind === 'accept') assert.equal(decision.handlings.length, list.length);
    }),
  );
});

it('follows what the options of a check say, unless the policy says otherwise', () => {
  const asked = (symbol: string, advice?: 'defer'): Outcome => ({
    check: prepared('c', { [symbol]: { weight: 0, says, ...(advice ? { advice } : {}) } }),
    status: 'done',
    findings: [{ ...finding(symbol), action: 'reject' }],
  });
  assert.deepEqual(
    [asked('S'), asked('S', 'defer')].map(one => weigh([one], policy).action),
    ['reject', 'reject'],
  );
  const milder = resolved({ actions: { S: 'mark' } });
  assert.equal(weigh([asked('S')], milder).action, 'mark');
});

it('gives no credit that another symbol withholds, and lets no points against anybody be withheld', () => {
  const good = prepared('good', { PROVEN: { weight: -2, says }, BAD: { weight: 3, says } });
  const withholds = { NEW: { weight: 0, withholds: ['PROVEN', 'BAD'], says } };
  const scoreOf = (...outcomes: Outcome[]) => weigh(outcomes, policy).score;
  assert.equal(scoreOf(found(good, 'PROVEN', 'BAD')), 1);
  assert.equal(scoreOf(found(good, 'PROVEN', 'BAD'), found(prepared('new', withholds), 'NEW')), 3);
  assert.equal(scoreOf(found(prepared('new', withholds), 'NEW'), found(good, 'PROVEN')), 0);
  assert.equal(scoreOf(found(prepared('new', withholds, { mode: 'observe' }), 'NEW'), found(good, 'PROVEN')), -2);
});

it('asks for a proof only where a check that counts permits it and none forbids, and else keeps the message', () => {
  const asking = resolved({ challengeAt: 6 });
  const bad = found(prepared('bad', { BAD: { weight: 7, says } }), 'BAD');
  const words = {
    MAY: { weight: 0, challenge: 'permits', says },
    MAY_NOT: { weight: 0, challenge: 'forbids', says },
  } as const;
  const weighed = (...outcomes: Outcome[]) => {
    const { action, reasons } = weigh([bad, ...outcomes], asking);
    return [action, ...reasons.map(({ symbol }) => symbol)];
  };
  const saying = (...symbols: string[]) => found(prepared('word', words), ...symbols);
  assert.deepEqual(weighed(saying('MAY')), ['challenge', 'BAD', 'MAY']);
  assert.deepEqual(weighed(), ['quarantine', 'BAD']);
  assert.deepEqual(weighed(saying('MAY', 'MAY_NOT')), ['quarantine', 'BAD', 'MAY', 'MAY_NOT']);
  assert.equal(weighed(found(prepared('word', words, { mode: 'observe' }), 'MAY'))[0], 'quarantine');
  assert.deepEqual(weigh([saying('MAY')], asking).reasons, []);
});

it('asks nobody who is allowed, whatever the policy says of another symbol', () => {
  const asking = resolved({ actions: { BAD: 'challenge' } });
  const bad = found(prepared('bad', { BAD: { weight: 7, says } }), 'BAD');
  const may = found(prepared('word', { MAY: { weight: 0, challenge: 'permits', says } }), 'MAY');
  const proven = found(prepared('proof', { CHALLENGE_PROVEN: { weight: 0, says } }), 'CHALLENGE_PROVEN');
  const { action, because } = weigh([bad, may], asking);
  assert.deepEqual([action, because], ['challenge', 'BAD']);
  assert.equal(weigh([bad, proven], asking).action, 'accept');
});
