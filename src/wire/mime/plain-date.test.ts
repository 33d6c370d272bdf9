// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { parseDate } from './date.ts';
import { readPlainDate } from './plain-date.ts';

const two = (most: number) => fc.nat(most).map(number => String(number).padStart(2, '0'));
const month = fc.constantFrom('Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec');
const pieces = [
  fc.constantFrom('', ' ', 'Sun, ', 'Mon, ', 'Tue,  ', 'Wed, ', 'Thu, ', 'Fri, ', 'Sat, ', 'Xyz, '),
  fc.oneof(two(32), fc.nat(32).map(String)),
  fc.constant(' '),
  month,
  fc.constant(' '),
  fc.integer({ min: 1_890, max: 2_100 }).map(String),
  fc.constant(' '),
  two(25),
  fc.constant(':'),
  two(61),
  fc.oneof(
    fc.constant(''),
    two(61).map(second => `:${second}`),
  ),
  fc.constant(' '),
  fc.constantFrom('+', '-'),
  two(26),
  two(99),
  fc.constantFrom('', ' (CEST)', ' (GMT', ' ', ' (a b)', '0', ' x'),
];
const written = fc.tuple(...pieces).map(parts => parts.join(''));
const nearly = fc
  .tuple(
    written,
    fc.nat(40),
    fc.constantFrom('', ' ', '0', '9', ':', ',', '-', 'a', 'Z', '(', ')', ';', '\u00a0'),
    fc.nat(2),
  )
  .map(([text, at, sign, gone]) => text.slice(0, at) + sign + text.slice(at + gone));

it('says of every date what the forms say, or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(written, nearly), text => {
      const plain = readPlainDate(text);
      // A tab at the beginning is white space like another, but not plain.
      if (plain) assert.deepEqual(parseDate(`\t${text}`), plain);
    }),
    { numRuns: 2_000 },
  );
});

it('reads what nearly all mail has', () => {
  const at = Date.UTC(2003, 6, 1, 8, 52, 37);
  for (const text of [
    'Tue, 1 Jul 2003 10:52:37 +0200',
    ' Tue,  1 Jul 2003 10:52:37 +0200 (CEST)',
    '01 Jul 2003 10:52:37 +0200',
  ])
    assert.deepEqual(readPlainDate(text), { at, zoneMinutes: 120, isStrict: true });
  assert.equal(readPlainDate('Mon, 1 Jul 2003 10:52:37 +0200')?.isStrict, false);
});

it('leaves alone what is written otherwise, and days that no month has', () => {
  for (const text of [
    '1 Jul 2003 10:52:37',
    '1 Jul 2003 10:52:37 GMT',
    '1 July 2003 10:52:37 +0200',
    '31 Jun 2003 10:52:37 +0200',
    '29 Feb 2003 10:52:37 +0200',
    '0 Jul 2003 10:52:37 +0200',
    '1 Jul 2003 10:52:60 +0200',
    '1 Jul 2003 24:52:37 +0200',
    'tue, 1 Jul 2003 10:52:37 +0200',
    '',
  ])
    assert.equal(readPlainDate(text), undefined, text);
  assert.notEqual(readPlainDate('29 Feb 2004 10:52:37 +0200'), undefined);
});
