// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import recipientNamed from './recipient-named.ts';

const having = (header: string, recipients = ['bob@example.com'], isOurs = false) =>
  symbols(recipientNamed, `From: alice@example.org\n${header}\nHello\n`, { recipients, isOurs });

describe('recipient named', () => {
  it('is content with one receiver named in To or Cc, in any case', async () => {
    deepEqual(await having('To: Bob@Example.com\n'), []);
    deepEqual(await having('To: x@example.net\nCc: "B" <bob@example.com>\n'), []);
    deepEqual(await having('To: bob@example.com\n', ['carol@example.com', 'bob@example.com']), []);
  });

  it('notes when none is', async () => {
    deepEqual(await having('To: friends@example.net\n'), ['RECIPIENT_NOT_NAMED']);
    deepEqual(await having(''), ['RECIPIENT_NOT_NAMED']);
  });

  it('weighs next to nothing on lists, and nothing on mail of ours', async () => {
    deepEqual(await having('To: l@example.net\nList-Id: <l.example.net>\n'), ['RECIPIENT_NOT_NAMED 0.05']);
    deepEqual(await having('To: x@example.net\n', ['bob@example.com'], true), []);
  });
});
