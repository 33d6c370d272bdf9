// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forgivingReport, trustedReports } from './arc-trust.ts';
import { handOn, judge, zoneOf, type Hop } from './sealed.suite.ts';
import { mail } from './signed.suite.ts';

const list: Hop = { domain: 'lists.example', change: text => `${text}-- \r\nthe list\r\n` };
const stranger: Hop = { domain: 'stranger.example' };
const rewriter: Hop = { ...stranger, change: text => text.replace('dinner', 'money') };
const zone = zoneOf(list, stranger);

async function forgives(hops: readonly Hop[], author = 'example.org'): Promise<string | undefined> {
  const arc = await judge(await handOn(mail, ...hops), zone);
  return forgivingReport(trustedReports(arc, ['lists.example']), author)?.sealer;
}

describe('a report of a trusted sealer', () => {
  it('forgives what the sealer itself has broken', async () => {
    assert.equal(await forgives([list]), 'lists.example');
    assert.equal(await forgives([{ ...list, domain: 'lists.example' }, stranger]), 'lists.example');
  });

  it('is worth nothing once a stranger has changed the message', async () => {
    assert.equal(await forgives([list, rewriter]), undefined);
    // Who is trusted and seals after that has found it broken.
    assert.equal(await forgives([list, rewriter, { ...list, dmarc: 'fail' }]), undefined);
  });

  it('is worth nothing from a stranger', async () => {
    assert.equal(await forgives([stranger]), undefined);
  });

  it('must be of the author that is shown', async () => {
    assert.equal(await forgives([list], 'bank.example'), undefined);
    assert.equal(await forgives([{ ...list, from: 'bank.example' }]), undefined);
  });

  it('must say that DMARC had passed', async () => {
    assert.equal(await forgives([{ ...list, dmarc: 'fail' }]), undefined);
  });

  it('must cover the author', async () => {
    assert.equal(await forgives([{ ...list, names: names => names.filter(name => name !== 'from') }]), undefined);
  });
});
