// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { Fault } from '../../core/faults.ts';
import { labelOf, readCorpus, type Corpus } from './corpus.ts';

const message = (subject: string, day: number, body = 'Hello.') =>
  `Subject: ${subject}\nDate: ${new Date(Date.UTC(2026, 0, day)).toUTCString()}\n\n${body}\n`;
const latin1 = (text: string) => Buffer.from(text, 'latin1');

function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-corpus-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), latin1(content));
  }
  return root;
}
const list = (corpus: Corpus) => corpus.examples.map(({ label, name }) => `${label} ${name}`);
const read = async (corpus: Corpus) =>
  Promise.all(corpus.examples.map(async one => (await one.read()).toString('latin1')));

it('reads an index in its own order, from where the index lies', async t => {
  const root = folder(t, {
    'full/index': 'spam ../data/1\nHAM ../data/2\n',
    'data/1': message('one', 2),
    'data/2': message('two', 1),
  });
  const corpus = await readCorpus(join(root, 'full/index'));
  assert.deepEqual(list(corpus), ['spam ../data/1', 'ham ../data/2']);
  assert.deepEqual(await read(corpus), [message('one', 2), message('two', 1)]);
});

it('names the line of an index that it cannot read', async t => {
  const root = folder(t, { index: 'spam a\nwhat is this\n' });
  await assert.rejects(
    readCorpus(join(root, 'index')),
    error => error instanceof Fault && error.detail.includes('line 2'),
  );
});

it('reads folders in the order of time, without twins and unfinished mail', async t => {
  const root = folder(t, {
    'easy-ham-1/b.txt': message('second', 2),
    'easy-ham-1/b.json': '{}',
    'spam-2/a.txt': `From x@example.net Thu Jan  1 00:00:00 2026\n${message('first', 1)}`,
    'Maildir/.Junk/cur/1.host:2,S': message('third', 3),
    'Maildir/.Junk/tmp/2.host': message('unfinished', 3),
    'notes/readme': 'nothing',
  });
  const corpus = await readCorpus(root);
  assert.deepEqual(list(corpus), ['spam spam-2/a.txt', 'ham easy-ham-1/b.txt', 'spam Maildir/.Junk/cur/1.host:2,S']);
  assert.equal(corpus.unlabelled, 1);
  assert.equal((await read(corpus))[0], message('first', 1));
});

it('takes an mbox apart, long ones too, and turns quoted lines back', async t => {
  const line = 'From x@example.net Thu Jan  1 00:00:00 2026\n';
  const bodies = ['>From here on\nFrom inside', 'x'.repeat(40_000), '\xe9'];
  const root = folder(t, { 'ham.mbox': bodies.map((body, i) => `${line}${message(`${i}`, i + 1, body)}\n`).join('') });
  const corpus = await readCorpus(join(root, 'ham.mbox'));
  assert.deepEqual(list(corpus), ['ham ham.mbox#1', 'ham ham.mbox#2', 'ham ham.mbox#3']);
  const expected = ['From here on\nFrom inside', ...bodies.slice(1)].map(
    (body, i) => `${message(`${i}`, i + 1, body)}\n`,
  );
  assert.deepEqual(await read(corpus), expected);
});

it('says so when nothing is labelled or nothing is there', async t => {
  const root = folder(t, { 'letters/1': message('one', 1) });
  const isBadInput = (error: unknown) => error instanceof Fault && error.code === 'bad-input';
  await assert.rejects(readCorpus(root), isBadInput);
  await assert.rejects(readCorpus(join(root, 'nowhere')), isBadInput);
});

it('knows a label by the last telling word of a path', () => {
  const paths = ['spam/ham/1', 'easy_ham', '.Junk/cur', 'SPAM', 'shame', 'whispam', 'hard-ham-1'];
  assert.deepEqual(paths.map(labelOf), ['ham', 'ham', 'spam', 'spam', undefined, undefined, 'ham']);
});

