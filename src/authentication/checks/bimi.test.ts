// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import bimiFact, { type BimiResult } from '../facts/bimi.ts';
import bimi from './bimi.ts';

const about = { domain: 'brand.example', selector: 'default' };
const says = (value: BimiResult, language: 'en' | 'ja' = 'en') =>
  desk(bimi, {}, { facts: { bimi: value }, language }).ask({ client: clientAt('203.0.113.9', 25) });

describe('check bimi', () => {
  it('credits a mark for which somebody vouches, and no other', async () => {
    assert.match(
      String(await says({ result: 'pass', authority: true, ...about })),
      /^BIMI_VOUCHED: An authority.*brand\.example/,
    );
    assert.match(
      String(await says({ result: 'pass', authority: false, ...about }, 'ja')),
      /^BIMI_MARK: .*信用に数えない。$/,
    );
    assert.match(
      String(await says({ result: 'fail', reason: 'it has no title', ...about })),
      /^BIMI_BROKEN: .*it has no title\./,
    );
    const { BIMI_VOUCHED: vouched, BIMI_MARK: alone, BIMI_BROKEN: broken } = bimi.symbols;
    assert.deepEqual([vouched.weight, alone.weight, broken.weight], [-0.5, 0, 0]);
  });

  it('is silent where nothing is known, and where a server is slow', async () => {
    for (const value of [
      { result: 'none', domain: '' },
      { result: 'skipped', domain: 'brand.example' },
      { result: 'declined', domain: 'brand.example' },
      { result: 'temperror', reason: 'x', ...about },
    ] as const)
      assert.deepEqual(await says(value), []);
  });

  it('tells Authentication-Results by whom a mark is believed', () => {
    const told = (value: BimiResult) =>
      bimiFact
        .results?.(value)
        .map(
          ({ method, result, properties }) => `${method}=${result} ${properties.map(one => one.join(' ')).join(', ')}`,
        );
    assert.deepEqual(told({ result: 'pass', authority: true, ...about }), [
      'bimi=pass header d brand.example, header selector default, policy authority pass',
    ]);
    assert.deepEqual(told({ result: 'pass', authority: false, ...about }), [
      'bimi=pass header d brand.example, header selector default, policy authority none',
    ]);
    assert.deepEqual(told({ result: 'skipped', domain: 'brand.example' }), ['bimi=skipped header d brand.example']);
    assert.deepEqual(told({ result: 'none', domain: '' }), []);
  });
});
