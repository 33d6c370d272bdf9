// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DkimResult } from './dkim-result.ts';
import responsible from './facts/responsible.ts';
import { findResponsible, type Evidence } from './responsible.ts';
import { askedOfNobody, type SpfResult } from './spf.ts';

const signed = (domain: string, more: Partial<DkimResult> = {}): DkimResult => ({
  result: 'pass',
  domain,
  selector: 's',
  algorithm: 'rsa-sha256',
  identity: `@${domain}`,
  signature: 'abc',
  signedFields: ['from', 'cfbl-address', 'cfbl-feedback-id'],
  isTest: false,
  ...more,
});
const lets = (domain: string, identity: 'mailfrom' | 'helo' = 'mailfrom'): SpfResult => ({
  result: 'pass',
  identity,
  domain,
});
const nothing: Evidence = {
  ip: '192.0.2.7',
  author: 'example.jp',
  dkim: [],
  aligned: undefined,
  spf: askedOfNobody,
  heloSpf: askedOfNobody,
  addresses: [],
  feedbackIds: [],
};
const find = (evidence: Partial<Evidence>) => findResponsible({ ...nothing, ...evidence });
const proofOf = (evidence: Partial<Evidence>): string => {
  const { proof, domain } = find(evidence);
  return `${proof} ${domain}`.trim();
};

describe('who is responsible', () => {
  it('is whoever gave the best proof', () => {
    const all = { spf: lets('path.example'), heloSpf: lets('helo.example', 'helo') };
    const both = [signed('list.example'), signed('example.jp')];
    assert.equal(proofOf({ ...all, dkim: both, aligned: 'example.jp' }), 'author-signature example.jp');
    assert.equal(proofOf({ ...all, dkim: both }), 'author-signature example.jp');
    assert.equal(proofOf({ ...all, dkim: [signed('list.example')] }), 'signature list.example');
    assert.equal(proofOf(all), 'return-path path.example');
    assert.equal(proofOf({ heloSpf: all.heloSpf }), 'greeting helo.example');
    assert.equal(proofOf({}), 'nothing');
  });

  it('is nobody for a pass that proves nothing', () => {
    const weak: readonly Partial<DkimResult>[] = [
      { result: 'fail' },
      { isTest: true },
      { unsignedBytes: 5 },
      { result: 'temperror' },
    ];
    for (const more of weak)
      assert.equal(proofOf({ dkim: [signed('example.jp', more)], aligned: 'example.jp' }), 'nothing');
    assert.equal(proofOf({ spf: { ...lets('a.example'), passesAnyone: true } }), 'nothing');
    assert.equal(proofOf({ spf: { ...lets('a.example'), result: 'softfail' } }), 'nothing');
  });

  it('hears complaints at abuse@ the organisation, and nobody does where nothing is proven', () => {
    assert.deepEqual(find({ dkim: [signed('mail.example.co.jp')] }).complain, {
      kind: 'abuse',
      address: 'abuse@example.co.jp',
    });
    assert.deepEqual(find({ addresses: ['fbl@example.jp'] }).complain, { kind: 'network' });
  });
});

describe('an address for complaints that the message names', () => {
  const named = (dkim: readonly DkimResult[], address: string, more: Partial<Evidence> = {}) => {
    const { complain } = find({ dkim, addresses: [address], ...more });
    return complain.kind === 'named'
      ? complain.address
      : complain.kind === 'abuse'
        ? (complain.why ?? complain.kind)
        : complain.kind;
  };

  it('counts as RFC 9477 3.1 has it: strict, relaxed, and of a third party', () => {
    assert.equal(named([signed('example.jp')], 'fbl@example.jp; report=arf'), 'fbl@example.jp');
    assert.equal(named([signed('example.jp')], 'fbl@mailer.example.jp'), 'fbl@mailer.example.jp');
    const below = { author: 'mailer.example.jp' };
    assert.equal(named([signed('example.jp')], 'fbl@mailer.example.jp', below), 'fbl@mailer.example.jp');
    assert.equal(named([signed('saas.example'), signed('example.jp')], 'fbl@saas.example'), 'fbl@saas.example');
    // Signed before by the author, and the service adds its address (3.1.3).
    const before = signed('example.jp', { signedFields: ['from'] });
    assert.equal(named([before, signed('saas.example')], 'fbl@saas.example'), 'fbl@saas.example');
  });

  it('counts for nothing unless those whom it takes have signed it', () => {
    const bare = (domain: string) => signed(domain, { signedFields: ['from'] });
    assert.equal(named([bare('example.jp')], 'fbl@example.jp'), 'unsigned');
    assert.equal(named([signed('example.jp')], 'victim@other.example'), 'unsigned');
    assert.equal(named([signed('example.jp'), bare('saas.example')], 'fbl@saas.example'), 'unsigned');
    assert.equal(named([signed('saas.example')], 'fbl@saas.example'), 'unsigned');
    assert.equal(
      named([signed('example.jp', { unsignedBytes: 9 }), signed('x.example')], 'fbl@example.jp'),
      'unsigned',
    );
    assert.equal(named([signed('example.jp')], 'nonsense'), 'unreadable');
    assert.equal(named([signed('example.jp')], 'fbl@example.jp', { author: undefined }), 'unreadable');
  });

  it('is not taken from a field that stands before the signed one', () => {
    const two = { addresses: ['evil@example.jp', 'fbl@example.jp'] };
    assert.equal(named([signed('example.jp')], '', two), 'unsigned');
    const overSigned = signed('example.jp', { signedFields: ['from', 'cfbl-address', 'cfbl-address'] });
    assert.equal(named([overSigned], '', two), 'evil@example.jp');
  });

  it('needs the id of the sender signed as well', () => {
    const dkim = [signed('example.jp', { signedFields: ['from', 'cfbl-address'] })];
    assert.equal(named(dkim, 'fbl@example.jp', { feedbackIds: ['1:2'] }), 'unsigned');
    const { complain } = find({
      dkim: [signed('example.jp')],
      addresses: ['fbl@example.jp; report=xarf'],
      feedbackIds: ['1: 2'],
    });
    assert.deepEqual(complain, { kind: 'named', address: 'fbl@example.jp', format: 'xarf', feedbackId: '1:2' });
  });

  it('fits the record whatever strangers write', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 64 }), fc.string({ maxLength: 900 }), (local, id) => {
        const value = find({ dkim: [signed('example.jp')], addresses: [`${local}@example.jp`], feedbackIds: [id] });
        assert.ok(JSON.stringify(responsible.record?.(value) ?? null).length <= 2_048);
      }),
    );
  });
});
