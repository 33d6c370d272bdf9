// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDate } from './date.ts';
import { formatDate } from './trace.ts';

function read(text: string): string | undefined {
  const date = parseDate(text);
  return date && `${new Date(date.at).toISOString()} ${date.zoneMinutes} ${date.isStrict}`;
}

describe('parseDate', () => {
  it('reads what we write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799 }), seconds => {
        const date = parseDate(formatDate(seconds * 1000));
        assert.deepEqual(date, { at: seconds * 1000, zoneMinutes: 0, isStrict: true });
      }),
    );
  });

  it('reads zones by number and by name', () => {
    assert.equal(read('Tue, 24 Nov 2026 12:00:00 +0900'), '2026-11-24T03:00:00.000Z 540 true');
    assert.equal(read('Tue, 24 Nov 2026 12:00:00 +0900 (JST)'), '2026-11-24T03:00:00.000Z 540 true');
    assert.equal(read('24 Nov 2026 12:00 JST'), '2026-11-24T03:00:00.000Z 540 false');
    assert.equal(read('24 Nov 2026 12:00:00 -0330'), '2026-11-24T15:30:00.000Z -210 true');
    assert.equal(read('24 Nov 2026 12:00:00 XYZ'), '2026-11-24T12:00:00.000Z 0 false');
  });

  it('reads years of two and three digits as RFC 5322 says', () => {
    assert.equal(read('1 Jan 49 00:00:00 GMT'), '2049-01-01T00:00:00.000Z 0 false');
    assert.equal(read('1 Jan 50 00:00:00 GMT'), '1950-01-01T00:00:00.000Z 0 false');
    assert.equal(read('1 Jan 103 00:00:00 GMT'), '2003-01-01T00:00:00.000Z 0 false');
  });

  it('reads other forms that programs write', () => {
    assert.equal(read('Fri Sep 14 14:36:56 EDT 2018'), '2018-09-14T18:36:56.000Z -240 false');
    assert.equal(read('Fri Sep 14 14:36:56 2018'), '2018-09-14T14:36:56.000Z 0 false');
    assert.equal(read('2018-09-14T14:36:56+09:00'), '2018-09-14T05:36:56.000Z 540 false');
    assert.equal(read('Friday, 14-Sep-18 2:36:56 PM GMT'), '2018-09-14T14:36:56.000Z 0 false');
  });

  it('knows what is no date', () => {
    for (const text of [
      '',
      'tomorrow',
      '31 Feb 2026 00:00:00 +0000',
      '1 Jan 2026 24:00:00 +0000',
      '1 Foo 2026 10:00:00 +0000',
      '0 Jan 2026 10:00:00 +0000',
    ])
      assert.equal(parseDate(text), undefined, text);
    assert.ok(parseDate('28 Feb 2026 23:59:60 +0000'));
    assert.ok(parseDate('29 Feb 2028 00:00:00 +0000'));
    assert.equal(parseDate('29 Feb 2026 00:00:00 +0000'), undefined);
  });

  it('sees that the day of the week is wrong', () => {
    assert.equal(parseDate('Mon, 24 Nov 2026 12:00:00 +0000')?.isStrict, false);
  });
});
