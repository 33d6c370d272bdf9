// SPDX-License-Identifier: Apache-2.0
/**
 * DNS lists, whole — a real server whose only name server is ours: a list that falls ill is off, is told of, and is on again when it heals; while the name service is
 * silent, lies, or one list answers everything, mail of a familiar sender flows, and nobody honest is refused for good by it.
 */
import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { entryKey, formatEntry } from '../../src/connection/familiar/entry.ts';
import { systemClock } from '../../src/core/clock.ts';
import { NameServer, type Asked, type Told } from '../../src/net/name-server.suite.ts';
import { sqliteStateStore } from '../../src/store/state/sqlite.ts';
import { startWriter } from '../../src/store/thread/start.ts';
import { typeNumbers } from '../../src/wire/dns/types.ts';
import { cleanUp, startServing } from './serving.ts';

const friend = '192.0.2.20';
const honest = '203.0.113.7';
const caught = '198.51.100.66';

let mood: 'well' | 'poisoned' | 'silent' | 'lies' = 'well';

function tell({ question: { name, type } }: Asked): Told {
  const a = (data: string): Told => ({ answers: [{ name, type: 'A', ttlSeconds: 1, data }] });
  const none: Told = { responseCode: 3 };
  if (mood === 'silent') return 'silence';
  // Every name exists, has the same address, and is called like a line.
  if (mood === 'lies')
    return type === typeNumbers.PTR
      ? { answers: [{ name, type: 'PTR', ttlSeconds: 1, data: 'ppp1.dyn.liar.example' }] }
      : a('203.0.113.99');
  const host = name.replace(/\.black\.example$/, '');
  if (host !== name)
    return mood === 'poisoned' || ['2.0.0.127', '66.100.51.198'].includes(host) ? a('127.0.0.2') : none;
  if (name === 'example.com') return a(honest);
  return none;
}

const toml = (dnsPort: number): string => `[server]
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["127.0.0.1:${dnsPort}"]
[greet]
isOn = false
tarpit = { isOn = false }
[[dnsLists.lists]]
zone = "black.example"
name = "black"
ipv6 = false
timeout = "1s"
[dnsLists]
testEvery = "1s"
[policy.actions]
DNS_LIST_BLACK = "reject"
`;

it('lists that fall ill and a name service that fails never stop a familiar sender, nor refuse an honest one for good', async () => {
  const names = await NameServer.start(tell);
  after(() => names.close());
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-lists-'));
  await makeFamiliar(join(folder, 'data'));
  const serving = await startServing({ toml: toml(names.address.port), folder });
  after(() => cleanUp(serving));
  equal((await serving.run('user', 'add', 'bob@localhost')).code, 0);
  const send = (ip: string) => deliver(serving.port, ip);
  const isOff = async (): Promise<string> => {
    const { stdout } = await serving.run('dnslist', 'status', '--json');
    const status: unknown = JSON.parse(stdout);
    return typeof status === 'object' && status !== null && 'state' in status ? String(status.state) : '';
  };
  const until = async (state: string): Promise<void> => {
    for (let tries = 0; tries < 60 && (await isOff()) !== state; tries++) await pause(250);
    equal(await isOff(), state);
  };

  await until('on');
  match(await send(caught), /^550 5\.7\.1 The address of the client, 198\.51\.100\.66, is listed by black/);
  match(await send(honest), /^250 /);
  match(await send(friend), /^250 /);

  mood = 'poisoned';
  // Also in the moment before it is noticed.
  match(await send(friend), /^250 /);
  await until('off');
  deepEqual([(await send(honest)).slice(0, 3), (await send(caught)).slice(0, 3)], ['250', '250']);
  match(
    await (await fetch(`http://127.0.0.1:${serving.httpPort}/metrics`)).text(),
    /sekisho_dns_list_off\{list="black",form="ipv4"\} 1/,
  );
  match(serving.output(), /DNS list switched off.*everything|everything.*DNS list switched off/);
  mood = 'well';
  await until('on');
  match(await send(caught), /^550 /);

  for (const ill of ['silent', 'lies'] as const) {
    mood = ill;
    match(await send(friend), /^250 /, ill);
    match(await send('203.0.113.8'), /^[24]/, ill);
  }
  mood = 'well';
  await until('on');
});

/** The last reply to one message, or the first that refuses. */
async function deliver(port: number, ip: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  const lines = [
    `PROXY TCP4 ${ip} 192.0.2.25 20000 25`,
    'EHLO mail.example.com',
    'MAIL FROM:<alice@example.com>',
    'RCPT TO:<bob@localhost>',
    'DATA',
    'From: alice@example.com\r\nTo: bob@localhost\r\nSubject: hello\r\n\r\nHello.\r\n.',
  ];
  let heard = '';
  let last = '';
  socket.write(`${lines.shift()}\r\n`);
  for await (const chunk of socket) {
    heard += String(chunk);
    for (;;) {
      const reply = /^(?:\d{3}-[^\n]*\n)*(\d{3} [^\r\n]*)\r?\n/.exec(heard);
      if (!reply) break;
      heard = heard.slice(reply[0].length);
      last = reply[1] ?? '';
      const next = lines.shift();
      if (next === undefined || /^[45]/.test(last)) {
        socket.destroy();
        return last;
      }
      socket.write(`${next}\r\n`);
    }
  }
  return last;
}

async function makeFamiliar(dataPath: string): Promise<void> {
  await mkdir(dataPath, { recursive: true });
  const writer = startWriter(systemClock, fault => {
    throw fault;
  });
  const state = await sqliteStateStore(join(dataPath, 'state.db'), writer);
  const now = systemClock.now();
  const [since, last] = [now - 1e9, now];
  const entry = {
    isFamiliar: true,
    since,
    last,
    wanted: 99,
    unwanted: 0,
    networks: ['192.0.2.0/24'],
    domains: [],
    isAdded: true,
  };
  await state.set(entryKey('network:192.0.2.0/24'), formatEntry(entry), 1e9, now);
  await state.close();
  await writer.close();
}
