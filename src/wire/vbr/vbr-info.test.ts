// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { readVbrInfo, vouchesFor, type VbrContent } from './vbr-info.ts';

it('reads who is vouched for, for what, and by whom, folded and in any case and order', () => {
  assert.deepEqual(readVbrInfo(' mv=Voucher.example :\r\n\tother.example:voucher.example; MD=Example.org; mc=List;'), {
    domain: 'example.org',
    content: 'list',
    vouchers: ['voucher.example', 'other.example'],
  });
});

it('reads nothing where a part is missing, unknown, doubled or no domain', () => {
  const good = 'md=example.org; mc=all; mv=voucher.example';
  assert.ok(readVbrInfo(good));
  for (const bad of [
    '',
    'md=example.org; mv=voucher.example',
    'mc=all; mv=voucher.example',
    'md=example.org; mc=all',
    good.replace('all', 'news'),
    good.replace('example.org', 'localhost'),
    good.replace('voucher.example', 'a..example'),
    good.replace('voucher.example', 'voucher.example:'),
    good.replace('voucher.example', 'x"y.example'),
    `${good}; md=example.com`,
    `${good}; x`,
  ])
    assert.equal(readVbrInfo(bad), undefined, bad);
});

it('reads at most 20 vouchers', () => {
  const mv = Array.from({ length: 5_000 }, (_, i) => `v${i}.example`).join(':');
  assert.equal(readVbrInfo(`md=example.org; mc=all; mv=${mv.slice(0, 9_000)}`)?.vouchers.length, 20);
});

it('takes a record for what it names, or for all', () => {
  const cases: readonly (readonly [string, VbrContent, boolean])[] = [
    ['all', 'list', true],
    ['list transaction', 'transaction', true],
    ['List', 'list', true],
    ['list', 'transaction', false],
    ['list transaction', 'all', false],
    ['allowed', 'all', false],
    ['', 'all', false],
    [`${'x '.repeat(200)}all`, 'all', false],
  ];
  for (const [record, content, expected] of cases) assert.equal(vouchesFor(record, content), expected, record);
});

it('throws at nothing', () => {
  const pieces = fc.array(fc.constantFrom('md=', 'mc=', 'mv=', ';', ':', 'all', 'example.org', '\xff', '\0', ' ', '='));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        pieces.map(list => list.join('')),
      ),
      text => {
        const info = readVbrInfo(text);
        if (info) assert.ok(info.vouchers.length > 0 && info.domain.includes('.'));
      },
    ),
  );
});
