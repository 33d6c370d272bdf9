// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { describeFault } from '../../core/faults.ts';
import type { KeyStore, StoredKey } from './contract.ts';
import { keyFiles } from './files.ts';
import { memoryKeyStore } from './memory.ts';

const key = (selector: string): StoredKey => ({
  selector,
  algorithm: 'ed25519-sha256',
  privateKey: 'pem',
  publicKey: 'abc=',
  madeAt: 1,
  signsFrom: 2,
});
const add = (selector: string) => (keys: readonly StoredKey[]) => [...keys, key(selector)];

async function folderOf(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keys-'));
  test.after(() => rm(folder, { recursive: true }));
  return join(folder, 'dkim');
}

const backends: readonly (readonly [string, (test: TestContext) => Promise<readonly [KeyStore, KeyStore]>])[] = [
  [
    'memory keys',
    async () => {
      const store = memoryKeyStore();
      return [store, store];
    },
  ],
  [
    'key files',
    async test => {
      const folder = await folderOf(test);
      return [keyFiles(folder), keyFiles(folder)];
    },
  ],
];

for (const [name, open] of backends)
  describe(name, () => {
    it('are none at first', async test => {
      const [store] = await open(test);
      deepEqual([await store.domains(), await store.keys('example.org')], [[], []]);
    });

    it('are seen by others as soon as they are kept', async test => {
      const [store, other] = await open(test);
      await store.change('example.org', add('a'));
      deepEqual(await other.keys('example.org'), [key('a')]);
      await store.change('example.org', add('b'));
      deepEqual(await other.keys('example.org'), [key('a'), key('b')]);
      deepEqual(await other.domains(), ['example.org']);
    });

    it('are gone with the last of a domain', async test => {
      const [store, other] = await open(test);
      await store.change('example.org', add('a'));
      await other.change('example.org', () => []);
      deepEqual([await store.domains(), await store.keys('example.org')], [[], []]);
    });

    it('lose nothing when two change them at once', async test => {
      const [store, other] = await open(test);
      const names = Array.from({ length: 10 }, (_, i) => `s${i}`);
      await Promise.all(names.map((one, i) => (i % 2 ? store : other).change('example.org', add(one))));
      deepEqual((await store.keys('example.org')).map(({ selector }) => selector).sort(), names);
    });
  });

describe('key files', () => {
  it('of a new domain are seen, also when the folder was at rest for long', async test => {
    const folder = await folderOf(test);
    // To a clock that is ahead every folder is at rest.
    const store = keyFiles(folder, { now: () => Date.UTC(2100, 0, 1) });
    for (const domains of [['a.example'], ['a.example', 'b.example']]) {
      await keyFiles(folder).change(domains.at(-1) ?? '', add('a'));
      // Changes of a folder at one instant of the file system's clock cannot be told apart.
      await utimes(folder, domains.length, domains.length);
      deepEqual([await store.domains(), await store.domains()], [domains, domains]);
    }
  });

  it('are for us alone', async test => {
    const folder = await folderOf(test);
    await keyFiles(folder).change('example.org', add('a'));
    equal((await stat(folder)).mode & 0o777, 0o700);
    equal((await stat(join(folder, 'example.org.json'))).mode & 0o777, 0o600);
  });

  it('are no way to other files', async test => {
    const store = keyFiles(await folderOf(test));
    for (const domain of ['../x', '/etc/passwd', '', '.', 'a..b', 'a/b', 'A.example', `${'a'.repeat(241)}`]) {
      deepEqual(await store.keys(domain), []);
      await rejects(store.change(domain, add('a')), { code: 'bad-input' });
    }
  });

  it('that are damaged are never taken for none', async test => {
    const folder = await folderOf(test);
    const store = keyFiles(folder);
    await store.change('example.org', add('a'));
    for (const text of ['', '{', '{}', '{"version":1,"keys":[{}]}']) {
      await writeFile(join(folder, 'example.org.json'), text);
      await rejects(store.keys('example.org'), { code: 'store-broken' });
      await rejects(store.change('example.org', add('b')), { code: 'store-broken' });
    }
  });

  it('that are damaged are not quoted in what is said of them', async test => {
    const folder = await folderOf(test);
    await keyFiles(folder).change('example.org', add('a'));
    await writeFile(join(folder, 'example.org.json'), '{"version":1,"keys":[{"privateKey":SECRET}]}');
    await rejects(keyFiles(folder).keys('example.org'), (fault: unknown) => !describeFault(fault).includes('SECRET'));
  });
});
