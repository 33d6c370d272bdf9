// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Dns } from '../../core/dns.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { parseTerms } from '../../wire/spf/record.ts';
import { badIn, partOf, publishIn, site, survey } from './survey.suite.ts';
import { surveyDomain } from './survey.ts';

const withSpf = (record: string | string[], more: Zone = {}) =>
  survey({ ...site, ...more, 'example.jp': { MX: '10 mx.example.jp', A: '192.0.2.5', TXT: record } });

describe('a survey of SPF', () => {
  it('advises a record where there is none, by whether the domain takes mail', async () => {
    assert.deepEqual(publishIn(await withSpf([]), 'spf'), ['example.jp v=spf1 mx ~all']);
    const silent = await survey({ 'example.jp': { MX: '0 .' } });
    assert.deepEqual(publishIn(silent, 'spf'), ['example.jp v=spf1 -all']);
  });

  const cases: readonly (readonly [string | string[], readonly string[], string | undefined, Zone?])[] = [
    ['v=spf1 mx +all', ['wrong spf-lets-anyone'], 'v=spf1 mx ~all'],
    ['v=spf1 ip4:0.0.0.0/1 -all', ['wrong spf-lets-anyone'], undefined],
    ['v=spf1 mx', ['doubtful spf-no-all'], 'v=spf1 mx ~all'],
    ['v=spf1 mx ?all', ['doubtful spf-neutral'], undefined],
    ['v=spf1 mx ptr -all', ['doubtful spf-ptr'], 'v=spf1 mx -all'],
    ['v=spf1 mx -all a', ['doubtful spf-behind-all'], 'v=spf1 mx -all'],
    ['v=spf1 mx ip:192.0.2.7 -all', ['wrong spf-unreadable'], 'v=spf1 mx ip4:192.0.2.7 -all'],
    ['v=spf1 a:2001:db8::7, -all', ['wrong spf-unreadable'], 'v=spf1 ip6:2001:db8::7 -all'],
    ['v=spf1 include:none.example -all', ['wrong spf-include-none'], 'v=spf1 -all'],
    ['v=spf1 mx include:example.jp -all', ['wrong spf-circle'], 'v=spf1 mx -all'],
    ['v=spf1 a:x.example a:y.example a:z.example mx -all', ['wrong spf-void'], 'v=spf1 mx -all'],
    [['v=spf1 mx -all', 'v=spf1 a ~all'], ['wrong spf-several'], 'v=spf1 a mx ~all'],
    ['v=spf1 redirect=o.example', [], undefined, { 'o.example': { TXT: 'v=spf1 ip4:192.0.2.9 -all' } }],
    ['v=spf1 exists:%{i}.l.example -all', [], undefined],
    [
      'v=spf1 include:ill.example -all',
      ['unknown spf-unavailable'],
      undefined,
      { 'ill.example': { fails: 'SERVFAIL' } },
    ],
  ];
  for (const [record, bad, publish, more] of cases)
    it(`judges ${String(record)}`, async () => {
      const found = await withSpf(record, more);
      assert.deepEqual(badIn(found, 'spf'), bad);
      assert.deepEqual(publishIn(found, 'spf'), publish === undefined ? [] : [`example.jp ${publish}`]);
    });

  it('finds the same in several records whatever their order', async () => {
    const records = ['v=spf1 ip4:192.0.2.9 ~all', 'v=spf1 mx ptr +all'];
    const [one, other] = [await withSpf(records), await withSpf([...records].reverse())];
    assert.deepEqual(badIn(one, 'spf'), ['wrong spf-several', 'wrong spf-lets-anyone', 'doubtful spf-ptr']);
    assert.deepEqual(badIn(other, 'spf'), badIn(one, 'spf'));
    assert.deepEqual(publishIn(one, 'spf'), ['example.jp v=spf1 ip4:192.0.2.9 mx ~all']);
    assert.deepEqual(publishIn(other, 'spf'), publishIn(one, 'spf'));
  });

  const nested = (count: number): Zone =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `s${i}.example`,
        { TXT: `v=spf1 ip4:198.51.100.${i} ip4:198.51.100.${i + 100} ?all` },
      ]),
    );

  it('counts look-ups over the whole tree, at the limit and above', async () => {
    const list = (count: number) => Array.from({ length: count }, (_, i) => `include:s${i}.example`).join(' ');
    assert.deepEqual(badIn(await withSpf(`v=spf1 ${list(9)} -all`, nested(9)), 'spf'), []);
    assert.deepEqual(badIn(await withSpf(`v=spf1 ${list(10)} -all`, nested(10)), 'spf'), ['doubtful spf-lookups']);
    const over = await withSpf(`v=spf1 mx ${list(10)} -all`, nested(10));
    assert.deepEqual(badIn(over, 'spf'), ['wrong spf-too-many-lookups']);
    assert.equal(partOf(over, 'spf').tree?.lookups, 11);
    // The domain's own names are replaced first.
    assert.deepEqual(publishIn(over, 'spf'), [`example.jp v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ${list(10)} -all`]);
    const far = await withSpf(`v=spf1 ${list(12)} -all`, nested(12));
    assert.match(publishIn(far, 'spf')[0] ?? '', /^example\.jp v=spf1 ip4:198\.51\.100\.0 ip4:198\.51\.100\.100 /);
  });

  it('says so where no single record would do', async () => {
    const deep: Zone = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`s${i}.example`, { TXT: `v=spf1 exists:%{i}.${i}.example -all` }]),
    );
    const found = await withSpf(
      `v=spf1 ${Object.keys(deep)
        .map(name => `include:${name}`)
        .join(' ')} -all`,
      deep,
    );
    assert.deepEqual(badIn(found, 'spf'), ['wrong spf-too-many-lookups', 'wrong spf-no-single-record']);
    assert.deepEqual(publishIn(found, 'spf'), []);
  });

  it('reads no more records than it may, however they include each other', async () => {
    const wide: Zone = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [
        `w${i}.example`,
        {
          TXT: `v=spf1 ${Array.from({ length: 15 }, (_n, j) => `include:w${(i * 15 + j + 1) % 200}.example`).join(' ')} -all`,
        },
      ]),
    );
    const found = await withSpf('v=spf1 include:w0.example -all', wide);
    assert.ok(partOf(found, 'spf').remarks.length <= 40);
  });

  it('asks only so many questions, whatever the records name', async () => {
    const hosts = Array.from({ length: 10 }, (_, i) => `10 m${i}.example`);
    const many: Zone = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`d${i}.example`, { MX: hosts }]));
    const dns = zoneDns({
      ...many,
      ...site,
      'example.jp': {
        TXT: `v=spf1 ${Object.keys(many)
          .map(name => `mx:${name}`)
          .join(' ')} -all`,
      },
    });
    let questions = 0;
    const counted: Dns = {
      cached: (name, type) => dns.cached(name, type),
      ask: (name, type) => (questions++, dns.ask(name, type)),
    };
    await surveyDomain({ domain: 'example.jp', selectors: [], ownKeys: new Map(), vouchers: [], dns: counted });
    assert.ok(questions < 600, String(questions));
  });

  it('advises only what can be read, whatever is published', async () => {
    const word = fc.constantFrom(
      'a',
      'mx',
      'ptr',
      'all',
      '+all',
      '-all',
      '?all',
      'ip4:192.0.2.1',
      'ip:192.0.2.1',
      'include:o.example',
      'redirect=o.example',
      'exp=e.example',
      'x=y',
      'rubbish!',
      'ip4:',
      '',
    );
    const record = fc.array(word, { maxLength: 14 }).map(words => ['v=spf1', ...words].join(' '));
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 3 }), async records => {
        const found = await withSpf(records, { 'o.example': { TXT: 'v=spf1 ip4:192.0.2.9 -all' } });
        const [advised] = partOf(found, 'spf').publish;
        if (!advised) return;
        assert.notEqual(typeof parseTerms(advised.text.slice(6)), 'string', advised.text);
        const again = await withSpf(advised.text, { 'o.example': { TXT: 'v=spf1 ip4:192.0.2.9 -all' } });
        assert.deepEqual(
          badIn(again, 'spf').filter(code => code.startsWith('wrong')),
          [],
          advised.text,
        );
      }),
      { numRuns: 200 },
    );
  });
});
