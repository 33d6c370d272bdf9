// SPDX-License-Identifier: Apache-2.0
// Scores changed by a command while the server runs: the next mail is judged by them, and header, record and explanation say so; undone, they are gone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { cleanUp, startServing } from './serving.ts';

const serving = await startServing({ toml: '[dns]\nservers = ["127.0.0.1:9"]\n' });
after(() => cleanUp(serving));

async function ran(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await serving.run(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Resolves when the log says that change. */
async function takenOver(number: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (new RegExp(`"number":${number},"text":"scores changed by hand"`).test(serving.output())) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`the log does not say change ${number}:\n${serving.output()}`);
}

/** Sends a letter to alice; gives its id. */
async function send(subject: string): Promise<string> {
  const socket = connect(serving.port, '127.0.0.1');
  const letter = `From: Bob <bob@example.com>\r\nSubject: ${subject}\r\n\r\nA letter.\r\n.`;
  const lines = ['EHLO localhost', 'MAIL FROM:<>', 'RCPT TO:<alice@example.org>', 'DATA', letter, 'QUIT'];
  let text = '';
  let next = 0;
  socket.on('data', chunk => {
    text += String(chunk);
    if (/(?:^|\n)\d{3} [^\n]*\n$/.test(text) && next < lines.length) socket.write(`${lines[next++]}\r\n`);
  });
  await once(socket, 'close');
  const [, id = ''] = /Accepted \(id ([^)]+)\)/.exec(text) ?? [];
  assert.notEqual(id, '', text);
  return id;
}

async function delivered(subject: string): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const names = await readdir(join(serving.dataPath, 'mail'), { recursive: true }).catch(() => []);
    for (const name of names.filter(one => /\/(?:new|cur)\/./.test(one))) {
      const mail = await readFile(join(serving.dataPath, 'mail', name), 'utf8').catch(() => '');
      if (mail.includes(`Subject: ${subject}`)) return mail;
    }
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error('not delivered');
}

it('are in force for the next mail, are told everywhere, and can be undone', async () => {
  await ran('domain', 'add', 'example.org');
  await ran('user', 'add', 'alice@example.org');
  const says = ['--en', 'No date and no id.', '--ja', '日付も ID もない。'];
  await ran('rules', 'composite', 'add', 'BARE', 'DATE_MISSING && MESSAGE_ID_MISSING', '1.5', ...says);
  await takenOver(1);
  const id = await send('first');
  const mail = await delivered('first');
  assert.match(mail, /BARE=1\.5/);
  const points = [.../tests=\[([^\]]*)\]/.exec(mail.replace(/\r?\n\s/g, ' '))![1]!.matchAll(/=(-?[\d.]+)/g)];
  const sum = points.reduce((total, [, value]) => total + Math.round(Number(value) * 100), 0) / 100;
  assert.equal(Number(/^X-Spam-Score: (\S+)/m.exec(mail)?.[1]), sum);
  assert.match(await ran('explain', id), /1\.5 {2}BARE: No date and no id\./);
  assert.match(await ran('explain', '--json', id), /"scores":\s*\{\s*"set":\s*1\s*\}/);
  await ran('rules', 'undo', '1');
  await takenOver(2);
  await send('second');
  assert.doesNotMatch(await delivered('second'), /BARE/);
});
