// SPDX-License-Identifier: Apache-2.0
/**
 * Storm — Postfix and Exim send mail of mailing lists (VERP) from a pool of seven addresses to a real server that never heard of them, while the name service
 * is a black hole half of the time, one list says of everybody that he is a bot, and thousands of bots wait for their greeting. Each message arrives once.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordType } from '../../src/core/dns.ts';
import { cleanUp, startServing } from '../whole/serving.ts';
import { startExim, whyNoExim } from './exim.ts';
import { startPostfix, whyNoPostfix } from './postfix.ts';
import { lastReply, relayAs, sendTo } from './smtp-talk.ts';
import { isBot, isBotIp, isEarlyBot, startBots } from './storm-bots.ts';
import { startWeather } from './storm-weather.ts';

const isQuick = process.env['SEKISHO_QUICK'] !== undefined;
const count = isQuick ? 60 : 1_000;
const botCount = isQuick ? 500 : 10_000;
const turnMs = isQuick ? 5_000 : 12_000;
/** They come in one after the other over so long. */
const sendingMs = isQuick ? 40_000 : 240_000;
const arrivingMs = isQuick ? 120_000 : 600_000;

const peers = ['postfix', 'exim'] as const;
const pools = {
  postfix: Array.from({ length: 7 }, (_, i) => `203.0.113.${10 + i}`),
  exim: Array.from({ length: 7 }, (_, i) => `192.0.2.${10 + 30 * i}`),
};
const listsPerPeer = 20;
const listOf = (peer: string, i: number): string => `list${i % listsPerPeer}.${peer}.example`;

/** Every fourth address of a pool has no name: such pools there are. */
function names(name: string, type: RecordType): string | undefined {
  const peer = peers.find(one => name === `${one}.example` || name.endsWith(`.${one}.example`));
  if (peer !== undefined) {
    const out = /^out(\d)\./.exec(name);
    if (type === 'A') return pools[peer][Number(out?.[1] ?? 0)];
    if (type === 'MX') return `10 ${peer}.example`;
    return type === 'TXT' && !out ? `"v=spf1 ${pools[peer].map(ip => `ip4:${ip}`).join(' ')} -all"` : undefined;
  }
  if (type !== 'PTR') return undefined;
  const ip = name.replace('.in-addr.arpa', '').split('.').reverse().join('.');
  const owner = peers.find(one => pools[one].includes(ip));
  const place = owner ? pools[owner].indexOf(ip) : -1;
  return owner && place % 4 !== 3 ? `out${place}.${owner}.example` : undefined;
}

const toml = (dnsPort: number): string => `[server]
processes = 2
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["127.0.0.1:${dnsPort}"]
[[dnsLists.lists]]
zone = "black.example"
name = "black"
ipv6 = false
${isQuick ? '[checks.greylist]\nwaitLeast = "6s"\nwaitMost = "24s"\n[greet.tarpit]\npatienceLeast = "10s"\npatienceMost = "20s"\n' : ''}`;

async function openStorm(test: TestContext) {
  const weather = await startWeather(isBotIp, names, turnMs);
  test.after(() => weather.close());
  const serving = await startServing({ toml: toml(weather.port) });
  test.after(() => cleanUp(serving));
  equal((await serving.run('domain', 'add', 'example.jp')).code, 0);
  equal((await serving.run('user', 'add', 'bob@example.jp')).code, 0);
  const relays = { postfix: await relayAs(pools.postfix, serving.port), exim: await relayAs(pools.exim, serving.port) };
  test.after(() => Promise.all(peers.map(peer => relays[peer].close())));
  const postfix = await startPostfix({
    relayTo: { host: '127.0.0.1', port: relays.postfix.port },
    mainCf: isQuick ? [] : ['minimal_backoff_time = 10s', 'maximal_backoff_time = 30s', 'queue_run_delay = 5s'],
  });
  test.after(() => postfix.stop());
  const exim = await startExim({
    domains: ['example.jp'],
    sendsTo: { domains: ['example.jp'], port: relays.exim.port },
    retriesAfter: isQuick ? 4 : 15,
  });
  test.after(() => exim.stop());
  const box = join(serving.dataPath, 'mail/example.jp/bob');
  return { weather, serving, box, ports: { postfix: postfix.port, exim: exim.port }, postfix, exim };
}

interface Copy {
  /** Empty for the inbox. */
  readonly folder: string;
  /** The name service told nothing of its client. */
  readonly isUnasked: boolean;
}

