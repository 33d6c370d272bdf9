// SPDX-License-Identifier: Apache-2.0
// A server that is killed while strangers wait for their greeting, for an answer, or to come back: all mail of those who try again arrives once, and whoever was asked to come back keeps its place.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../kill/fleet.ts';
import { childrenOf } from '../kill/processes.ts';
import { startServing } from './serving.ts';
import { Stranger } from './strangers.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-pause-'));
after(() => rm(folder, { recursive: true, force: true }));

const toml = `[server]
processes = 2
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
zone = "${join(folder, 'zone')}"
[greet]
clean = "3s"
suspectLeast = "3s"
suspectMost = "4s"
[greet.tarpit]
patienceLeast = "4s"
patienceMost = "4s"
replyLeast = "100ms"
replyMost = "100ms"
[checks.greylist]
waitLeast = "8s"
waitMost = "8s"
`;

const perKind = 10;
/** With a name, and greeted after a while; without one, and answered after a while; with our own name in its greeting, and asked to come back. */
const kinds = {
  named: { ip: (i: number) => `192.0.2.${i + 1}`, hello: (i: number) => `mail${i}.example.com` },
  nameless: { ip: (i: number) => `198.51.${100 + i}.7`, hello: () => 'mail.example.org' },
  odd: { ip: (i: number) => `203.0.${i}.9`, hello: () => 'mx.example.jp' },
} as const;
type Kind = keyof typeof kinds;

interface Sender {
  readonly kind: Kind;
  readonly i: number;
  readonly heard: string[];
  isDone: boolean;
}

/** As a queue does: until it is taken or refused for good. */
async function trySend(sender: Sender, port: () => number): Promise<void> {
  const { kind, i, heard } = sender;
  const id = `${kind}-${i}`;
  while (!sender.isDone) {
    const stranger = new Stranger(port(), kinds[kind].ip(i));
    let said = await stranger.words();
    const lines = [
      `EHLO ${kinds[kind].hello(i)}`,
      `MAIL FROM:<${id}@example.com>`,
      'RCPT TO:<bob@example.jp>',
      'DATA',
      `From: <${id}@example.com>\r\nTo: bob@example.jp\r\nSubject: hello\r\nMessage-ID: <${id}@example.com>\r\n\r\nHello.\r\n.`,
    ];
    for (const line of lines) {
      if (!/^[23]/.test(said)) break;
      stranger.socket.write(`${line}\r\n`);
      said = await stranger.reply();
    }
    heard.push(said.trim() || 'gone');
    stranger.socket.destroy();
    sender.isDone = said.startsWith('250') || said.startsWith('5');
    if (!sender.isDone) await pause(1_000);
  }
}

it('loses no mail of those who waited when it was killed, and whoever was asked to come back keeps its place', async () => {
  await writeFile(
    join(folder, 'zone'),
    [
      ...Array.from({ length: perKind }, (_, i) => [
        `${i + 1}.2.0.192.in-addr.arpa PTR mail${i}.example.com`,
        `mail${i}.example.com A 192.0.2.${i + 1}`,
        `9.${i}.0.203.in-addr.arpa PTR out${i}.example.com`,
        `out${i}.example.com A 203.0.${i}.9`,
      ]).flat(),
      'example.com MX 10 mail0.example.com',
      'example.com A 192.0.2.1',
      '',
    ].join('\n'),
  );
  let serving = await startServing({ toml, folder });
  assert.equal((await serving.run('domain', 'add', 'example.jp')).code, 0);
  assert.equal((await serving.run('user', 'add', 'bob@example.jp')).code, 0);
  let { port } = serving;
  const senders = (['named', 'nameless', 'odd'] as const).flatMap(kind =>
    Array.from({ length: perKind }, (_, i): Sender => ({ kind, i, heard: [], isDone: false })),
  );
  const sending = Promise.all(senders.map(sender => trySend(sender, () => port)));

  // One process while all wait for their greeting, and the whole while some wait for an answer and others have been asked to come back.
  await pause(1_500);
  process.kill(childrenOf(serving.pid)[0] ?? 0, 'SIGKILL');
  const haveBeenAsked = () => senders.filter(({ heard }) => heard.some(text => text.includes('Not known here yet')));
  await until(() => haveBeenAsked().length > 0, 60_000, 'nobody is asked to come back');
  const asked = haveBeenAsked();
  const children = childrenOf(serving.pid);
  for (const pid of [serving.pid, ...children]) process.kill(pid, 'SIGKILL');
  await serving.ended();
  const before = new Map(senders.map(sender => [sender, sender.heard.length]));
  serving = await startServing({ folder });
  after(() => serving.stop());
  port = serving.port;
  await sending;

  const failed = senders.filter(({ heard }) => !heard.at(-1)?.startsWith('250'));
  assert.deepEqual(
    failed.map(({ kind, i, heard }) => `${kind} ${i}: ${heard.at(-1)}`),
    [],
  );
  assert.ok(asked.length > 0);
  // None of them begins anew.
  for (const sender of asked)
    assert.ok(
      !sender.heard.slice(before.get(sender)).some(text => text.includes('Not known here yet')),
      sender.heard.join('\n'),
    );
  const box = join(serving.dataPath, 'mail/example.jp/bob');
  const idsIn = async (): Promise<readonly string[]> => {
    const files = (await readdir(box, { recursive: true })).filter(file => /(?:^|\/)(?:new|cur)\/[^/]+$/.test(file));
    const texts = await Promise.all(files.map(file => readFile(join(box, file), 'utf8')));
    return texts.map(text => /^Message-ID: <(\S+)@/m.exec(text)?.[1] ?? '').sort();
  };
  const all = senders.map(({ kind, i }) => `${kind}-${i}`).sort();
  for (let tries = 0; tries < 100 && (await idsIn()).length < all.length; tries++) await pause(100);
  assert.deepEqual(await idsIn(), all);
});
