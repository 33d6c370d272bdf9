// SPDX-License-Identifier: Apache-2.0
/**
 * Behind — a real server that stands behind something: swaks names its client by XCLIENT, as a proxy does, and a real Postfix as secondary MX hands on what it
 * took. The true client is judged each time, and whoever is not believed names nobody.
 */
import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { cleanUp, startServing, type Serving } from '../whole/serving.ts';
import { untilSo } from '../whole/strangers.ts';
import { findProgram } from './peer-process.ts';
import { startPostfix, whyNoPostfix } from './postfix.ts';
import { lastReply, relayAs, sendTo } from './smtp-talk.ts';

const wanted = '192.0.2.7';
const blocked = '192.0.2.66';
const secondary = '198.51.100.2';

const zone = `example.com MX 10 mail.example.com
mail.example.com A ${wanted}
7.2.0.192.in-addr.arpa PTR mail.example.com
example.com TXT "v=spf1 ip4:${wanted} -all"
`;

async function open(test: TestContext, lines: string): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-behind-'));
  await writeFile(join(folder, 'zone'), zone);
  const toml = `[server]
hostname = "mx.example.jp"
${lines}
[dns]
zone = "${join(folder, 'zone')}"
[greet]
clean = "500ms"
[greet.tarpit]
isOn = false
[checks.client-list]
block = ["${blocked}"]
`;
  const serving = await startServing({ toml, folder });
  test.after(() => cleanUp(serving));
  equal((await serving.run('domain', 'add', 'example.jp')).code, 0);
  equal((await serving.run('user', 'add', 'bob@example.jp')).code, 0);
  return serving;
}

/** What `explain` says of the last attempt of that client; empty if there was none. */
async function explained(serving: Serving, client: string): Promise<string> {
  const { stdout } = await serving.run('history', '--client', client, '--json');
  const [record] = stdout.trim().split('\n');
  return record ? (await serving.run('explain', String(JSON.parse(record).id))).stdout : '';
}

const swaks = findProgram('swaks');

function say(serving: Serving, ...args: readonly string[]) {
  const all = ['--server', '127.0.0.1', '--port', String(serving.port), '--from', 'alice@example.com'];
  const rest = ['--to', 'bob@example.jp', '--helo', 'proxy.example.jp', '--timeout', '20s'];
  const { status, stdout } = spawnSync(swaks ?? '', [...all, ...rest, ...args], { encoding: 'utf8' });
  return { status, stdout };
}

it(
  'judges the client that swaks names by XCLIENT, and that one alone',
  { skip: swaks === undefined ? 'swaks is not installed' : false },
  async test => {
    const serving = await open(test, 'xclientFrom = ["127.0.0.1"]');
    const taken = say(serving, '--xclient', `ADDR=${wanted} NAME=mail.example.com HELO=mail.example.com PROTO=ESMTP`);
    equal(taken.status, 0, taken.stdout);
    // 24: no recipient was taken.
    const refused = say(serving, '--xclient', `ADDR=${blocked} NAME=[UNAVAILABLE] HELO=bot.example.net`);
    equal(refused.status, 24, refused.stdout);
    const six = say(serving, '--xclient', 'ADDR=IPV6:2001:db8::7 NAME=[TEMPUNAVAIL]');
    equal(six.status, 0, six.stdout);
    await untilSo(async () => (await explained(serving, '2001:db8::7')) !== '');
    const good = await explained(serving, wanted);
    match(good, /SPF_PASS/);
    match(good, /mail\.example\.com/);
    match(good, /For bob@example\.jp: accepted/);
    match(await explained(serving, blocked), /CLIENT_BLOCKED/);
  },
);

it(
  'does not know XCLIENT where nobody is believed',
  { skip: swaks === undefined ? 'swaks is not installed' : false },
  async test => {
    const serving = await open(test, 'xclientFrom = ["192.0.2.250"]');
    const { status, stdout } = say(serving, '--xclient', `ADDR=${wanted}`);
    // 33: the server does not offer it.
    equal(status, 33, stdout);
    doesNotMatch(stdout, /XCLIENT/);
    equal((await serving.run('history', '--client', wanted)).code, 1);
  },
);

it('judges the client of a real Postfix that is our secondary MX', { skip: whyNoPostfix() ?? false }, async test => {
  const serving = await open(test, `proxyFrom = ["127.0.0.0/8"]\ntrustedRelays = ["${secondary}"]`);
  const toUs = await relayAs(secondary, serving.port);
  test.after(() => toUs.close());
  const postfix = await startPostfix({
    relayTo: { host: '127.0.0.1', port: toUs.port },
    mainCf: [
      'relay_domains = example.jp',
      'relay_recipient_maps =',
      'smtpd_upstream_proxy_protocol = haproxy',
      'smtpd_peername_lookup = no',
    ],
  });
  test.after(() => postfix.stop());
  const mail = (subject: string) => ({
    from: 'alice@example.com',
    to: 'bob@example.jp',
    message: [
      // What the sender writes names nobody.
      `Received: from bank.example (bank.example [203.0.113.9])\r\n\tby mail.example.com (Postfix) with ESMTPS id 4ABC;\r\n\tTue, 24 Nov 2026 12:00:00 +0000`,
      'From: Alice <alice@example.com>',
      'To: bob@example.jp',
      `Subject: ${subject}`,
      `Message-ID: <${subject}@example.com>`,
      'Date: Tue, 24 Nov 2026 12:00:00 +0000',
      '',
      'Hello Bob, see you tomorrow.',
      '',
    ].join('\r\n'),
  });
  for (const ip of [wanted, blocked]) {
    const toPostfix = await relayAs(ip, postfix.port);
    test.after(() => toPostfix.close());
    match(lastReply(await sendTo(toPostfix.port, mail(ip))), /^250 /);
  }
  await postfix.untilSent(30_000);
  await untilSo(async () => /For bob/.test(await explained(serving, blocked)));
  const good = await explained(serving, wanted);
  match(good, /trusted relay 198\.51\.100\.2 had it from 192\.0\.2\.7/);
  match(good, /SPF_PASS/);
  match(good, /For bob@example\.jp: accepted/);
  const bad = await explained(serving, blocked);
  match(bad, /CLIENT_BLOCKED/);
  // The relay took it already: a refusal would make it write to whoever is named as sender.
  match(bad, /bob@example\.jp: to quarantine/);
  deepEqual(
    [(await serving.run('history', '--client', '203.0.113.9')).code, /bounce|undeliverable/i.test(await postfix.log())],
    [1, false],
  );
});
