// SPDX-License-Identifier: Apache-2.0
// What `config check` says of a configuration is what a start would say of it.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root, run } from './serving.ts';

describe('sekisho config check', () => {
  let folder = '';
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'sekisho-config-'))));
  after(() => rm(folder, { recursive: true }));

  const check = async (toml: string) => {
    const path = join(folder, 'sekisho.toml');
    await writeFile(path, toml);
    const ran = await run([process.execPath, join(root, 'bin/sekisho.js'), 'config', 'check', path], undefined, folder);
    return { ...ran, problems: ran.stderr.replaceAll(`${path}: `, '').trim().split('\n') };
  };

  it('names every file that a start would miss, and writes nothing', async () => {
    const { code, problems } = await check(
      '[dns]\nzone = "/none/zone"\n[tls]\ncertificate = "/none/cert.pem"\n[[checks.rules.folders]]\npath = "/none/rules"\n',
    );
    assert.equal(code, 78);
    assert.equal(problems.length, 3);
    assert.match(problems[0] ?? '', /dns\.zone: \/none\/zone cannot be read/);
    assert.match(problems[1] ?? '', /\/none\/rules cannot be read/);
    assert.match(problems[2] ?? '', /certificate and key belong together/);
    assert.deepEqual(await readdir(folder), ['sekisho.toml']);
  });

  it('lets pass what can be started with', async () => {
    const { code, stdout } = await check('[server]\nhostname = "mx.example.jp"\n');
    assert.deepEqual([code, stdout.trim()], [0, `${join(folder, 'sekisho.toml')} can be used.`]);
  });
});
