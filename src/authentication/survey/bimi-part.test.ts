// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import type { KnownMark } from '../bimi/marks.ts';
import { surveyBimi } from './bimi-part.ts';
import { badIn, site, survey } from './survey.suite.ts';

const both = 'v=BIMI1; l=https://example.jp/m.svg; a=https://example.jp/m.pem';

async function codes(text: string | readonly string[], zone: Zone = site, mark?: KnownMark) {
  const { remarks, publish } = await surveyBimi({
    domain: 'example.jp',
    selectors: [],
    ownKeys: new Map(),
    vouchers: [],
    dns: zoneDns({ ...zone, 'default._bimi.example.jp': { TXT: text } }),
    ...(mark ? { marks: { look: async () => ({ mark, ttlMs: 1 }) } } : {}),
  });
  assert.deepEqual(publish, []);
  return remarks.map(({ code, gravity }) => `${gravity} ${code}`).join(', ');
}

it('says what is wrong with a record, and that none is no fault', async () => {
  assert.equal(await codes(both), 'fine bimi-not-fetched');
  assert.equal(await codes('v=BIMI1; l=https://example.jp/m.svg'), 'fine bimi-not-fetched, doubtful bimi-not-vouched');
  assert.equal(await codes('v=BIMI1; l=http://example.jp/m.svg'), 'wrong bimi-unreadable');
  assert.equal(await codes([both, both]), 'wrong bimi-several');
  assert.equal(await codes('v=BIMI1; l=; a='), 'fine bimi-declined');
  assert.equal(await codes('hello'), 'fine bimi-none');
  assert.deepEqual(badIn(await survey(site), 'bimi'), []);
});

it('says that a mild policy keeps the mark from being shown', async () => {
  const mild: Zone = { ...site, '_dmarc.example.jp': { TXT: 'v=DMARC1; p=none' } };
  assert.equal(await codes(both, mild), 'wrong bimi-no-policy');
  assert.equal(await codes('hello', mild), 'fine bimi-none');
});

it('looks at the mark where marks are looked at', async () => {
  assert.equal(await codes(both, site, { result: 'pass', authority: true }), 'fine bimi-vouched');
  assert.equal(await codes(both, site, { result: 'fail', reason: 'x' }), 'wrong bimi-broken');
  assert.equal(await codes(both, site, { result: 'temperror', reason: 'x' }), 'unknown bimi-unknown');
});
