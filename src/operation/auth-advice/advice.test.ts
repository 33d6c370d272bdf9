// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fill } from '../../core/sentence.ts';
import { noProof, type AuthResult } from '../../wire/authres/result.ts';
import { adviseOn } from './advice.ts';

const methods = [
  'spf',
  'sender-id',
  'dkim',
  'domainkeys',
  'dmarc',
  'arc',
  'iprev',
  'smime',
  'x-openpgp',
  'vbr',
  'x-iim',
  'x-new',
];
const results = ['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror', 'unheard-of'];
const reasons = [
  undefined,
  'no key',
  'bad signature',
  'body hash did not verify',
  'expired',
  'no single author domain',
  'SERVFAIL',
  'anything',
];
const spf = (result: string, more: Partial<AuthResult> = {}): AuthResult => ({
  method: 'spf',
  result,
  properties: [['smtp', 'mailfrom', 'bob@example.jp']],
  ...more,
});
const senderTold = (result: AuthResult): string => {
  const { sender, details } = adviseOn(result, '192.0.2.7');
  return fill(sender, details, 'en');
};

describe('advice on a result', () => {
  it('has whole sentences in both languages for everybody, whatever the result', () => {
    for (const method of methods)
      for (const result of results)
        for (const reason of reasons) {
          const told = {
            method,
            result,
            ...(reason === undefined ? {} : { reason }),
            properties: [['header', 'd', 'a.example']],
          } as const;
          const { details, ...words } = adviseOn(told, '192.0.2.7');
          for (const [who, sentence] of Object.entries(words))
            for (const language of ['en', 'ja'] as const) {
              const text = fill(sentence, details, language);
              assert.ok(text.length > 3 && !/\{\w+\}/.test(text), `${method} ${result} ${who}: ${text}`);
            }
        }
  });

  it('tells a sender whose server is not named which address to add, and where', () => {
    for (const result of ['fail', 'softfail'])
      assert.match(senderTold(spf(result)), /192\.0\.2\.7 is yours.*record of example\.jp/);
  });

  it('names what was tested: the return path, the greeting, the submitter, or the header', () => {
    const fieldOf = (properties: AuthResult['properties'], method = 'spf') =>
      adviseOn({ method, result: 'pass', properties }, '192.0.2.7').details['field'];
    assert.equal(fieldOf([['smtp', 'mailfrom', 'a@b.example']]), 'MAIL FROM');
    assert.equal(fieldOf([['smtp', 'helo', 'b.example']]), 'HELO');
    assert.equal(fieldOf([['smtp', 'submitter', 'a@b.example']], 'sender-id'), 'SUBMITTER');
    assert.equal(fieldOf([['header', 'resent-from', 'a@b.example']], 'sender-id'), 'Resent-From');
  });

  it('takes a pass that anyone gets for none', () => {
    const open = spf('pass', { properties: [['smtp', 'mailfrom', 'example.jp'], noProof] });
    assert.match(senderTold(open), /\+all/);
    assert.equal(senderTold(spf('pass')), 'Nothing to fix.');
    const dkim = (reason?: string): AuthResult => ({
      method: 'dkim',
      result: 'pass',
      ...(reason === undefined ? {} : { reason }),
      properties: [['header', 'd', 'a.example'], noProof],
    });
    assert.match(senderTold(dkim('the domain is only testing (t=y)')), /t=y/);
    assert.match(senderTold(dkim()), /l=/);
  });

  it('says of a broken signature what broke it', () => {
    const broken = (reason: string) =>
      senderTold({
        method: 'dkim',
        result: 'fail',
        reason,
        properties: [
          ['header', 'd', 'a.example'],
          ['header', 's', 's1'],
        ],
      });
    assert.match(broken('body hash did not verify'), /^Sign last/);
    assert.match(broken('no key'), /s1\._domainkey\.a\.example/);
    assert.match(broken('the key is too short'), /2048/);
    assert.match(broken('signed in the future'), /clock/);
  });

  it('shows domains as people read them', () => {
    const told = adviseOn(spf('pass', { properties: [['smtp', 'mailfrom', 'xn--r8jz45g.example']] }), '192.0.2.7');
    assert.equal(told.details['domain'], '例え.example');
  });

  it('blames nobody for a name service that does not answer', () => {
    assert.match(adviseOn(spf('temperror', { reason: 'SERVFAIL' }), '192.0.2.7').postmaster.en, /nothing is refused/);
  });
});
