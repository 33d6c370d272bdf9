// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
