// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import from from './from.ts';

const having = (header: string) => symbols(from, `${header}To: bob@example.com\n\nHello\n`);

describe('from', () => {
  it('is content with one author, and with old Japanese addresses', async () => {
    deepEqual(await having('From: Alice <alice@example.org>\n'), []);
    deepEqual(await having('From: Taro <alice..taro.@docomo.ne.jp>\n'), []);
    deepEqual(await having('From: "Alice" <alice1984@example.org>\n'), []);
  });

  it('misses it, or an address in it', async () => {
    deepEqual(await having(''), ['FROM_MISSING']);
    deepEqual(await having('From: \n'), ['FROM_NO_ADDRESS']);
    deepEqual(await having('From: Alice Liddell\n'), ['FROM_NO_ADDRESS']);
  });

  it('mentions a bare address', async () => {
    deepEqual(await having('From: alice@example.org\n'), ['FROM_NO_NAME']);
    deepEqual(await having('From: alice@example.org (Alice)\n'), []);
  });

  it('counts several', async () => {
    deepEqual(await having('From: Alice <alice@example.org>\nFrom: Eve <eve@example.net>\n'), ['FROM_SEVERAL']);
  });

  it('notes an address made by a machine', async () => {
    deepEqual(await having('From: A <abc83746@example.org>\n'), ['FROM_DIGITS']);
    deepEqual(await having('From: A <7qw3er5t6y@example.org>\n'), ['FROM_DIGITS']);
  });
});