it('takes what says it is not spam for ham', () => {
  for (const path of ['not-spam', 'nonspam', 'notspam', 'NotJunk', 'no_spam', 'not spam/1', 'spam/ham', 'mails_ham'])
    assert.equal(labelOf(path), 'ham', path);
});

it('knows spam by the names mail programs give it', () => {
  for (const path of [
    '.Junk',
    'Junk E-mail',
    'INBOX.Spam',
    '.INBOX.Junk/cur',
    '迷惑メール',
    '.&j,dg0TDhMPww6w-/new',
    'ham/spam',
  ])
    assert.equal(labelOf(path), 'spam', path);
  for (const path of ['hamburg', 'spamassassin', 'shame', 'ja']) assert.equal(labelOf(path), undefined, path);
});

it('never calls mail spam by the name of the folder around it, where folders inside say what they hold', async t => {
  const root = join(
    folder(t, { 'spam-test/Inbox/1': message('a', 1), 'spam-test/Junk/1': message('b', 2), 'spam-test/x/1': '' }),
    'spam-test',
  );
  const corpus = await readCorpus(root);
  assert.deepEqual(list(corpus), ['ham Inbox/1', 'spam Junk/1']);
  assert.equal(corpus.unlabelled, 1);
});

it('reads a Maildir with its Junk folder: the rest of the inbox is ham', async t => {
  const root = folder(t, { 'cur/1:2,S': message('a', 1), 'new/2': message('b', 2), '.Junk/cur/3:2,': message('c', 3) });
  assert.deepEqual(list(await readCorpus(root)), ['ham cur/1:2,S', 'ham new/2', 'spam .Junk/cur/3:2,']);
});

it('reads a Junk folder alone as spam', async t => {
  const root = folder(t, { '.Junk/cur/1:2,S': message('a', 1), '.Junk/new/2': message('b', 2) });
  assert.deepEqual(list(await readCorpus(join(root, '.Junk'))), ['spam cur/1:2,S', 'spam new/2']);
});

it('follows links to files, and none that leads in a circle or nowhere', async t => {
  const root = folder(t, { 'elsewhere/a': message('a', 1), 'corpus/spam/1': message('b', 2) });
  symlinkSync(join(root, 'elsewhere/a'), join(root, 'corpus/spam/2'));
  symlinkSync(join(root, 'corpus'), join(root, 'corpus/spam/circle'));
  symlinkSync(join(root, 'nowhere'), join(root, 'corpus/spam/3'));
  assert.deepEqual(list(await readCorpus(join(root, 'corpus'))), ['spam spam/2', 'spam spam/1']);
});

it('reads an index with a byte order mark', async t => {
  const root = folder(t, { index: '\xef\xbb\xbfspam 1\nham 2\n', 1: message('a', 1), 2: message('b', 2) });
  assert.deepEqual(list(await readCorpus(join(root, 'index'))), ['spam 1', 'ham 2']);
});

it('takes a sentence that begins with From for no new message, and a line without a time for one', async t => {
  const sentence = 'Hello.\n\nFrom the beginning on we wanted peace.\n';
  const root = folder(t, {
    'ham.mbox': `From \n${message('a', 1, sentence)}\nFrom \n${message('b', 2)}\nFrom ?@? Thu Jan  1 00:00:00 2026\n\nno header\n`,
  });
  const corpus = await readCorpus(root);
  assert.equal(corpus.examples.length, 3);
  assert.ok((await read(corpus)).some(text => text.includes('From the beginning')));
});

it('calls by the name of the folder what lies right in it, if nothing in it says otherwise', async t => {
  const root = folder(t, {
    'spam/1': message('a', 1),
    'spam/spam_2/2': message('b', 2),
    'spam/else/3': message('c', 3),
    'junk/inbox.mbox': message('d', 4),
    'junk/spam.mbox': message('e', 5),
    'junk/sent.mbox': message('f', 6),
  });
  assert.deepEqual(list(await readCorpus(join(root, 'spam'))), ['spam 1', 'spam spam_2/2']);
  assert.deepEqual(list(await readCorpus(join(root, 'junk'))), ['ham inbox.mbox', 'spam spam.mbox']);
});
