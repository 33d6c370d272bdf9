// SPDX-License-Identifier: Apache-2.0
// A proof by plain HTTPS: what it opens for whoever was put off, what becomes of a message whose recipients differ, and of one whose sender never heard the 550.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fetchPage, prove } from './challenge-page.ts';
import { freePort, root, startServing, type Serving } from './serving.ts';
import { Stranger, untilSo } from './strangers.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-challenge-'));
after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
await writeFile(
  join(folder, 'zone'),
  ['com', 'net', 'org']
    .map(top => `example.${top} TXT "v=spf1 ip4:203.0.113.0/24 -all"\nexample.${top} A 127.0.0.1\n`)
    .concat('5.113.0.203.in-addr.arpa PTR mail.example.com\nmail.example.com A 203.0.113.5\n')
    .join(''),
);

const tomlOf = (pagePort: number): string => `challenge = ["127.0.0.1:${pagePort}"]
[server]
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
relayFrom = ["10.0.0.0/8"]
[dns]
zone = "${join(folder, 'zone')}"
[greet]
isOn = false
[greet.tarpit]
isOn = false
[policy]
challengeAt = -50
[policy.actions]
CORRESPONDENT_WRITTEN_TO = "reject"
[challenge]
url = "https://127.0.0.1:${pagePort}/proof"
tls = true
[checks.greylist]
waitLeast = "1h"
waitMost = "1h"
`;

interface Mail {
  readonly from?: string;
  readonly to?: readonly string[];
  readonly ip?: string;
  readonly hello?: string;
  readonly subject?: string;
}

/** The last answer that was heard; empty where the server was gone. */
async function send(server: Serving, { from = 'alice@example.com', to = ['bob'], ...more }: Mail): Promise<string> {
  const { ip = '203.0.113.5', hello = 'mail.example.com', subject } = more;
  const stranger = new Stranger(server.port, ip);
  let said = await stranger.words();
  const lines = [`EHLO ${hello}`, `MAIL FROM:<${from}>`, ...to.map(one => `RCPT TO:<${addressOf(one)}>`)];
  const message = `From: <${from}>\r\nTo: <bob@example.jp>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@example.com>\r\n\r\nHello\r\n.`;
  for (const line of subject === undefined ? lines : [...lines, 'DATA', message]) {
    if (!/^[23]/.test(said)) break;
    stranger.socket.write(`${line}\r\n`);
    said = await stranger.reply();
  }
  stranger.socket.destroy();
  return said;
}

const addressOf = (name: string): string => (name.includes('@') ? name : `${name}@example.jp`);
const linkIn = (reply: string): string => /https:\S+\/proof\/\w+/.exec(reply)?.[0] ?? 'no link';

