// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import messageId from './message-id.ts';

const having = (field: string) => symbols(messageId, `From: alice@example.org\n${field}\nHello\n`);

describe('message-id', () => {
  it('is content with any name of the right form', async () => {
    for (const id of ['<a.b-c@example.org>', '<1@[192.0.2.1]>', '<x@host>'])
      deepEqual(await having(`Message-ID: ${id}\n`), [], id);
  });

  it('misses it', async () => {
    deepEqual(await having(''), ['MESSAGE_ID_MISSING']);
  });

  it('sees broken ones', async () => {
    for (const id of ['abc@example.org', '<abc>', '<>', '<a b@example.org>', '', '<@example.org>'])
      deepEqual(await having(`Message-ID: ${id}\n`), ['MESSAGE_ID_BROKEN'], id);
  });
});
