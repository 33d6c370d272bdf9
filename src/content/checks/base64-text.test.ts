// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import base64Text from './base64-text.ts';

const having = (text: string | Buffer, type = 'text/plain; charset=utf-8') =>
  symbols(
    base64Text,
    `From: alice@example.org\nMIME-Version: 1.0\nContent-Type: ${type}\nContent-Transfer-Encoding: base64\n\n${Buffer.from(text).toString('base64')}\n`,
  );

describe('base64 text', () => {
  it('sees plain text that is hidden in base64', async () => {
    deepEqual(await having('Buy now, it is cheap.'), ['BASE64_PLAIN_TEXT']);
    deepEqual(await having('<p>Buy now, it is cheap.</p>', 'text/html'), ['BASE64_PLAIN_TEXT']);
  });

  it('sees a reason for base64 in other characters, long lines and hardly any text', async () => {
    deepEqual(await having('今日はとても良い天気ですね。'), []);
    deepEqual(
      await having(Buffer.from('\x1b$B7oL>7oL>7oL>7oL>7oL>\x1b(B', 'latin1'), 'text/plain; charset=iso-2022-jp'),
      [],
    );
    deepEqual(await having('a'.repeat(998)), ['BASE64_PLAIN_TEXT']);
    deepEqual(await having('a'.repeat(999)), []);
    deepEqual(await having('a'.repeat(20)), []);
  });

  it('does not look at what is no text', async () => {
    deepEqual(await having('Buy now, it is cheap.', 'application/pdf'), []);
  });
});
