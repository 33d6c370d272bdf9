// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import charset from './charset.ts';

const having = (name: string, body: string) =>
  symbols(
    charset,
    Buffer.from(`From: alice@example.org\r\nContent-Type: text/plain; charset=${name}\r\n\r\n${body}\r\n`, 'latin1'),
  );

describe('charset', () => {
  it('is content with charsets in use', async () => {
    for (const name of ['us-ascii', 'utf-8', 'iso-2022-jp', 'shift_jis', 'windows-1252', 'gb2312'])
      deepEqual(await having(name, 'Hello'), [], name);
  });

  it('notes what is unknown or refused', async () => {
    deepEqual(await having('no-such-set', 'Caf\xe9'), ['CHARSET_UNKNOWN']);
    deepEqual(await having('utf-7', '+ADw-script+AD4-'), ['CHARSET_REFUSED']);
  });
});
