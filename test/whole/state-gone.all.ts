// SPDX-License-Identifier: Apache-2.0
/**
 * State gone — the state store of a real server with all its defences on is locked, removed, or overwritten with nonsense: mail of familiar senders flows, strangers
 * are never refused for good by it and hear an answer in time.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
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

interface World {
  readonly folder: string;
  readonly statePath: string;
  /** What a suspect that was never here hears in the end. */
  readonly newcomers: () => Promise<readonly string[]>;
  readonly familiarFlows: () => Promise<void>;
}

let nextSuspect = 1;

async function openWorld(test: TestContext): Promise<World> {
  const names = await NameServer.start(tell);
  test.after(() => names.close());
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-state-'));
  const data = join(folder, 'data');
  await mkdir(data);
  await knowNetwork(data, '192.0.2.0/24');
  const serving = await startServing({ toml: toml(names.address.port), folder });
  test.after(() => cleanUp(serving));
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
        Array.from({ length: 20 }, (_, i) => new Stranger(serving.port, friend, 30_000 + i).send(`hello ${i}`)),
      );
      assert.deepEqual(
        codes,
        codes.map(() => '250'),
      );
    },
  };
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
});
