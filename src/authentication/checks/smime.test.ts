// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { SmimeSignature } from '../smime.ts';
import smimeFact from '../facts/smime.ts';
import smime from './smime.ts';

const good: SmimeSignature = {
  result: 'pass',
  signer: 'alice@example.org',
  isAuthor: true,
  author: 'alice@example.org',
  coversAll: true,
  key: '2a',
  issuer: 'CN=Example',
};

async function ask(signatures: readonly Partial<SmimeSignature>[], isOurs = false): Promise<string> {
  const facts = { smime: signatures.map(one => ({ ...good, ...one })) };
  return (await desk(smime, {}, { facts }).ask({ client: clientAt('192.0.2.1', 25, isOurs) })).join('|');
}

describe('check smime', () => {
  it('is silent about mail that nobody signed, and about clients of ours', async () => {
    assert.equal(await ask([]), '');
    assert.equal(await ask([{}], true), '');
  });

  it('says that a whole address is proven', async () => {
    assert.match(await ask([{}]), /^SMIME_PASS: alice@example\.org .*whole address/);
  });

  for (const [what, signature, says] of [
    ['another signer', { isAuthor: false, author: 'carol@example.com' }, /^SMIME_OTHER: .*alice.*carol@example\.com/],
    ['a part', { coversAll: false }, /^SMIME_PART: /],
    ['an old one', { signedAt: -15 * 86_400_000 }, /^SMIME_OLD: /],
    ['one nobody vouches for', { result: 'policy', reason: 'untrusted' }, /^SMIME_UNTRUSTED: /],
    ['one without its certificate', { result: 'neutral', reason: 'unknown', signer: '' }, /^SMIME_UNTRUSTED: .*\(\?\)/],
    ['an expired certificate', { result: 'policy', reason: 'expired' }, /^SMIME_INVALID: .*\(expired\)/],
    ['a changed message', { result: 'fail', reason: 'altered' }, /^SMIME_BROKEN: .*must send it unchanged/],
    ['one that cannot be read', { result: 'permerror', reason: 'malformed' }, /^SMIME_UNREADABLE: .*\(malformed\)/],
  ] as const) {
    it(`names ${what}`, async () => assert.match(await ask([signature]), says));
  }

  it('lets one signature that proves the author stand for all', async () => {
    assert.match(await ask([{ result: 'fail', reason: 'altered' }, {}]), /^SMIME_PASS/);
  });

  it('adds points for nothing but a broken one, and few', () => {
    const weights = Object.values(smime.symbols).map(({ weight }) => weight);
    assert.ok(weights.every(weight => Math.abs(weight) <= 0.5));
    assert.equal(smime.symbols.SMIME_UNTRUSTED.weight, 0);
  });
});

describe('fact smime', () => {
  it('says in the results what RFC 7281 has words for', () => {
    assert.deepEqual(smimeFact.results?.([good]), [
      {
        method: 'smime',
        result: 'pass',
        properties: [
          ['body', 'smime-identifier', 'alice@example.org'],
          ['body', 'smime-serial', '2a'],
          ['body', 'smime-issuer', 'CN=Example'],
        ],
      },
    ]);
    assert.deepEqual(smimeFact.results?.([]), []);
  });
});
