// SPDX-License-Identifier: Apache-2.0
// What SIGHUP does: a good file is taken over without a restart, a bad one leaves the running configuration in force and says why.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, it } from 'node:test';
import { needsRestart } from '../../src/server/needs-restart.ts';
import { readSettings } from '../../src/index.ts';
import { cleanUp, startServing } from './serving.ts';

const serving = await startServing({ toml: '[dns]\nservers = ["127.0.0.1:9"]\n' });
after(() => cleanUp(serving));
const original = await readFile(serving.configPath, 'utf8');

const reload = async (toml: string, until: RegExp): Promise<string> => {
  const before = serving.output().length;
  await writeFile(serving.configPath, toml);
  process.kill(serving.pid, 'SIGHUP');
  for (let tries = 0; tries < 200; tries++) {
    const said = serving.output().slice(before);
    if (until.test(said)) return said;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`the log does not say ${until}:\n${serving.output().slice(before)}`);
};

it('takes a changed limit over for the next connection', async () => {
  assert.match(await ehlo(), /SIZE 25000000/);
  await reload(`${original}[smtp]\nmessageSize = "1MB"\n`, /configuration taken over/);
  assert.match(await ehlo(), /SIZE 1000000/);
});

it('keeps the running configuration when a file is bad, and says where it is', async () => {
  const said = await reload(`${original}[policy]\nmarkAt = "high"\n`, /not taken over/);
  assert.match(said, /policy\.markAt.*expected a score, or a probability/);
  assert.match(await ehlo(), /SIZE 1000000/);
});

it('names what needs a restart', async () => {
  assert.match(
    await reload(`${original}[delivery]\nconcurrency = 5\n`, /configuration taken over/),
    /"needsRestart":\["delivery"\]/,
  );
  assert.deepEqual(needsRestart(readSettings(), readSettings('[server]\nhostname = "mx.example.jp"\n')), [
    'server.hostname',
  ]);
  assert.deepEqual(needsRestart(readSettings(), readSettings()), []);
});

function ehlo(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(serving.port, '127.0.0.1');
    let text = '';
    socket.on('data', chunk => {
      text += String(chunk);
      if (/^220 [^\n]*\n$/.test(text)) socket.write('EHLO client.example\r\n');
      if (/^250 /m.test(text) && !socket.writableEnded) socket.end('QUIT\r\n');
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
