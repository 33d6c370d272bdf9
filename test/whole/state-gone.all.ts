// SPDX-License-Identifier: Apache-2.0
/**
 * State gone — the state store of a real server with all its defences on is locked, removed, overwritten with nonsense, or its disk
 * is full: mail of familiar senders flows, strangers
 * are never refused for good by it and hear an answer in time.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { NameServer, type Asked, type Told } from '../../src/net/name-server.suite.ts';
import { knowNetwork } from './familiar.ts';
import { cleanUp, startServing } from './serving.ts';
import { Stranger } from './strangers.ts';

const friend = '192.0.2.20';
const suspects = (from: number): readonly string[] => Array.from({ length: 5 }, (_, i) => `198.51.100.${from + i}`);

/** All who are asked about are listed, but for the friend and the test. */
function tell({ question: { name } }: Asked): Told {
  if (!name.endsWith('.black.example')) return { responseCode: 3 };
  const isListed = name.endsWith('.100.51.198.black.example') || name === '2.0.0.127.black.example';
  return isListed ? { answers: [{ name, type: 'A', ttlSeconds: 1, data: '127.0.0.2' }] } : { responseCode: 3 };
}

const toml = (dnsPort: number): string => `[server]
processes = 2
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["127.0.0.1:${dnsPort}"]
[greet]
clean = "500ms"
suspectLeast = "1s"
suspectMost = "1s"
[greet.tarpit]
replyLeast = "100ms"
replyMost = "100ms"
patienceLeast = "0s"
patienceMost = "0s"
[checks.greylist]
waitLeast = "10m"
waitMost = "10m"
[[dnsLists.lists]]
zone = "black.example"
name = "black"
ipv6 = false
`;

/** What of a test's context is used. */
interface Hooks {
  after(hook: () => Promise<unknown>): void;
}

interface World {
  readonly folder: string;
  readonly statePath: string;
  /** What a suspect that was never here hears in the end. */
  readonly newcomers: () => Promise<readonly string[]>;
  readonly familiarFlows: () => Promise<void>;
  readonly printed: () => string;
  readonly startsAgain: () => Promise<void>;
  /** Each mail of a familiar sender lies in the mailbox, once. */
  readonly arrivesOnce: () => Promise<void>;
}

let nextSuspect = 1;

/** `disk`: where the state store lies; in the data folder by default. */
async function openWorld(test: Hooks, disk?: string): Promise<World> {
  const names = await NameServer.start(tell);
  test.after(() => names.close());
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-state-'));
  const data = join(folder, 'data');
  await mkdir(data);
  if (disk !== undefined) await symlink(join(disk, 'state.db'), join(data, 'state.db'));
  await knowNetwork(data, '192.0.2.0/24');
  let serving = await startServing({ toml: toml(names.address.port), folder });
  test.after(() => cleanUp(serving));
  const sent: string[] = [];
  const hear = async (ip: string): Promise<string> => {
    const one = new Stranger(serving.port, ip);
    const lines = [
      // Our own name: that alone makes a suspect.
      'EHLO mx.example.jp',
      'MAIL FROM:<alice@elsewhere.example>',
      'RCPT TO:<postmaster@localhost>',
    ];
    let said = await one.words();
    for (const line of lines) {
      if (!said.startsWith('2')) break;
      one.socket.write(`${line}\r\n`);
      said = await one.reply();
    }
    one.socket.destroy();
    return said || 'gone';
  };
  return {
    folder,
    statePath: join(data, 'state.db'),
    newcomers: () => Promise.all(suspects((nextSuspect += 5)).map(hear)),
    familiarFlows: async () => {
      const codes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => {
          const subject = `hello ${sent.length}`;
          sent.push(subject);
          return new Stranger(serving.port, friend, 30_000 + i).send(subject);
        }),
      );
      assert.deepEqual(
        codes,
        codes.map(() => '250'),
      );
    },
    printed: () => serving.output(),
    async startsAgain() {
      const since = performance.now();
      assert.equal(await serving.stop(), 0);
      serving = await startServing({ toml: toml(names.address.port), folder });
      const tookMs = performance.now() - since;
      assert.ok(tookMs < 20_000, `${tookMs}`);
    },
    arrivesOnce: () => untilArrived(data, sent),
  };
}