/** Message-IDs in a Maildir and in the folders under it, with each copy. */
async function arrived(box: string): Promise<ReadonlyMap<string, readonly Copy[]>> {
  const found = new Map<string, Copy[]>();
  const files = await readdir(box, { recursive: true }).catch(() => []);
  for (const file of files) {
    const folder = /^(.*?)\/?(?:new|cur)\/[^/]+$/.exec(file)?.[1];
    if (folder === undefined) continue;
    const text = await readFile(join(box, file), 'latin1').catch(() => '');
    const id = /^Message-ID: <([^@>]+)@/im.exec(text)?.[1];
    const isUnasked = /^X-Spam-Status:[^\n]*(?:\n[ \t][^\n]*)*\b(?:DNS_LISTS|NAME_SERVICE)_SILENT=/m.test(text);
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), { folder, isUnasked }]);
  }
  return found;
}

async function sendAll(ports: Readonly<Record<(typeof peers)[number], number>>): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const peer = peers[i % 2] ?? 'postfix';
    const list = listOf(peer, i >> 1);
    const id = `news-${i}`;
    const message = `From: News of the quarter <news@${list}>\r\nTo: bob@example.jp\r\nSubject: News ${i}\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\nMessage-ID: <${id}@${list}>\r\nList-Id: <news.${list}>\r\n\r\nHello Bob,\r\n\r\nthe meeting of the reading circle is on Friday at seven.\r\n`;
    const said = await sendTo(ports[peer], { from: `news+${i}-bob=example.jp@${list}`, to: 'bob@example.jp', message });
    match(lastReply(said), /^250 /);
    ids.push(id);
    await pause(sendingMs / count);
  }
  return ids;
}

const skip = whyNoPostfix() ?? whyNoExim();

it(
  `${count} first messages arrive once each through black holes, a poisoned list and ${botCount} bots`,
  { skip },
  async test => {
    const { weather, serving, box, ports, postfix, exim } = await openStorm(test);
    /** Whether it is off, in whichever of the two processes: 1, else 0. */
    const offIn = async (): Promise<number> => {
      const metrics = await (await fetch(`http://127.0.0.1:${serving.httpPort}/metrics`)).text();
      return Number(/^sekisho_dns_list_off\{list="black",form="ipv4"\} (\d)$/m.exec(metrics)?.[1] ?? 0);
    };
    /** How long it took, ms; at most a minute and what the name service was silent for. */
    const until = async (isSo: () => Promise<boolean> | boolean): Promise<number> => {
      const since = performance.now();
      while (!(await isSo()) && performance.now() - since < 120_000) await pause(250);
      return performance.now() - since;
    };
    const bots = startBots(serving.port, botCount, 'bob@example.jp');
    test.after(() => bots.stop());
    const sending = sendAll(ports);
    await pause(sendingMs / 8);

    weather.isPoisoned = true;
    const offMs = await until(async () => (await offIn()) === 1);
    ok(offMs < 60_000, `the list was off after ${offMs} ms`);
    await pause(sendingMs / 8);
    weather.isPoisoned = false;
    // A test of the list that falls into a black hole proves nothing.
    weather.isClear = true;
    const onMs = await until(async () => (await offIn()) === 0);
    weather.isClear = false;
    ok(onMs < 60_000, `the list was on after ${onMs} ms`);

    const ids = await sending;
    let found = await arrived(box);
    for (const since = performance.now(); performance.now() - since < arrivingMs; await pause(2_000)) {
      found = await arrived(box);
      if (ids.every(id => found.has(id))) break;
    }
    await bots.stop();
    const missing = ids.filter(id => !found.has(id));
    if (missing.length > 0)
      console.log(
        (await postfix.log()).split('\n').slice(-40).join('\n'),
        (await exim.log()).split('\n').slice(-40).join('\n'),
      );
    deepEqual(missing, []);
    // What was on its way when the bots left has come too.
    await pause(3_000);
    found = await arrived(box);
    deepEqual(
      ids.filter(id => found.get(id)?.length !== 1),
      [],
    );
    const inbox = ids.filter(id => found.get(id)?.[0]?.folder === '').length;
    const inboxBots = [...found].filter(([id, copies]) => isBot(id) && copies.some(({ folder }) => folder === ''));
    const early = inboxBots.filter(([id]) => isEarlyBot(id)).length;
    const asked = inboxBots.filter(([, copies]) => copies.some(({ isUnasked }) => !isUnasked)).length;
    test.diagnostic(
      JSON.stringify({
        inbox,
        bots: { inbox: inboxBots.length, early, asked },
        heldAtMost: bots.waitedAtMost(),
        silentShare: weather.silentShare(),
        offMs,
        onMs,
        ends: Object.fromEntries(bots.ends),
      }),
    );
    equal(inbox, ids.length);
    // Who comes while nothing can be asked, and is patient or was only quick to speak, is taken: honest mail comes then too.
    equal(asked, 0);
    ok(bots.waitedAtMost() >= botCount * 0.9, `${bots.waitedAtMost()} waited at most`);
    // A short storm is clear for longer, while the list is waited for.
    ok(weather.silentShare() > (isQuick ? 0.15 : 0.3));
  },
);