/** Recipients of the copies with that subject. */
async function keptFor(server: Serving, subject: string): Promise<readonly string[]> {
  const { stdout } = await server.run('quarantine', 'list', '--json');
  const found = stdout.split('\n').filter(line => line.includes(`"${subject}"`));
  return found.map(line => /"recipient":\{"local":"(\w+)"/.exec(line)?.[1] ?? line).sort();
}

/** Mailboxes that have it, each as often as it is there. */
async function whoHas(server: Serving, subject: string): Promise<readonly string[]> {
  const all = await readdir(join(server.dataPath, 'mail'), { recursive: true, withFileTypes: true }).catch(() => []);
  const files = all.filter(one => one.isFile() && /\/(new|cur)$/.test(one.parentPath));
  const texts = await Promise.all(
    files.map(async ({ parentPath, name }) => ({
      user: /example\.jp\/(\w+)/.exec(parentPath)?.[1] ?? parentPath,
      text: await readFile(join(parentPath, name), 'utf8'),
    })),
  );
  return texts.filter(({ text }) => text.includes(`\nSubject: ${subject}`)).map(({ user }) => user);
}

async function start(place: string): Promise<Serving> {
  const server = await startServing({ folder: place, toml: tomlOf(await freePort()) });
  await server.run('domain', 'add', 'example.jp');
  for (const user of ['bob', 'carol', 'dave']) await server.run('user', 'add', `${user}@example.jp`);
  return server;
}

const server = await start(folder);
after(() => server.stop());

it('lets the next try of a client through that was asked to come back, and of nobody else', async () => {
  // It greets with our own name, which speaks against it.
  const suspect = { from: 'alice@example.net', ip: '203.0.113.9', hello: 'mx.example.jp' };
  const reply = await send(server, suspect);
  assert.match(reply, /^451 4\.7\.1 .*A person may open https:/);
  const done = await prove(linkIn(reply));
  assert.equal(done.status, 200);
  assert.equal(done.title, 'Thank you: it may come in');
  assert.match(await send(server, suspect), /^250 /);
  assert.match(await send(server, { ...suspect, ip: '198.51.100.9' }), /^451 4\.7\.1 /);
});

it('serves the page over TLS itself, with the certificate of the mail server, and to nobody without', async () => {
  const link = linkIn(await send(server, { subject: 'Secure' }));
  await untilSo(async () => (await keptFor(server, 'Secure')).length > 0);
  const { status, fingerprint } = await fetchPage(link);
  assert.equal(status, 200);
  const pem = await readFile(join(server.dataPath, 'self-signed.pem'), 'utf8');
  assert.equal(fingerprint, new X509Certificate(pem).fingerprint256);
  await assert.rejects(fetchPage(link.replace('https:', 'http:')));
  assert.equal((await prove(link)).title, 'Thank you: it is delivered');
  await untilSo(async () => (await whoHas(server, 'Secure')).length > 0);
});

it('keeps what was refused for those alone whose verdict was a challenge, and for them it is not lost', async () => {
  const from = 'alice@example.org';
  const written = await send(server, { from: 'carol@example.jp', to: [from], ip: '10.0.0.1', subject: 'Question' });
  assert.match(written, /^250 /);
  // Carol's verdict is a refusal now, Bob's a challenge.
  const reply = await send(server, { from, to: ['carol', 'bob'], subject: 'Mixed' });
  assert.match(reply, /^550 5\.7\.1 Held back/);
  await untilSo(async () => (await keptFor(server, 'Mixed')).length > 0);
  assert.deepEqual(await keptFor(server, 'Mixed'), ['bob']);
  assert.deepEqual(await whoHas(server, 'Mixed'), []);
  assert.equal((await prove(linkIn(reply))).title, 'Thank you: it is delivered');
  await untilSo(async () => (await whoHas(server, 'Mixed')).length > 0);
  assert.deepEqual(await whoHas(server, 'Mixed'), ['bob']);

  // Bob takes it from now on; where one recipient does, nobody is asked, and nobody loses his copy.
  assert.match(
    await send(server, { from, to: ['dave', 'bob'], subject: 'Accepted' }),
    /^250 2\.0\.0 Accepted \(id \w+\)/,
  );
  await untilSo(async () => (await whoHas(server, 'Accepted')).length > 0);
  await untilSo(async () => (await keptFor(server, 'Accepted')).length > 0);
  assert.deepEqual([await whoHas(server, 'Accepted'), await keptFor(server, 'Accepted')], [['bob'], ['dave']]);
});

/** Whoever imports it dies before it says what is held. */
const deadly = `import { Socket } from 'node:net';
const { write } = Socket.prototype;
Socket.prototype.write = function (chunk, ...more) {
  if (/^550 5\\.7\\.1 Held back/.test(String(chunk))) process.kill(process.pid, 'SIGKILL');
  return write.call(this, chunk, ...more);
};`;

it('has the copy once where the server was killed before its 550 was spoken, and the sender tries again', async () => {
  const place = await mkdtemp(join(folder, 'killed-'));
  const made = await start(place);
  await made.stop();
  const program = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(deadly)}`];
  const first = await startServing({ folder: place, program: [...program, join(root, 'bin/sekisho.js')] });
  const mail = { to: ['bob', 'carol'], subject: 'Unheard' };
  assert.equal(await send(first, mail), '');
  await first.ended();

  const second = await startServing({ folder: place });
  after(() => second.stop());
  await untilSo(async () => (await keptFor(second, 'Unheard')).length >= 2);
  assert.deepEqual(await whoHas(second, 'Unheard'), []);
  const replies = [await send(second, mail), await send(second, mail)];
  for (const reply of replies) assert.match(reply, /^550 5\.7\.1 Held back/);
  assert.match(await send(second, { ...mail, subject: 'Another' }), /^550 /);
  await untilSo(async () => (await keptFor(second, 'Another')).length >= 2);
  assert.deepEqual(await keptFor(second, 'Unheard'), ['bob', 'carol']);
  assert.equal((await prove(linkIn(replies[0] ?? ''))).title, 'Thank you: it is delivered');
  assert.match((await fetchPage(linkIn(replies[1] ?? ''))).html, /Thank you: it is delivered/);
  await untilSo(async () => (await whoHas(second, 'Unheard')).length >= 2);
  assert.deepEqual((await whoHas(second, 'Unheard')).toSorted(), ['bob', 'carol']);
});
