// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { it } from 'node:test';
import { mailFilesIn } from './mail-files.ts';

it('takes of a Maildir the mail alone, and of links those to files', async t => {
  const root = mkdtempSync(join(tmpdir(), 'sekisho-mail-files-'));
  t.after(() => rmSync(root, { recursive: true }));
  const names = [
    'cur/1:2,S',
    'new/2',
    '.Junk/new/3',
    'tmp/4',
    '.Junk/tmp/5',
    'dovecot-uidlist',
    '.uidvalidity',
    'a.txt',
  ];
  for (const name of [...names, 'a.json', 'b.json']) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), '');
  }
  symlinkSync('../new/2', join(root, 'cur/6'));
  symlinkSync('..', join(root, 'cur/circle'));
  symlinkSync('nowhere', join(root, 'cur/7'));
  const found = (await mailFilesIn(root)).map(file => relative(root, file));
  assert.deepEqual(found, ['.Junk/new/3', 'a.txt', 'b.json', 'cur/1:2,S', 'cur/6', 'new/2']);
});

it('takes what lies in a folder that is itself called tmp', async t => {
  const root = join(mkdtempSync(join(tmpdir(), 'sekisho-mail-files-')), 'tmp');
  t.after(() => rmSync(dirname(root), { recursive: true }));
  mkdirSync(root);
  writeFileSync(join(root, '1'), '');
  assert.deepEqual(await mailFilesIn(root), [join(root, '1')]);
});
