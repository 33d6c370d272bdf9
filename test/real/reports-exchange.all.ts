// SPDX-License-Identifier: Apache-2.0
// Two servers of ours and a real name server (Knot): one counts what came in the names of others for a day and reports it, the other gets the reports as mail and reads them.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLog } from '../../src/core/log.ts';
import { openWorkplace, readSettings } from '../../src/index.ts';
import { startProcess } from '../../src/server/process.ts';
import { root, run } from '../whole/serving.ts';
import { ForwardClock } from './forward-clock.ts';
import { startKnot, whyNoKnot } from './knot.ts';
import { freePorts } from './peer-process.ts';
import { lastReply, relayAs, sendTo } from './smtp-talk.ts';

const [honest, forger, collectorIp] = ['192.0.2.10', '203.0.113.66', '192.0.2.20'];
const zone = [
  ...['owner', 'shop', 'thief'].map(name => `${name} TXT "v=spf1 ip4:${honest} -all"`),
  'sub.owner A 192.0.2.11',
  `collector TXT "v=spf1 ip4:${collectorIp} -all"`,
  '_dmarc.collector TXT "v=DMARC1; p=reject"',
  '_dmarc.owner TXT "v=DMARC1; p=reject; sp=quarantine; rua=mailto:dmarc@owner.example"',
  // Another organization's address: shop has its agreement, thief has not.
  '_dmarc.shop TXT "v=DMARC1; p=none; rua=mailto:dmarc@owner.example"',
  'shop.example._report._dmarc.owner TXT "v=DMARC1"',
  '_dmarc.thief TXT "v=DMARC1; p=none; rua=mailto:dmarc@owner.example"',
];

const settingsOf = (name: string, dns: string, more = '') => `[listen]
smtp = ["127.0.0.1:0"]
http = []
[server]
hostname = "mx.${name}.example"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["${dns}"]
[greet]
isOn = false
[greet.tarpit]
isOn = false
[checks.greylist]
mode = "off"
[delivery]
tls = "off"
retryAfter = ["1s"]
${more}`;

async function serverOf(
  test: TestContext,
  { toml, clock, commands }: { toml: string; clock: ForwardClock; commands: readonly (readonly string[])[] },
) {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-exchange-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  const [config, dataPath] = [join(folder, 'sekisho.toml'), join(folder, 'data')];
  await writeFile(config, toml);
  const command = (...args: readonly string[]) =>
    run([process.execPath, join(root, 'bin/sekisho.js'), ...args, '-c', config, '-d', dataPath]);
  for (const args of commands) {
    const { code, stderr } = await command(...args);
    assert.equal(code, 0, stderr);
  }
  const settings = readSettings(toml);
  const server = await startProcess(settings, {
    dataPath,
    slot: 0,
    processes: 1,
    clock,
    log: silentLog,
    host: { environment: {} },
    beforeBind: () => {},
    afterBind: () => {},
  });
  test.after(() => server.close(1_000));
  const place = () => openWorkplace(settings, dataPath);
  return { port: Number(server.addresses[0]?.split(':').at(-1)), dataPath, command, place };
}

