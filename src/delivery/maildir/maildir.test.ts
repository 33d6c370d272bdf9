// SPDX-License-Identifier: Apache-2.0
import { equal, deepEqual, rejects } from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { Maildir } from './maildir.ts';
import type { MaildirDelivery } from './maildir.ts';

const storedAt = Date.UTC(2026, 0, 1);
const text = 'Subject: hello\r\n\r\nHello Bob.\r\n';

async function makeRoot(test: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'maildir-'));
  test.after(() => rm(root, { recursive: true }));
  return root;
}

function deliveryOf(more: Partial<MaildirDelivery> = {}): MaildirDelivery {
  return {
    queueId: '0abcdefgh0000001',
    recipientIndex: 0,
    storedAt,
    mailbox: { local: 'bob', domain: 'example.com' },
    folder: 'inbox',
    prefix: Buffer.from('Return-Path: <alice@example.org>\r\n'),
    mayRepeat: false,
    async *message() {
      yield Buffer.from(text.slice(0, 15));
      yield Buffer.from(text.slice(15));
    },
    ...more,
  };
}

const base = '1767225600.0abcdefgh0000001_0.mx.example.com';
const written = 'Return-Path: <alice@example.org>\nSubject: hello\n\nHello Bob.\n';

describe('Maildir', () => {
  it('puts a message into new/ under a name made from the queue entry, with its size', async test => {
    const root = await makeRoot(test);
    equal(await new Maildir(root, 'mx.example.com').deliver(deliveryOf()), 'written');
    const box = join(root, 'example.com', 'bob');
    deepEqual(await readdir(join(box, 'new')), [`${base},S=${written.length}`]);
    equal(await readFile(join(box, 'new', `${base},S=${written.length}`), 'utf8'), written);
    deepEqual(await readdir(join(box, 'tmp')), []);
    equal((await stat(box)).mode & 0o777, 0o700);
    equal((await stat(join(root, 'example.com'))).mode & 0o777, 0o700);
  });

  it('puts junk into the Maildir++ folder .Junk, and makes the inbox with it', async test => {
    const root = await makeRoot(test);
    await new Maildir(root, 'mx.example.com').deliver(deliveryOf({ folder: 'junk' }));
    const box = join(root, 'example.com', 'bob');
    deepEqual((await readdir(box)).sort(), ['.Junk', 'cur', 'new', 'tmp']);
    deepEqual((await readdir(join(box, '.Junk'))).sort(), ['cur', 'maildirfolder', 'new', 'tmp']);
    equal((await readdir(join(box, '.Junk', 'new'))).length, 1);
  });

  it('doubles nothing when it is asked again, by this process or by the next', async test => {
    const root = await makeRoot(test);
    await new Maildir(root, 'mx.example.com').deliver(deliveryOf());
    for (const mayRepeat of [false, true]) {
      equal(await new Maildir(root, 'mx.example.com').deliver(deliveryOf({ mayRepeat })), 'was-there');
    }
    equal((await readdir(join(root, 'example.com', 'bob', 'new'))).length, 1);
  });

  it('finds its message also after the owner read it, moved it to Junk, or the server got another name', async test => {
    const root = await makeRoot(test);
    const maildir = new Maildir(root, 'mx.example.com');
    const box = join(root, 'example.com', 'bob');
    await maildir.deliver(deliveryOf());
    await maildir.deliver(deliveryOf({ recipientIndex: 1, folder: 'junk' }));
    const [name = ''] = await readdir(join(box, 'new'));
    await rename(join(box, 'new', name), join(box, 'cur', `${name}:2,FS`));
    equal(await maildir.deliver(deliveryOf({ mayRepeat: true })), 'was-there');
    await rename(join(box, 'cur', `${name}:2,FS`), join(box, '.Junk', 'cur', `${name}:2,S`));
    equal(await maildir.deliver(deliveryOf({ mayRepeat: true })), 'was-there');
    const renamed = new Maildir(root, 'other.example.com');
    equal(await renamed.deliver(deliveryOf({ recipientIndex: 1, mayRepeat: true })), 'was-there');
    equal((await readdir(join(box, 'new'))).length, 0);
  });

  it('overwrites what a killed attempt left in tmp/', async test => {
    const root = await makeRoot(test);
    const maildir = new Maildir(root, 'mx.example.com');
    await maildir.deliver(deliveryOf({ recipientIndex: 1 }));
    await writeFile(join(root, 'example.com', 'bob', 'tmp', base), 'half a mess');
    equal(await maildir.deliver(deliveryOf()), 'written');
    deepEqual(await readdir(join(root, 'example.com', 'bob', 'tmp')), []);
  });

  it('makes a mailbox anew that was removed while it ran', async test => {
    const root = await makeRoot(test);
    const maildir = new Maildir(root, 'mx.example.com');
    await maildir.deliver(deliveryOf());
    await rm(join(root, 'example.com'), { recursive: true });
    equal(await maildir.deliver(deliveryOf()), 'written');
  });

  it('leaves nothing in new/ when the message breaks off', async test => {
    const root = await makeRoot(test);
    const broken = deliveryOf({
      async *message() {
        yield Buffer.from('Subject: half');
        throw new Error('the disk is gone');
      },
    });
    await rejects(new Maildir(root, 'mx.example.com').deliver(broken), /the disk is gone/);
    const box = join(root, 'example.com', 'bob');
    deepEqual([await readdir(join(box, 'new')), await readdir(join(box, 'tmp'))], [[], []]);
  });

  it('fails with what the file system says when there is no making the folder', async test => {
    const root = await makeRoot(test);
    await writeFile(join(root, 'example.com'), 'a file where a folder should be');
    await rejects(new Maildir(root, 'mx.example.com').deliver(deliveryOf()), /ENOTDIR/);
  });
});
