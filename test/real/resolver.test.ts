// SPDX-License-Identifier: Apache-2.0
/** Resolver — before real name servers on the loopback: Knot, which holds the zone, and Unbound, which resolves for us. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/core/clock.ts';
import type { DnsAnswer } from '../../src/core/dns.ts';
import { Resolver } from '../../src/net/resolver/resolver.ts';

// Servers are installed where an ordinary user's path does not lead.
const env = { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
const missing = ['knotd', 'unbound'].filter(program => !isInstalled(program));
const long = 'v=DKIM1; p='.padEnd(3_000, 'A');
const zone = String.raw`
$ORIGIN example.
$TTL 300
@ SOA ns admin 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
mail A 192.0.2.1
mail A 192.0.2.2
mail AAAA 2001:db8::1
@ MX 10 mail
@ MX 20 backup.example.
null MX 0 .
@ TXT "v=spf1 mx " "-all"
bytes TXT "caf\195\169"
www CNAME alias
alias CNAME mail
gone CNAME nowhere
odd\.dot.names PTR Some\032Host.example.
*.wild A 127.0.0.2
_25._tcp.mail TLSA 3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
_submission._tcp SRV 1 2 587 mail
long TXT ${(long.match(/.{1,250}/g) ?? []).map(part => `"${part}"`).join(' ')}
`;

describe('resolver before real servers', { skip: missing.length > 0 && `not installed: ${missing.join(', ')}` }, () => {
  const running: ChildProcess[] = [];
  let folder = '';
  let resolver: Resolver;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sekisho-resolver-'));
    const [knotPort, unboundPort] = [await freePort(), await freePort()];
    await writeFile(join(folder, 'example.zone'), zone);
    await writeFile(join(folder, 'knot.conf'), knotConfiguration(folder, knotPort));
    await writeFile(join(folder, 'unbound.conf'), unboundConfiguration(folder, unboundPort, knotPort));
    running.push(spawn('knotd', ['-c', join(folder, 'knot.conf')], { env, stdio: 'ignore' }));
    running.push(spawn('unbound', ['-d', '-p', '-c', join(folder, 'unbound.conf')], { env, stdio: 'ignore' }));
    await untilItAnswers(unboundPort);
    resolver = new Resolver({ servers: [{ ip: '127.0.0.1', port: unboundPort }], clock: systemClock });
  });

  after(async () => {
    await resolver?.close();
    for (const child of running) {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await rm(folder, { recursive: true });
  });

  it('reads every kind of record', async () => {
    const questions = [
      ['mail.example', 'A'],
      ['mail.example', 'AAAA'],
      ['example', 'MX'],
      ['null.example', 'MX'],
      ['example', 'TXT'],
      ['bytes.example', 'TXT'],
      ['example', 'NS'],
      ['example', 'SOA'],
      ['odd\\.dot.names.example', 'PTR'],
      ['_25._tcp.mail.example', 'TLSA'],
      ['_submission._tcp.example', 'SRV'],
      ['www.example', 'CNAME'],
      ['1.2.wild.example', 'A'],
    ] as const;
    const answers = await Promise.all(questions.map(([name, type]) => resolver.ask(name, type)));
    assert.deepEqual(answers.map(dataOf), [
      ['192.0.2.1', '192.0.2.2'],
      ['2001:db8::1'],
      ['10 mail.example', '20 backup.example'],
      ['0 .'],
      ['v=spf1 mx -all'],
      ['caf\u00c3\u00a9'],
      ['ns.example'],
      ['ns.example admin.example 1 3600 600 86400 60'],
      ['some\\032host.example'],
      ['3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'],
      ['1 2 587 mail.example'],
      ['alias.example'],
      ['127.0.0.2'],
    ]);
  });

  it('follows aliases, and keeps apart what is not there', async () => {
    assert.deepEqual(dataOf(await resolver.ask('www.example', 'A')), ['192.0.2.1', '192.0.2.2']);
    assert.equal((await resolver.ask('gone.example', 'A')).kind, 'no-name');
    assert.equal((await resolver.ask('nowhere.example', 'A')).kind, 'no-name');
    assert.equal((await resolver.ask('mail.example', 'MX')).kind, 'no-data');
  });

  it('gets by TCP what does not fit', async () => {
    assert.deepEqual(dataOf(await resolver.ask('long.example', 'TXT')), [long]);
  });

  it('loses none of a burst of 2,000 questions', async () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `${i}.wild.example`);
    const answers = await Promise.all(names.map(name => resolver.ask(name, 'A')));
    assert.equal(answers.filter(answer => answer.kind !== 'found').length, 0);
  });
});

function dataOf(answer: DnsAnswer): readonly string[] | string {
  return answer.kind === 'found'
    ? answer.records.map(({ data }) => data).sort((a, b) => a.localeCompare(b))
    : answer.kind;
}

/** Servers need a moment: it is asked until it answers, at most 10 s. */
async function untilItAnswers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const probe = new Resolver({ servers: [{ ip: '127.0.0.1', port }], clock: systemClock, waitMs: 500 });
    const { kind } = await probe.ask('example', 'SOA');
    await probe.close();
    if (kind === 'found') return;
    await setTimeout(100);
  }
  throw new Error('the name servers did not start');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { env, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function knotConfiguration(folder: string, port: number): string {
  return `server:
  rundir: "${folder}"
  listen: 127.0.0.1@${port}
database:
  storage: "${folder}/db"
zone:
  - domain: example
    storage: "${folder}"
    file: example.zone
`;
}

function unboundConfiguration(folder: string, port: number, upstream: number): string {
  return `server:
  interface: 127.0.0.1@${port}
  port: ${port}
  chroot: ""
  username: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  num-threads: 1
stub-zone:
  name: "example"
  stub-addr: 127.0.0.1@${upstream}
remote-control:
  control-enable: no
`;
}