it('what one server counts in a day, the other reads out of its mail', { skip: whyNoKnot() ?? false }, async test => {
  const knot = await startKnot('example', zone);
  test.after(() => knot.stop());
  const clock = new ForwardClock();
  const owner = await serverOf(test, {
    toml: settingsOf('owner', knot.address),
    clock,
    commands: [
      ['domain', 'add', 'owner.example'],
      ['domain', 'add', 'shop.example'],
      ['user', 'add', 'dmarc@owner.example'],
    ],
  });
  const [port = 0] = await freePorts(1);
  const towardsOwner = await relayAs(collectorIp, owner.port, { host: '127.0.0.1', port });
  test.after(() => towardsOwner.close());
  const collector = await serverOf(test, {
    toml: settingsOf(
      'collector',
      knot.address,
      '[policy.actions]\nDMARC_QUARANTINE = "quarantine"\n[authentication.reports]\nsend = true\nfrom = "reports@collector.example"\n',
    ),
    clock,
    commands: [
      ['domain', 'add', 'collector.example'],
      ['user', 'add', 'bob@collector.example'],
      ['domain', 'add', 'owner.example', '--to', `smtp:127.0.0.1:${port}`, '--no-verify'],
    ],
  });
  const doors = new Map<string, number>();
  for (const ip of [honest, forger]) {
    const relay = await relayAs(ip, collector.port);
    test.after(() => relay.close());
    doors.set(ip, relay.port);
  }
  let number = 0;
  const send = async (from: string, ip: string, count: number, answer: RegExp): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const id = `${++number}@${from.split('@')[1]}`;
      const message = `From: <${from}>\r\nTo: bob@collector.example\r\nSubject: minutes of meeting ${number}\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <${id}>\r\n\r\nHere are the minutes of meeting ${number}.\r\n`;
      const said = await sendTo(doors.get(ip) ?? 0, { from, to: 'bob@collector.example', message });
      assert.match(lastReply(said), answer);
    }
  };
  await send('alice@owner.example', honest, 5, /^250/);
  await send('alice@owner.example', forger, 3, /^5/);
  await send('alice@sub.owner.example', forger, 2, /^250/);
  await send('sales@shop.example', honest, 4, /^250/);
  await send('x@thief.example', honest, 1, /^250/);
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  // Counting is nobody's to wait for.
  await pause(500);

  clock.forward(86_400_000);
  const place = await owner.place();
  test.after(() => place.close());
  await comesTo(2, async () => (await place.reports.since('2025-01-01')).length);
  const reports = await place.reports.since('2025-01-01');
  assert.deepEqual(
    reports
      .map(report => ({
        ...report,
        sources:
          report.kind === 'dmarc'
            ? [...report.sources].sort((a, b) => b.count - a.count || (a.ip < b.ip ? -1 : 1))
            : [],
      }))
      .sort((a, b) => (a.domain < b.domain ? -1 : 1)),
    [
      {
        kind: 'dmarc',
        domain: 'owner.example',
        day,
        reporter: 'collector.example',
        policy: 'reject',
        sources: [
          { ip: honest, count: 5, dkim: 'fail', spf: 'pass', disposition: 'pass' },
          { ip: forger, count: 3, dkim: 'fail', spf: 'fail', disposition: 'reject' },
          { ip: forger, count: 2, dkim: 'fail', spf: 'fail', disposition: 'quarantine' },
        ],
      },
      {
        kind: 'dmarc',
        domain: 'shop.example',
        day,
        reporter: 'collector.example',
        policy: 'none',
        sources: [{ ip: honest, count: 4, dkim: 'fail', spf: 'pass', disposition: 'pass' }],
      },
    ],
  );
  // Delivered as ever, and told in the record of its mail.
  const box = join(owner.dataPath, 'mail');
  const delivered = async () =>
    (await readdir(box, { recursive: true })).filter(name => /dmarc.*\/(?:new|cur)\/./.test(name)).length;
  await comesTo(2, delivered);
  await comesTo(2, async () => {
    const attempts = await place.records.search({ text: 'reports@collector.example', limit: 10 });
    return attempts.flatMap(({ events }) => events).filter(({ kind }) => kind === 'report-taken').length;
  });
  const told = await owner.command('dmarc', 'report', 'owner.example');
  assert.match(
    told.stdout,
    /10 messages in 1 reports of collector\.example; 5 proven \(50 %\), 2 set aside, 3 refused/,
  );

  // Anybody may write a report, and nothing proves this one.
  const stranger = await relayAs(forger, owner.port);
  test.after(() => stranger.close());
  const forged = `From: <reports@collector.example>\r\nTo: dmarc@owner.example\r\nSubject: Report Domain: owner.example\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <f@collector.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/xml; name="a.xml"\r\n\r\n<feedback/>\r\n`;
  await sendTo(stranger.port, { from: 'x@nowhere.example', to: 'dmarc@owner.example', message: forged });
  await pause(500);
  assert.equal((await place.reports.since('2025-01-01')).length, 2);
  // Once told is enough: another look sends nothing.
  clock.forward(3_600_000);
  await pause(1_000);
  assert.equal(await delivered(), 2);
});

/** Within 30 s, and then stays so. */
async function comesTo(wanted: number, count: () => Promise<number>): Promise<void> {
  for (let tries = 0; tries < 150 && (await count()) < wanted; tries++) await pause(200);
  assert.equal(await count(), wanted);
}
