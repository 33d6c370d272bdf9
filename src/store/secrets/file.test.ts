// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { systemRandom } from '../../core/random.ts';
import { openSecretFile } from './file.ts';

const day = 86_400_000;

async function place(test: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  test.after(() => rm(folder, { recursive: true }));
  return { folder, path: join(folder, 'return-path.keys'), clock: new TestClock() };
}

describe('secret file', () => {
  it('is made once, for us alone, whoever comes first', async test => {
    const { folder, path, clock } = await place(test);
    const stores = await Promise.all(Array.from({ length: 5 }, () => openSecretFile(path, clock, systemRandom)));
    const secrets = stores.map(store => store.all()[0]?.bytes.toString('hex'));
    assert.equal(new Set(secrets).size, 1);
    assert.equal(secrets[0]?.length, 64);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['return-path.keys']);
  });

  it('keeps old secrets until they have been out of use for as long as was asked', async test => {
    const { path, clock } = await place(test);
    const store = await openSecretFile(path, clock, systemRandom);
    const other = await openSecretFile(path, clock, systemRandom);
    clock.advance(30 * day);
    await store.rotate(21 * day);
    assert.deepEqual(
      other.all().map(({ number }) => number),
      [1, 0],
    );
    clock.advance(21 * day);
    await store.rotate(21 * day);
    assert.deepEqual(
      store.all().map(({ number }) => number),
      [2, 1, 0],
    );
    clock.advance(1);
    await other.rotate(21 * day);
    assert.deepEqual(
      store.all(true).map(({ number }) => number),
      [3, 2, 1],
    );
  });

  it('says that it is broken, and goes on with what it knew', async test => {
    const { path, clock } = await place(test);
    const store = await openSecretFile(path, clock, systemRandom);
    await writeFile(path, 'nonsense\n');
    assert.equal(store.all(true).length, 1);
    await assert.rejects(openSecretFile(path, clock, systemRandom), { code: 'store-broken' });
  });
});
