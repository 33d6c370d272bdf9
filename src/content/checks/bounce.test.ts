// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import bounce from './bounce.ts';

const having = (header: string, sender = '') => symbols(bounce, `${header}\nHello\n`, { sender });

describe('bounce', () => {
  it('is content with reports and automatic answers', async () => {
    for (const header of [
      'From: MAILER-DAEMON@example.org\n',
      'From: alice@example.org\nContent-Type: multipart/report; boundary=b\n',
      'From: alice@example.org\nAuto-Submitted: auto-replied\n',
      'From: Postmaster <postmaster@example.org>\n',
      'From: <>\n',
    ])
      deepEqual(await having(header), [], header);
  });

  it('doubts what only looks unreturnable', async () => {
    deepEqual(await having('From: Cheap Pills <pills@example.net>\n'), ['BOUNCE_WITHOUT_REPORT']);
    deepEqual(await having('From: pills@example.net\nAuto-Submitted: no\n'), ['BOUNCE_WITHOUT_REPORT']);
  });

  it('does not look at mail that has a sender', async () => {
    deepEqual(await having('From: pills@example.net\n', 'pills@example.net'), []);
  });
});
