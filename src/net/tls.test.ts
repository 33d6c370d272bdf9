// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { TestClock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { seededRandom, systemRandom } from '../core/random.ts';
import { makeSelfSigned } from './certificate.ts';
import { openServerTls } from './tls.ts';

async function folderFor(test: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-tls-'));
  test.after(() => rm(folder, { recursive: true }));
  return folder;
}

function optionsFor(dataFolder: string, clock = new TestClock()) {
  return { dataFolder, hostname: 'mx.example.jp', clock, random: systemRandom };
}

async function writePair(folder: string, name: string) {
  const { certificate, key } = makeSelfSigned(name, new TestClock().now(), seededRandom(1));
  const files = { certificateFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  await Promise.all([writeFile(files.certificateFile, certificate), writeFile(files.keyFile, key)]);
  return files;
}

describe('openServerTls', () => {
  it('makes a certificate once and keeps it, readable to nobody else', async test => {
    const folder = await folderFor(test);
    const first = await openServerTls(optionsFor(folder));
    const second = await openServerTls(optionsFor(folder));
    assert.equal(first.shown.isSelfSigned, true);
    assert.equal(second.shown.fingerprint, first.shown.fingerprint);
    assert.equal((await stat(join(folder, 'self-signed.pem'))).mode & 0o777, 0o600);
  });

  it('makes one for all processes that start at once', async test => {
    const folder = await folderFor(test);
    const all = await Promise.all(Array.from({ length: 8 }, () => openServerTls(optionsFor(folder))));
    assert.equal(new Set(all.map(tls => tls.shown.fingerprint)).size, 1);
  });

  it('makes a new one when the old is about to end or cannot be read', async test => {
    const folder = await folderFor(test);
    const clock = new TestClock();
    const first = await openServerTls(optionsFor(folder, clock));
    clock.jump(3_640 * 86_400_000);
    const second = await openServerTls(optionsFor(folder, clock));
    assert.notEqual(second.shown.fingerprint, first.shown.fingerprint);
    await writeFile(join(folder, 'self-signed.pem'), 'torn');
    await openServerTls(optionsFor(folder, clock));
    assert.match(await readFile(join(folder, 'self-signed.pem'), 'utf8'), /BEGIN CERTIFICATE/);
  });

  it('takes the files it is given, and again at a reload', async test => {
    const folder = await folderFor(test);
    const files = await writePair(folder, 'mx.example.jp');
    const tls = await openServerTls({ ...optionsFor(folder), files });
    const before = tls.shown;
    await writePair(folder, 'mx.example.jp');
    await tls.reload();
    assert.equal(before.isSelfSigned, false);
    assert.notEqual(tls.shown.fingerprint, before.fingerprint);
  });

  it('keeps the old certificate when the new one does not work', async test => {
    const folder = await folderFor(test);
    const files = await writePair(folder, 'mx.example.jp');
    const tls = await openServerTls({ ...optionsFor(folder), files });
    const before = tls.shown.fingerprint;
    const other = await writePair(folder, 'other.example.jp');
    await writeFile(files.keyFile, await readFile(other.keyFile));
    await assert.rejects(
      tls.reload(),
      (error: unknown) =>
        error instanceof Fault && error.code === 'bad-configuration' && error.detail.includes(files.certificateFile),
    );
    assert.equal(tls.shown.fingerprint, before);
  });

  it('names the file that is not there', async test => {
    const folder = await folderFor(test);
    const files = { certificateFile: join(folder, 'none.crt'), keyFile: join(folder, 'none.key') };
    await assert.rejects(
      openServerTls({ ...optionsFor(folder), files }),
      (error: unknown) => error instanceof Fault && error.detail.includes('none.crt'),
    );
  });
});
