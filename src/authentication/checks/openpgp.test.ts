// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { PersonSignature } from '../person-signature.ts';
import openpgpFact from '../facts/openpgp.ts';
import openpgp from './openpgp.ts';

const good: PersonSignature = {
  result: 'pass',
  signer: 'alice@example.org',
  isAuthor: true,
  author: 'alice@example.org',
  coversAll: true,
  key: '2a',
};

async function ask(signatures: readonly Partial<PersonSignature>[], isOurs = false): Promise<string> {
  const facts = { openpgp: signatures.map(one => ({ ...good, ...one })) };
  return (await desk(openpgp, {}, { facts }).ask({ client: clientAt('192.0.2.1', 25, isOurs) })).join('|');
}

describe('check openpgp', () => {
  it('is silent about mail that nobody signed, and about clients of ours', async () => {
    assert.equal(await ask([]), '');
    assert.equal(await ask([{}], true), '');
  });

  it('says that a whole address is proven', async () => {
    assert.match(await ask([{}]), /^OPENPGP_PASS: alice@example\.org .*whole address/);
  });

  for (const [what, signature, says] of [
    ['another signer', { isAuthor: false, author: 'carol@example.com' }, /^OPENPGP_OTHER: .*alice.*carol@example\.com/],
    ['a part', { coversAll: false }, /^OPENPGP_PART: /],
    ['an old one', { signedAt: -15 * 86_400_000 }, /^OPENPGP_OLD: /],
    ['a key that is not believed', { result: 'neutral', reason: 'unknown', signer: '' }, /^OPENPGP_UNKNOWN: .*\(2a\)/],
    ['an expired key', { result: 'policy', reason: 'expired' }, /^OPENPGP_INVALID: .*\(expired\)/],
    ['a changed message', { result: 'fail', reason: 'altered' }, /^OPENPGP_BROKEN: .*must send it unchanged/],
    ['one that cannot be read', { result: 'permerror', reason: 'malformed' }, /^OPENPGP_UNREADABLE: .*\(malformed\)/],
  ] as const) {
    it(`names ${what}`, async () => assert.match(await ask([signature]), says));
  }

  it('lets one signature that proves the author stand for all', async () => {
    assert.match(await ask([{ result: 'fail', reason: 'altered' }, {}]), /^OPENPGP_PASS/);
  });

  it('adds points for nothing but a broken one, and few', () => {
    const weights = Object.values(openpgp.symbols).map(({ weight }) => weight);
    assert.ok(weights.every(weight => Math.abs(weight) <= 0.5));
    assert.equal(openpgp.symbols.OPENPGP_UNKNOWN.weight, 0);
  });
});

describe('fact openpgp', () => {
  it('says in the results whose key it is', () => {
    assert.deepEqual(openpgpFact.results?.([good]), [
      {
        method: 'x-openpgp',
        result: 'pass',
        properties: [
          ['body', 'identifier', 'alice@example.org'],
          ['body', 'key', '2a'],
        ],
      },
    ]);
    assert.deepEqual(openpgpFact.results?.([]), []);
  });
});
