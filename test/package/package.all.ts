// SPDX-License-Identifier: Apache-2.0
// What is published: packed, installed into an empty folder, it serves, takes a message, and is imported as a library.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { createTransport } from 'nodemailer';
import { cleanUp, root, run, startServing } from '../whole/serving.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-package-'));
after(() => rm(folder, { recursive: true, force: true }));

const packed = await run(['npm', 'pack', '--pack-destination', folder], undefined, root);
assert.equal(packed.code, 0, packed.stderr);
const archive = join(folder, (await readdir(folder)).find(name => name.endsWith('.tgz')) ?? '');
await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
const installed = await run(['npm', 'install', '--no-audit', '--no-fund', archive], undefined, folder);
assert.equal(installed.code, 0, installed.stderr);

it('leaves tests and the test desk out of the package', async () => {
  const files = await readdir(join(folder, 'node_modules/sekisho'), { recursive: true });
  assert.deepEqual(
    files.filter(file => /\.(test|suite|all)\.|check\/desk\./.test(file)),
    [],
  );
  assert.ok(!files.includes('src'));
});

it('serves from an empty folder and takes a message', async () => {
  const serving = await startServing({
    program: [process.execPath, join(folder, 'node_modules/sekisho/bin/sekisho.js')],
    toml: '[dns]\nservers = ["127.0.0.1:9"]\n',
  });
  try {
    const mail = { from: 'alice@example.com', to: 'postmaster@localhost', subject: 'Hello', text: 'A message.' };
    const sent = await createTransport({
      host: '127.0.0.1',
      port: serving.port,
      tls: { rejectUnauthorized: false },
    }).sendMail(mail);
    assert.match(sent.response, /^250 2\.0\.0 Accepted/);
  } finally {
    await cleanUp(serving);
  }
});

it('is imported as a library that serves and judges', async () => {
  const program = `
    import { createConnection } from 'node:net';
    import { openWorkplace, parseMessage, readSettings, startServer } from 'sekisho';
    const settings = readSettings('[listen]\\nsmtp = ["127.0.0.1:0"]\\n[dns]\\nservers = ["127.0.0.1:9"]');
    const server = await startServer(settings, './data');
    console.log(server.addresses[0]);
    await server.close(1000);
    const place = await openWorkplace(settings, './data');
    const { verdict } = await place.judge(Buffer.from('From: alice@example.com\\r\\nSubject: x\\r\\n\\r\\ntext\\r\\n'));
    console.log(typeof verdict.score, parseMessage(Buffer.from('A: b\\r\\n\\r\\n')).headers.first('a').text);
    await place.close();
  `;
  await writeFile(join(folder, 'embed.js'), program);
  const embedded = await run([process.execPath, 'embed.js'], undefined, folder);
  assert.match(embedded.stdout, /^smtp +127\.0\.0\.1:\d+\nnumber b\n$/, embedded.stderr);
});
