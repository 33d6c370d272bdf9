// SPDX-License-Identifier: Apache-2.0
// A sender whose mail was held proves to be a person, in a real browser: with JavaScript and without, and what attackers get who are none.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { kinds, ones, tens } from '../../src/operation/challenge/words.ts';
import { Talk } from '../kill/talk.ts';
import { openBrowser, type Page } from '../real/browser.ts';
import { freePort, startServing } from './serving.ts';

/** Where pictures of the pages are put for people to look at; none without it. */
const pictures = process.env['SEKISHO_PICTURES'];
const folder = await mkdtemp(join(tmpdir(), 'sekisho-challenge-'));
const pagePort = await freePort();
await writeFile(
  join(folder, 'zone'),
  ['com', 'net', 'org']
    .map(top => `example.${top} TXT "v=spf1 ip4:203.0.113.0/24 -all"\nexample.${top} A 192.0.2.1\n`)
    .join(''),
);
const server = await startServing({
  folder,
  toml: `challenge = ["127.0.0.1:${pagePort}"]
[server]
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
zone = "${join(folder, 'zone')}"
[greet]
isOn = false
[greet.tarpit]
isOn = false
[policy]
challengeAt = -50
[challenge]
url = "http://127.0.0.1:${pagePort}/proof"
[checks.greylist]
from = 100
`,
});
await server.run('domain', 'add', 'example.jp');
for (const user of ['bob', 'carol']) await server.run('user', 'add', `${user}@example.jp`);
const browser = await openBrowser();
after(async () => {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function send(from: string, to: string, subject: string, header = ''): Promise<string> {
  const talk = new Talk(server.port);
  try {
    talk.socket.write('PROXY TCP4 203.0.113.5 127.0.0.1 40000 25\r\n');
    await talk.hello();
    await talk.say(`MAIL FROM:<${from}>`, '250');
    await talk.say(`RCPT TO:<${to}>`, '250');
    await talk.say('DATA', '354');
    talk.socket.write(`From: <${from}>\r\nTo: <${to}>\r\nSubject: ${subject}\r\n${header}\r\nHello\r\n.\r\n`);
    return (await talk.reply()) ?? 'gone';
  } finally {
    talk.close();
  }
}

/** The link, when what it stands for is in quarantine: a bounce takes longer to reach a person. */
async function linkTo(from: string, to: string, subject: string): Promise<string> {
  const reply = await send(from, to, subject);
  assert.match(reply, /^550 5\.7\.1 /);
  while (!(await server.run('quarantine', 'list')).stdout.includes(subject));
  return /http:\S+/.exec(reply)?.[0] ?? '';
}

/** As a person does: reads the questions, types a number, chooses by name. */
async function answer(page: Page, language: 'en' | 'ja', isRight = true): Promise<void> {
  const asked = String(await page.read(`document.querySelector('.asks').textContent`));
  const kind = String(await page.read(`document.querySelector('legend').textContent`));
  const names = await page.read(`[...document.querySelectorAll('.things label')].map(one => one.textContent.trim())`);
  assert.ok(Array.isArray(names));
  const ten = tens.findIndex(one => asked.includes(one[language]));
  const rest = asked.replace(tens[ten]?.[language] ?? '', '');
  const one = ones.findIndex(word => rest.includes(word[language]));
  const things = kinds.find(({ asks }) => asks[language] === kind)?.things.map(thing => thing[language]) ?? [];
  const right = names.findIndex(name => things.includes(String(name)));
  assert.ok(ten >= 0 && one >= 0 && right >= 0, `${asked} ${kind} ${names.join()}`);
  await page.read(`document.querySelector('#sum').value = '${20 + 10 * ten + one + 1 + (isRight ? 0 : 1)}'`);
  await page.read(`document.querySelectorAll('input[type=radio]')[${right}].click()`);
}

const press = `document.querySelector('button').click()`;
const titleOf = (page: Page) => page.read(`document.querySelector('h1').textContent`);

/** Until it has come: the page speaks of a delivery that is durable in the queue. */
async function letters(user: string, count: number): Promise<readonly string[]> {
  for (;;) {
    const all = await readdir(join(server.dataPath, 'mail'), { recursive: true, withFileTypes: true });
    const files = all.filter(
      entry => entry.isFile() && /\/(new|cur)$/.test(entry.parentPath) && entry.parentPath.includes(`/${user}`),
    );
    if (files.length >= count)
      return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
    await new Promise(setImmediate);
  }
}

async function take(page: Page, name: string): Promise<void> {
  if (pictures) await page.picture(join(pictures, `${name}.png`));
}

it(
  'answers the questions while the browser works, and the kept copy is in the mailbox',
  { timeout: 120_000 },
  async () => {
    const link = await linkTo('alice@example.com', 'bob@example.jp', 'Plans');
    const page = await browser.newPage();
    await page.open(link);
    await take(page, 'open-en-390');
    assert.ok(!String(await page.read('document.documentElement.outerHTML')).includes('Plans'));
    await answer(page, 'en');
    await page.leave(press);
    assert.equal(await titleOf(page), 'Thank you: it is delivered');
    await take(page, 'done-en-390');
    const [letter = ''] = await letters('bob', 1);
    assert.match(letter, /^Subject: Plans\r?$/m);
    assert.deepEqual(page.complaints, []);

    await page.open(`${link}?lang=ja`);
    assert.equal(await titleOf(page), '確認できました。メールを配送します');
    await take(page, 'used-ja-390');
    assert.match(await send('alice@example.com', 'bob@example.jp', 'More plans'), /^250 /);
    await letters('bob', 2);
    assert.match(await send('alice@example.com', 'carol@example.jp', 'Others'), /^550 /);
    assert.match(await send('mallory@example.com', 'bob@example.jp', 'Others'), /^550 /);

    const { stdout } = await server.run('history', '--json');
    const id = stdout.split('\n').find(line => line.includes('"proven"')) ?? '';
    const attempt = /"id":"(\w{16})"/.exec(id)?.[1] ?? '';
    const told = await server.run('explain', attempt);
    assert.match(told.stdout, /Somebody in the network 127\.0\.0\.0\/24 opened the link and proved to be a person/);
    assert.ok(!told.stdout.includes(link.slice(-40)), told.stdout);
    const metrics = await (await fetch(`http://127.0.0.1:${server.httpPort}/metrics`)).text();
    assert.match(metrics, /sekisho_challenges_total\{what="proven"\} 1/);
  },
);

it('does the same without JavaScript, in Japanese, after a wrong answer', { timeout: 120_000 }, async () => {
  const link = await linkTo('alice@example.net', 'carol@example.jp', 'Keikaku');
  const page = await browser.newPage({ runsScripts: false, language: 'ja', width: 1_280 });
  await page.open(link);
  await take(page, 'open-ja-1280');
  assert.equal(await page.read(`document.getElementById('work').hidden`), true);
  await answer(page, 'ja', false);
  await page.leave(press);
  await take(page, 'wrong-ja-1280');
  const wait = /(\d+) 秒後/.exec(String(await page.read(`document.querySelector('[role=alert]').textContent`)))?.[1];
  assert.equal(wait, '5');
  await answer(page, 'ja');
  await page.leave(press);
  await take(page, 'early-ja-1280');
  assert.equal(await titleOf(page), 'このメールを書いたのはあなたですか');
  // As a person does who was told so; who asks again and again is put off for it.
  await setTimeout(5_000);
  await page.open(link);
  assert.equal(await page.read(`document.querySelector('[role=alert]')`), null);
  await answer(page, 'ja');
  await page.leave(press);
  assert.equal(await titleOf(page), '確認できました。メールを配送します');
  await take(page, 'done-ja-1280');
  assert.match((await letters('carol', 1))[0] ?? '', /^Subject: Keikaku\r?$/m);
});

it('asks no list and no program, whose mail is kept for its receiver alone', async () => {
  assert.match(await send('list@example.com', 'bob@example.jp', 'News', 'List-Id: <l.example.com>\r\n'), /^250 /);
  assert.match(await send('robot@example.com', 'bob@example.jp', 'Away', 'Auto-Submitted: auto-replied\r\n'), /^250 /);
  const { stdout } = await server.run('quarantine', 'list');
  assert.match(stdout, /News/);
});

it('cuts off who sends its request drop by drop, and serves others meanwhile', { timeout: 60_000 }, async () => {
  const link = await linkTo('alice@example.org', 'bob@example.jp', 'Slow');
  const slow = Array.from({ length: 20 }, () => connect(pagePort, '127.0.0.1').on('error', () => undefined));
  const drips = slow.map(socket => {
    socket.resume().write('POST /proof/x HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => socket.write('X: y\r\n'), 500);
    socket.once('close', () => clearInterval(drip));
    return once(socket, 'close');
  });
  const body = connect(pagePort, '127.0.0.1').on('error', () => undefined);
  body.resume().write('POST /proof/x HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nsum=');
  assert.equal((await fetch(link)).status, 200);
  await Promise.all([...drips, once(body, 'close')]);
});
