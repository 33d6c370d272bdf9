// SPDX-License-Identifier: Apache-2.0
// Started as root with `server.user`: the port is bound, then root is gone for good, and what is stored is the user's. Needs root to be shown.
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { becomeUser } from '../../src/server/privileges.ts';
import type { Host } from '../../src/server/host.ts';
import { startServing } from './serving.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const skip = isRoot ? false : 'not started as root: nothing to give up';

/** Real, effective and saved ids of a process in each of its threads, and its supplementary groups; once if all are alike. */
async function rightsOf(pid: number | string) {
  const threads = await readdir(`/proc/${pid}/task`);
  const rights = await Promise.all(threads.map(thread => rightsIn(`/proc/${pid}/task/${thread}/status`)));
  assert.deepEqual(new Set(rights.map(one => JSON.stringify(one))).size, 1);
  return rights[0];
}

async function rightsIn(path: string) {
  const status = await readFile(path, 'utf8');
  const numbers = (name: string) =>
    (new RegExp(`^${name}:(.*)$`, 'm').exec(status)?.[1] ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
  return { uids: numbers('Uid').slice(0, 3), gids: numbers('Gid').slice(0, 3), groups: numbers('Groups') };
}

async function serveAsNobody(processes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-root-'));
  await chmod(folder, 0o755);
  const toml = `[server]\nuser = "nobody"\nprocesses = ${processes}\n[dns]\nservers = ["127.0.0.1:9"]\n`;
  const serving = await startServing({ toml, folder });
  after(async () => {
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return serving;
}

const given = { uids: [nobody, nobody, nobody], gids: [nobody, nobody, nobody], groups: [] };

it('gives root up for good once its ports are bound', { skip }, async () => {
  const serving = await serveAsNobody(1);
  assert.deepEqual(await rightsOf(serving.pid), given);
  const owners = await Promise.all(
    ['', ...(await readdir(serving.dataPath))].map(async name => (await stat(join(serving.dataPath, name))).uid),
  );
  assert.deepEqual([...new Set(owners)], [nobody]);
  assert.equal((await stat(serving.dataPath)).mode & 0o777, 0o700);
  assert.equal(await serving.stop(), 0);
});

it('leaves root to the supervisor alone, which has no mail in it', { skip }, async () => {
  const serving = await serveAsNobody(2);
  const children = await readFile(`/proc/${serving.pid}/task/${serving.pid}/children`, 'utf8');
  const rights = await Promise.all(children.trim().split(' ').map(rightsOf));
  assert.deepEqual(rights, [given, given]);
  assert.equal(await serving.stop(), 0);
});

it(
  'makes the data folder with its parents for that user alone, and leaves those that are there as they are',
  { skip },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-parents-'));
    after(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'var'), { mode: 0o755 });
    const privileges = {
      isRoot: true,
      become() {},
      becomeRootAgain() {},
      giveUp() {},
      ids: () => ({ uid: nobody, gid: nobody }),
    };
    const host = { privileges } satisfies Partial<Host> as unknown as Host;
    await becomeUser({ user: 'nobody' }, join(folder, 'var/lib/sekisho/data'), host);
    const seen = async (path: string) => {
      const { uid, mode } = await stat(join(folder, path));
      return [path, uid, (mode & 0o777).toString(8)];
    };
    assert.deepEqual(await Promise.all(['var', 'var/lib', 'var/lib/sekisho', 'var/lib/sekisho/data'].map(seen)), [
      ['var', 0, '755'],
      ['var/lib', nobody, '700'],
      ['var/lib/sekisho', nobody, '700'],
      ['var/lib/sekisho/data', nobody, '700'],
    ]);
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(
      becomeUser({ user: 'nobody' }, join(folder, 'file/data'), host),
      /The configuration cannot be used/,
    );
  },
);

it('leaves nothing of root in the data folder when root runs a command on it', { skip }, async () => {
  const serving = await serveAsNobody(1);
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-command-'));
  after(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  const letter = join(folder, 'letter');
  await writeFile(letter, 'From: bob@example.com\r\nSubject: Cheap watches\r\n\r\nBuy now.\r\n');
  const { code, stderr } = await serving.run('learn', 'spam', letter);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.equal(await serving.stop(), 0);
  // The same with no server running: then the command itself holds what it works on.
  assert.equal((await serving.run('learn', 'ham', letter)).code, 0);
  const names = await readdir(serving.dataPath, { recursive: true });
  const owners = await Promise.all(names.map(async name => (await stat(join(serving.dataPath, name))).uid));
  assert.deepEqual([...new Set(owners)], [nobody]);
});

it(
  'gives a restored data folder to the user who will serve it, and keeps a backup from leaving anything of root in it',
  { skip },
  async () => {
    const serving = await serveAsNobody(1);
    assert.equal((await serving.run('domain', 'add', 'example.jp')).code, 0);
    assert.equal(await serving.stop(), 0);
    const copy = join(serving.folder, 'copy');
    assert.equal((await serving.run('backup', copy)).code, 0);
    const ownersIn = async (folder: string): Promise<readonly number[]> => {
      const names = ['', ...(await readdir(folder, { recursive: true }))];
      return [...new Set(await Promise.all(names.map(async name => (await stat(join(folder, name))).uid)))];
    };
    assert.deepEqual(await ownersIn(serving.dataPath), [nobody]);
    await rm(serving.dataPath, { recursive: true });
    assert.equal((await serving.run('restore', copy)).code, 0);
    assert.deepEqual(await ownersIn(serving.dataPath), [nobody]);
  },
);
