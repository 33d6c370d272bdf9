// SPDX-License-Identifier: Apache-2.0
import { deepEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { section } from '../../check/section.ts';
import { clientAt } from '../../core/client.ts';
import senderBlock from './sender-block.ts';

function ask(local: string, domain: string, list: readonly string[]) {
  const sender = { address: local === '' ? null : { local, domain }, body: '7BIT', isSmtpUtf8: false };
  return desk(senderBlock, { list }).ask({ client: clientAt('192.0.2.7', 4711), sender });
}
const blocked = (entry: string) => [`SENDER_BLOCKED: The sender is on the list of blocked senders (${entry}).`];

describe('sender block', () => {
  it('knows an address without regard to case', async () => {
    deepEqual(await ask('Mallory', 'example.org', ['mallory@Example.org']), blocked('mallory@example.org'));
    deepEqual(await ask('alice', 'example.org', ['mallory@example.org']), []);
  });

  it('knows a domain, and with a dot also all under it', async () => {
    deepEqual(await ask('a', 'example.org', ['example.org']), blocked('example.org'));
    deepEqual(await ask('a', 'sub.example.org', ['example.org']), []);
    deepEqual(await ask('a', 'sub.example.org', ['.example.org']), blocked('.example.org'));
    deepEqual(await ask('a', 'badexample.org', ['.example.org']), []);
  });

  it('compares international names as A-labels', async () => {
    deepEqual(await ask('a', 'xn--wgv71a119e.example', ['日本語.example']), blocked('xn--wgv71a119e.example'));
  });

  it('never meets a bounce', async () => {
    deepEqual(await ask('', '', ['.org']), []);
  });

  it('refuses entries that are neither', () => {
    for (const entry of ['@example.org', 'a@', 'a b', '', 'a@b..c'])
      throws(() => section(senderBlock).parse({ list: [entry] }), /expected an address/);
  });
});
