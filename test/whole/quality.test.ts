// SPDX-License-Identifier: Apache-2.0
// Live quality of a real server: what receivers are asked, what their answers come to, and that nobody is asked without consent.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Talk } from '../kill/talk.ts';
import { startServing } from './serving.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-quality-'));
after(() => rm(folder, { recursive: true }));

const toml = (audits: string): string => `[server]
hostname = "mx.example.jp"
[dns]
zone = "${join(folder, 'zone')}"
[policy]
markAt = 0
[quality]
audits = "${audits}"
`;

async function send(port: number, n: number): Promise<void> {
  const talk = new Talk(port);
  try {
    await talk.expect('220');
    await talk.say('EHLO mx.example.com', '250');
    await talk.say('MAIL FROM:<alice@example.com>', '250');
    await talk.say('RCPT TO:<bob@example.jp>', '250');
    await talk.say('DATA', '354');
    await talk.say(
      `From: alice@example.com\r\nSubject: letter ${n}\r\nMessage-ID: <${n}@example.com>\r\n\r\ntext ${n}\r\n.`,
      '250',
    );
  } finally {
    talk.close();
  }
}

it('asks receivers about a sample of their mail, and tells what they said', async t => {
  await writeFile(join(folder, 'zone'), 'example.com MX 10 mx.example.com\nmx.example.com A 127.0.0.1\n');
  const server = await startServing({ toml: toml('off') });
  t.after(async () => {
    await server.stop();
    await rm(server.folder, { recursive: true, force: true });
  });
  await server.run('domain', 'add', 'example.jp');
  await server.run('user', 'add', 'bob@example.jp');
  for (let n = 0; n < 40; n++) await send(server.port, n);
  assert.equal((await server.run('quality', 'audit', '--mailbox', 'bob@example.jp')).code, 64);

  await writeFile(server.configPath, `[listen]\nsmtp = ["127.0.0.1:0"]\nhttp = ["127.0.0.1:0"]\n${toml('receivers')}`);
  assert.equal((await server.run('quality', 'audit')).code, 64);
  const audits = async () => {
    const { stdout } = await server.run('quality', 'audit', '--mailbox', 'bob@example.jp', '-n', '100', '--json');
    return stdout
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  };
  let asked = await audits();
  for (let i = 0; i < 50 && asked.some(({ subject }) => subject === ''); i++) {
    await sleep(100);
    asked = await audits();
  }
  assert.ok(asked.length > 5 && asked.length < 40, `${asked.length}`);
  assert.match(asked[0].subject, /^letter \d+$/);

  const answer = (id: string, label: string, mailbox = 'bob@example.jp') =>
    server.run('quality', 'answer', id, label, '--mailbox', mailbox);
  const { all: before } = JSON.parse((await server.run('quality', '--json')).stdout);
  const [right, wrong] = before.marked === 40 ? ['spam', 'ham'] : ['ham', 'spam'];
  const [first, second, third] = asked.map(({ id }) => id);
  assert.equal((await answer(first, right, 'carol@example.jp')).code, 66);
  assert.match((await answer(first, right)).stdout, /learned/);
  assert.equal((await answer(first, right)).code, 66);
  assert.match((await answer(second, wrong)).stdout, /once more/);
  assert.match((await answer(second, wrong)).stdout, /learned/);
  assert.match((await answer(third, wrong)).stdout, /once more/);

  const page = join(server.folder, 'quality.html');
  const { stdout } = await server.run('quality', '--json', '--report', page);
  const { all } = JSON.parse(stdout);
  assert.deepEqual([all.messages, all.answered, all.found.missed + all.found.falseAlarms], [40, 2, 1]);
  assert.match(await readFile(page, 'utf8'), /<svg/);
  const learned = (await server.run('learn', 'log', '--json')).stdout.split('\n').filter(Boolean);
  assert.deepEqual(
    learned.map(line => JSON.parse(line)).map(({ source, label, by }) => [source, label, by]),
    [
      ['person', wrong, 'bob@example.jp'],
      ['person', right, 'bob@example.jp'],
    ],
  );
  assert.match((await server.run('explain', second.replace(/-\d+$/, ''))).stdout, /Its receiver was asked/);

  const letter = join(server.folder, 'letter.eml');
  await writeFile(letter, 'From: alice@example.com\nSubject: your account\n\nPlease confirm the password.\n');
  assert.equal((await server.run('learn', 'spam', '--kind', 'nonsense', letter)).code, 64);
  assert.match((await server.run('learn', 'spam', letter)).stdout, /1 learned/);
  assert.match((await server.run('learn', 'spam', '--kind', 'phishing', letter)).stdout, /1 learned/);
  assert.match((await server.run('learn', 'spam', '--kind', 'phishing', letter)).stdout, /1 were known/);
  assert.match((await server.run('learn', 'log')).stdout, /spam \(phishing\)/);
});