async function untilArrived(data: string, sent: readonly string[]): Promise<void> {
  const subjects = async (): Promise<readonly string[]> => {
    const files = (await readdir(join(data, 'mail'), { recursive: true })).filter(path =>
      /\/(?:new|cur)\/[^/]+$/.test(path),
    );
    const texts = await Promise.all(files.map(path => readFile(join(data, 'mail', path), 'latin1')));
    return texts.flatMap(text => /^Subject: (hello \d+)\r?$/m.exec(text)?.[1] ?? []);
  };
  for (let tries = 0; tries < 40 && (await subjects()).length < sent.length; tries++) await pause(250);
  assert.deepEqual([...(await subjects())].sort(), [...sent].sort());
}

/** Mail flows, whatever it costs; what a stranger hears is no word for good. */
async function holdsOut({ familiarFlows, newcomers }: World): Promise<void> {
  const since = performance.now();
  await familiarFlows();
  const heard = await newcomers();
  assert.deepEqual(
    heard.filter(text => !/^[24]/.test(text)),
    [],
  );
  const tookMs = performance.now() - since;
  assert.ok(tookMs < 30_000, `${tookMs}`);
  await familiarFlows();
}

describe('with all defences on', () => {
  it('mail of familiar senders flows while the state store is locked', async test => {
    const world = await openWorld(test);
    await holdsOut(world);
    const state = new DatabaseSync(world.statePath, { timeout: 10_000 });
    state.exec('BEGIN IMMEDIATE');
    try {
      await holdsOut(world);
    } finally {
      state.exec('ROLLBACK');
      state.close();
    }
    await pause(2_000);
    await holdsOut(world);
  });

  it('mail of familiar senders flows while the state store is removed, and another lies in its place', async test => {
    const world = await openWorld(test);
    await holdsOut(world);
    for (const end of ['', '-wal', '-shm']) await rm(`${world.statePath}${end}`, { force: true });
    await holdsOut(world);
    await writeFile(world.statePath, 'This is no database.\n'.repeat(1_000));
    await holdsOut(world);
  });

  it('mail of familiar senders flows while the state store is overwritten with nonsense', async test => {
    const world = await openWorld(test);
    await holdsOut(world);
    // The same file, as a disk that fails may write it.
    for (const end of ['', '-wal']) await writeFile(`${world.statePath}${end}`, Buffer.alloc(400_000, 0x41));
    await holdsOut(world);
  });

  it('mail of familiar senders flows while the disk of the state store is full, and nothing accepted is lost', async test => {
    const disk = await mkdtemp(join(tmpdir(), 'sekisho-state-full-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'sekisho-state-full', disk]).status !== 0) {
      await rm(disk, { recursive: true });
      test.skip('no file system can be mounted here');
      return;
    }
    // Hooks run in the order they were set: the server has to be gone before its disk.
    const hooks: (() => Promise<unknown>)[] = [];
    test.after(async () => {
      for (const hook of hooks) await hook();
      assert.equal(spawnSync('umount', [disk]).status, 0);
      await rm(disk, { recursive: true });
    });
    const world = await openWorld({ after: hook => void hooks.push(hook) }, disk);
    await holdsOut(world);
    const ballast = join(disk, 'ballast');
    spawnSync('sh', ['-c', `cat /dev/zero > ${ballast}`]);
    await holdsOut(world);
    await holdsOut(world);
    assert.match(world.printed(), /state\.db: database or disk is full/);
    // Neither its end nor a new start waits for room.
    await world.startsAgain();
    await holdsOut(world);
    await rm(ballast);
    await holdsOut(world);
    await world.arrivesOnce();
  });
});
