// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import htmlOnly from './html-only.ts';

const letter = (...types: readonly string[]) =>
  [
    'From: alice@example.org',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...types.flatMap(type => ['--b', `Content-Type: ${type}`, '', 'Hello']),
    '--b--',
    '',
  ].join('\n');

describe('html only', () => {
  it('misses a plain text', async () => {
    deepEqual(await symbols(htmlOnly, letter('text/html')), ['HTML_ONLY']);
    deepEqual(await symbols(htmlOnly, letter('text/html', 'image/gif')), ['HTML_ONLY']);
  });

  it('is content with both, and with plain text alone', async () => {
    deepEqual(await symbols(htmlOnly, letter('text/plain', 'text/html')), []);
    deepEqual(await symbols(htmlOnly, letter('text/plain')), []);
    deepEqual(await symbols(htmlOnly, letter('image/gif')), []);
  });
});
