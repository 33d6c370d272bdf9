// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryDirectoryStore } from '../../store/directory/memory.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import identities, { type Identities } from './identities.ts';

async function read(header: string): Promise<Identities> {
  const directory = memoryDirectoryStore();
  await directory.putDomain({ name: 'example.com', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  const mime = parseMessage(Buffer.from(`${header.replace(/\n/g, '\r\n')}\r\nHello\r\n`));
  return identities.read({ mime, directory } as never, new AbortController().signal) as Identities;
}

describe('identities', () => {
  it('are read once from all address fields', async () => {
    const { author, to, cc, replyTo, local, fromFields } = await read(
      'From: =?UTF-8?Q?Al=C3=ADce?= <alice@Example.COM>\nTo: bob@example.org, "C, D" <c@example.org>\nCc: team: e@example.org;\nReply-To: r@example.net\n',
    );
    deepEqual(author, { name: 'Alíce', address: { local: 'alice', domain: 'example.com' } });
    deepEqual(
      [to, cc, replyTo].map(list => list.map(({ address }) => address.local)),
      [['bob', 'c'], ['e'], ['r']],
    );
    deepEqual([local.author, fromFields], [true, 1]);
  });

  it('leave out what is no address', async () => {
    const { from, author, fromFields } = await read('From: Alice Liddell\n');
    deepEqual([from, author, fromFields], [[], undefined, 1]);
  });

  it('know lists and resenders by their fields', async () => {
    equal((await read('From: a@example.org\nList-Id: <l.example.org>\n')).handedOn, 'list');
    equal((await read('From: a@example.org\nResent-From: b@example.org\n')).handedOn, 'resent');
    equal((await read('From: a@example.org\n')).handedOn, undefined);
  });

  it('end at 200 addresses', async () => {
    equal((await read(`To: ${'a@example.org, '.repeat(250)}b@example.org\n`)).to.length, 200);
  });
});
