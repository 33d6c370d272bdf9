// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, symbols } from '../letter.suite.ts';
import date from './date.ts';

const letter = (header: string) => `${header}From: alice@example.org\n\nHello\n`;
// The clock of the desk stands at Thu, 1 Jan 2026 00:00:00 +0000.
const dated = (text: string) => letter(`Date: ${text}\n`);

describe('date', () => {
  it('is content with a date about right', async () => {
    for (const text of [
      'Thu, 1 Jan 2026 00:00:00 +0000',
      'Thu, 1 Jan 2026 12:00:00 +0000',
      'Thu, 25 Dec 2025 00:00:00 +0000',
    ])
      deepEqual(await symbols(date, dated(text)), [], text);
  });

  it('tells a missing one from one that cannot be read', async () => {
    deepEqual(await symbols(date, letter('')), ['DATE_MISSING']);
    deepEqual(await symbols(date, dated('yesterday')), ['DATE_UNREADABLE']);
  });

  it('notes one that is written in another form', async () => {
    for (const text of ['1 Jan 26 00:00:00 GMT', 'Thu Jan  1 00:00:00 2026', 'Fri, 1 Jan 2026 00:00:00 +0000'])
      deepEqual(await symbols(date, dated(text)), ['DATE_FORM'], text);
  });

  it('sees one that is far off', async () => {
    deepEqual(await ask(date, dated('Thu, 1 Jan 2026 12:00:01 +0000')), [
      'DATE_FUTURE: The Date lies 12 h in the future.',
    ]);
    deepEqual(await ask(date, dated('Wed, 24 Dec 2025 23:59:59 +0000')), [
      'DATE_PAST: The Date lies 7 days in the past.',
    ]);
    deepEqual(await symbols(date, dated('Thu, 25 Dec 2025 00:00:00 +0000'), { settings: { behind: '6d' } }), [
      'DATE_PAST',
    ]);
  });

  it('judges stored mail by when it was received', async () => {
    const received = 'Received: from a by b; Mon, 7 Mar 2005 10:00:00 +0900\n';
    deepEqual(await symbols(date, letter(`${received}Date: Mon, 7 Mar 2005 09:59:00 +0900\n`)), []);
    deepEqual(await symbols(date, letter(`${received}Date: Mon, 7 Feb 2005 09:59:00 +0900\n`)), ['DATE_PAST']);
  });

  it('does not believe a Received from the future', async () => {
    const received = 'Received: from a by b; Mon, 7 Mar 2033 10:00:00 +0900\n';
    deepEqual(await symbols(date, letter(`${received}Date: Mon, 7 Mar 2033 09:59:00 +0900\n`)), ['DATE_FUTURE']);
  });
});
