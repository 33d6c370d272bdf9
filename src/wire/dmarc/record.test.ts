// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isDmarcRecord, parseDmarcRecord } from './record.ts';
import { readReportUris } from './report-uri.ts';

describe('a DMARC record', () => {
  it('has the version first, spelt exactly', () => {
    for (const text of ['v=DMARC1; p=none', 'V = DMARC1;p=none', 'v=DMARC1']) assert.ok(isDmarcRecord(text), text);
    for (const text of ['v=dmarc1; p=none', 'v=DMARC1x; p=none', 'p=none; v=DMARC1', 'v=spf1 -all', ''])
      assert.ok(!isDmarcRecord(text), text);
  });

  it('asks for nothing without a policy, unless it asks for reports', () => {
    assert.equal(parseDmarcRecord('v=DMARC1')?.policies, undefined);
    assert.equal(parseDmarcRecord('v=DMARC1; p=rejekt')?.policies, undefined);
    assert.equal(parseDmarcRecord('v=DMARC1; p=reject; sp=maybe')?.policies, undefined);
    assert.deepEqual(parseDmarcRecord('v=DMARC1; rua=mailto:a@example.org')?.policies, { p: 'none' });
    assert.deepEqual(parseDmarcRecord('v=DMARC1; p=reject; np=x; rua=mailto:a@example.org')?.policies, { p: 'none' });
  });

  it('reads pct=0 as a test, and other percentages as absent', () => {
    assert.equal(parseDmarcRecord('v=DMARC1; p=reject; pct=0')?.isTest, true);
    for (const rest of ['pct=1', 'pct=50', 'pct=100', 'pct=x', 't=n', 't=maybe'])
      assert.equal(parseDmarcRecord(`v=DMARC1; p=reject; ${rest}`)?.isTest, false, rest);
    assert.equal(parseDmarcRecord('v=DMARC1; p=reject; t=Y')?.isTest, true);
  });

  it('names the tags that count for nothing', () => {
    const record = parseDmarcRecord('v=DMARC1; p=none; pct=50; ri=3600; rf=afrf; x-new=1; adkim=x; sp');
    assert.deepEqual(record?.ignored, ['pct=50', 'ri=3600', 'rf=afrf', 'x-new=1', 'adkim=x', 'sp']);
    assert.equal(record?.dkimAlignment, 'relaxed');
  });

  it('is void with a tag that stands twice', () => {
    assert.equal(parseDmarcRecord('v=DMARC1; p=none; p=reject'), undefined);
  });

  it('never fails, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), rest => {
        const record = parseDmarcRecord(`v=DMARC1;${rest}`);
        assert.ok(record === undefined || record.ignored.every(tag => tag.length <= 64));
      }),
    );
    assert.ok(parseDmarcRecord(`v=DMARC1; p=none;${'a'.repeat(65_536)}`));
  });
});

describe('report addresses', () => {
  it('are mailto URIs, with a size limit of old', () => {
    assert.deepEqual(readReportUris('mailto:a@example.org!10m, mailto:b%2Bc@example.net?subject=x'), [
      {
        uri: 'mailto:a@example.org',
        address: { local: 'a', domain: 'example.org' },
        limitBytes: 10_485_760,
      },
      { uri: 'mailto:b%2Bc@example.net?subject=x', address: { local: 'b+c', domain: 'example.net' } },
    ]);
  });

  it('that cannot be read are passed over', () => {
    assert.deepEqual(readReportUris('a@example.org, mailto:x@example.org!10q, mailto:<>'), []);
    assert.deepEqual(readReportUris('https://example.org/r, mailto:%ff@example.org'), [
      { uri: 'https://example.org/r' },
      { uri: 'mailto:%ff@example.org' },
    ]);
  });
});
