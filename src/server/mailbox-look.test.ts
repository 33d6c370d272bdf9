// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../core/clock.ts';
import { corrector } from '../learning/correct.ts';
import { openFilter } from '../learning/filter.ts';
import { isRevocation } from '../store/learning/contract.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { MailboxLook } from './mailbox-look.ts';

const alice = { local: 'alice', domain: 'example.org' };
const name = (i: number): string => `1767225600.${String(i).padStart(16, '0')}_0.mx.example.org`;

function stored(
  i: number,
  action: string,
  headers = 'Return-Path: <bob@example.com>\nDelivered-To: alice@example.org\n',
): string {
  return `${headers}X-Spam-Action: ${action}\nX-Sekisho-Id: 0\nReceived: from a (a [192.0.2.1])\n\tby mx.example.org with ESMTP id ${String(i).padStart(16, '0')};\n\tThu, 01 Jan 2026 00:00:00 +0000\nAuthentication-Results: mx.example.org; none\nReceived: from b by a\nFrom: bob@example.com\nMessage-ID: <${i}@example.com>\nSubject: number ${i}\n\nwords ${i}\n`;
}

async function world(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'sekisho-look-'));
  t.after(() => rm(root, { recursive: true }));
  const inbox = join(root, 'example.org', 'alice');
  const junk = join(inbox, '.Junk');
  const trash = join(inbox, '.Trash');
  for (const folder of [inbox, junk, trash])
    for (const part of ['cur', 'new']) await mkdir(join(folder, part), { recursive: true });
  const store = memoryLearningStore();
  const filter = await openFilter({ store, clock: systemClock });
  t.after(() => filter.close());
  const state = memoryStateStore();
  const start = (ownState = state) =>
    new MailboxLook({ root, state: ownState, clock: systemClock, filter, correct: corrector(filter), onMove() {} });
  const first = start();
  const entries = async () =>
    (await store.readFrom(1, 1_000)).map(entry => (isRevocation(entry) ? 'revoked' : `${entry.label} by ${entry.by}`));
  return { root, inbox, junk, trash, filter, start, state, entries, look: () => first.look(alice) };
}

it('learns a move once, however often it looks and whatever flags change', async t => {
  const { inbox, junk, look, entries } = await world(t);
  await writeFile(join(inbox, 'new', name(1)), stored(1, 'accept'));
  assert.equal(await look(), 0);
  await rename(join(inbox, 'new', name(1)), join(junk, 'cur', `${name(1)},S=9:2,`));
  assert.equal(await look(), 1);
  await rename(join(junk, 'cur', `${name(1)},S=9:2,`), join(junk, 'cur', `${name(1)},S=9:2,S`));
  assert.equal(await look(), 0);
  assert.deepEqual(await entries(), ['spam by alice@example.org']);
});

it('reads nothing of what lies as it was delivered, and all that was moved into new/ later', async t => {
  const { root, inbox, junk, look, entries } = await world(t);
  const path = join(inbox, 'new', name(1));
  await writeFile(path, stored(1, 'accept'));
  // What is read is asked for in the log.
  const standing = () => Promise.reject(new Error('it was read'));
  const watched = {
    root,
    state: memoryStateStore(),
    clock: systemClock,
    filter: { standing },
    correct: standing,
    onMove() {},
  };
  assert.equal(await new MailboxLook(watched).look(alice), 0);
  await utimes(path, new Date(), new Date(Date.now() - 60_000));
  await assert.rejects(new MailboxLook({ ...watched, state: memoryStateStore() }).look(alice), /it was read/);
  await rename(path, join(junk, 'new', name(1)));
  await utimes(join(junk, 'new', name(1)), new Date(), new Date(Date.now() - 60_000));
  assert.equal(await look(), 1);
  assert.deepEqual(await entries(), ['spam by alice@example.org']);
});

it('learns what was moved while nobody looked, and not again by one who knows nothing of it', async t => {
  const { junk, start, entries } = await world(t);
  await writeFile(join(junk, 'cur', `${name(1)}:2,S`), stored(1, 'accept'));
  assert.equal(await start().look(alice), 1);
  assert.equal(await start(memoryStateStore()).look(alice), 0);
  assert.deepEqual(await entries(), ['spam by alice@example.org']);
});

it('says ham of what is taken out of Junk, and takes it back when it is put there again', async t => {
  const { inbox, junk, look, entries } = await world(t);
  const inJunk = join(junk, 'cur', `${name(1)}:2,`);
  await writeFile(inJunk, stored(1, 'mark'));
  assert.equal(await look(), 0);
  await rename(inJunk, join(inbox, 'cur', `${name(1)}:2,`));
  assert.equal(await look(), 1);
  await rename(join(inbox, 'cur', `${name(1)}:2,`), inJunk);
  assert.equal(await look(), 1);
  assert.deepEqual(await entries(), ['ham by alice@example.org', 'revoked', 'spam by alice@example.org']);
});

it('learns nothing from Trash, from marks of deletion, and from what did not come by us', async t => {
  const { inbox, junk, trash, look } = await world(t);
  await writeFile(join(inbox, 'new', name(1)), stored(1, 'accept'));
  await writeFile(join(junk, 'cur', `${name(2)}:2,ST`), stored(2, 'accept'));
  await writeFile(join(junk, 'cur', '5.M1P2.elsewhere:2,S'), stored(3, 'accept', 'Delivered-To: carol@example.org\n'));
  await writeFile(join(junk, 'cur', '6.M1P2.elsewhere:2,S'), 'From: x@example.net\n\nno trace\n');
  await look();
  await rename(join(inbox, 'new', name(1)), join(trash, 'cur', `${name(1)}:2,`));
  assert.equal(await look(), 0);
});

it('knows a message under a name another program gave it, and waits until the copy it was made from is gone', async t => {
  const { inbox, junk, look } = await world(t);
  const before = join(inbox, 'cur', `${name(1)}:2,`);
  await writeFile(before, stored(1, 'accept'));
  await look();
  const text = await readFile(before, 'latin1');
  await writeFile(
    join(junk, 'new', '7.M5P6.dovecot,S=500'),
    text.replace('Received: from b', 'X-TUID: abcdefghijkl\nReceived: from b'),
  );
  assert.equal(await look(), 0);
  await rm(before);
  assert.equal(await look(), 1);
  assert.deepEqual(await readdir(join(junk, 'new')), ['7.M5P6.dovecot,S=500']);
});

it('does not learn again what was taken back', async t => {
  const { junk, filter, look, entries } = await world(t);
  await writeFile(join(junk, 'cur', name(1)), stored(1, 'accept'));
  await look();
  await filter.revoke({ user: 'alice@example.org' });
  await rename(join(junk, 'cur', name(1)), join(junk, 'cur', `${name(1)}:2,S`));
  assert.equal(await look(), 0);
  assert.deepEqual(await entries(), ['spam by alice@example.org', 'revoked']);
});
