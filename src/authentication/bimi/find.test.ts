// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { evaluateDmarc } from '../dmarc.ts';
import type { DkimResult } from '../dkim-result.ts';
import { findBimi, selectorOf } from './find.ts';

const record = 'v=BIMI1; l=https://brand.example/m.svg';
async function found(
  zone: Zone,
  { author = 'brand.example', selector = 'default', spf }: { author?: string; selector?: string; spf?: string } = {},
) {
  const dns = zoneDns(zone);
  const result = await findBimi(
    await evaluateDmarc({ domain: author, spf: [spf ?? author], dkim: [], dns }),
    selector,
    dns,
  );
  return `${result.kind} ${result.domain}`;
}

describe('a BIMI record is looked for', () => {
  it('where DMARC passes and asks for all forged mail to be set aside or refused', async () => {
    const zoneOf = (policy: string): Zone => ({
      '_dmarc.brand.example': { TXT: `v=DMARC1; ${policy}` },
      'default._bimi.brand.example': { TXT: record },
    });
    for (const [policy, comesTo] of [
      ['p=reject', 'found'],
      ['p=quarantine', 'found'],
      ['p=quarantine; pct=100', 'found'],
      ['p=reject; pct=20', 'found'],
      ['p=quarantine; pct=99', 'no-policy'],
      ['p=none', 'no-policy'],
      ['p=reject; sp=none', 'no-policy'],
      ['p=reject; t=y', 'no-policy'],
      ['p=reject; pct=0', 'no-policy'],
    ] as const)
      assert.equal(await found(zoneOf(policy)), `${comesTo} brand.example`, policy);
    assert.equal(await found(zoneOf('p=reject'), { spf: 'other.example' }), 'no-policy brand.example');
  });

  it('at the author’s domain, then at its organization, by the selector', async () => {
    const policy: Zone = { '_dmarc.brand.example': { TXT: 'v=DMARC1; p=reject' } };
    const author = 'news.brand.example';
    const top: Zone = { ...policy, 'default._bimi.brand.example': { TXT: ['hello', record] } };
    assert.equal(await found(top, { author }), 'found brand.example');
    assert.equal(
      await found({ ...top, 'default._bimi.news.brand.example': { TXT: record } }, { author }),
      `found ${author}`,
    );
    assert.equal(
      await found({ ...top, 'default._bimi.news.brand.example': { TXT: 'v=BIMI1; l=;' } }, { author }),
      `declined ${author}`,
    );
    assert.equal(await found(top, { selector: 'xmas' }), 'none brand.example');
    assert.equal(
      await found({ ...policy, 'default._bimi.brand.example': { TXT: [record, record] } }),
      'unusable brand.example',
    );
    assert.equal(
      await found({ ...policy, 'default._bimi.brand.example': { fails: 'SERVFAIL' } }),
      'unavailable brand.example',
    );
  });

  it('not where only a part of the organization is strict', async () => {
    const zone: Zone = {
      '_dmarc.brand.example': { TXT: 'v=DMARC1; p=none' },
      '_dmarc.news.brand.example': { TXT: 'v=DMARC1; p=reject' },
      'default._bimi.news.brand.example': { TXT: record },
    };
    assert.equal(await found(zone, { author: 'news.brand.example' }), 'no-policy news.brand.example');
  });

  it('by a selector only if the author’s own signature covers it', () => {
    const signed = (signedFields: readonly string[], domain = 'brand.example'): readonly DkimResult[] => [
      {
        result: 'pass',
        domain,
        selector: 's',
        algorithm: 'rsa-sha256',
        identity: `@${domain}`,
        signature: 'abc',
        signedFields,
        isTest: false,
      },
    ];
    const field = ['v=BIMI1; s=xmas'];
    assert.equal(selectorOf(field, signed(['bimi-selector']), 'brand.example'), 'xmas');
    assert.equal(selectorOf(field, signed([]), 'brand.example'), 'default');
    assert.equal(selectorOf(field, signed(['bimi-selector'], 'other.example'), 'brand.example'), 'default');
    assert.equal(selectorOf([...field, ...field], signed(['bimi-selector']), 'brand.example'), 'default');
    assert.equal(selectorOf(['s=xmas'], signed(['bimi-selector']), 'brand.example'), 'default');
    assert.equal(selectorOf([], [], undefined), 'default');
  });
});
