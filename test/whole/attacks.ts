// SPDX-License-Identifier: Apache-2.0
/** Attacks — on the whole server in two processes, by strangers through a proxy; in each, mail of a familiar sender flows, and everybody is told a 4xx. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, it } from 'node:test';
import { entryKey, formatEntry } from '../../src/connection/familiar/entry.ts';
import { systemClock } from '../../src/core/clock.ts';
import { sqliteStateStore } from '../../src/store/state/sqlite.ts';
import { startWriter } from '../../src/store/thread/start.ts';
import { cleanUp, startServing } from './serving.ts';
import { Stranger } from './strangers.ts';

const familiarIp = '192.0.2.20';
const eveIp = (i: number) => `198.51.${(i >> 8) & 255}.${i & 255}`;

const toml = `[server]
processes = 2
hostname = "mx.example.jp"
proxyFrom = ["127.0.0.0/8"]
[dns]
servers = ["127.0.0.1:9"]
[smtp]
connections = 400
`;

/** `count` connections in the flood; the other attacks take a tenth. */
export async function defineAttacks(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-attack-'));
  await makeFamiliar(join(folder, 'data'));
  const serving = await startServing({ toml, folder });
  after(() => cleanUp(serving));
  const wantedFlows = async (many = 10): Promise<void> => {
    const codes = await Promise.all(
      Array.from({ length: many }, (_, i) => new Stranger(serving.port, familiarIp, 30_000 + i).send('hello')),
    );
    assert.deepEqual(
      codes,
      codes.map(() => '250'),
    );
  };

  it('takes mail of a familiar sender when nobody attacks', () => wantedFlows());

  it(`takes it while ${count} connections come from one /16 and stay`, async () => {
    const codes = new Map<string, number>();
    let flowing: Promise<void> = Promise.resolve();
    for (let from = 0; from < count; from += 250) {
      const batch = Array.from(
        { length: Math.min(250, count - from) },
        (_, i) => new Stranger(serving.port, eveIp(from + i)),
      );
      if (from % 1_000 === 0) {
        await flowing;
        flowing = wantedFlows(5);
      }
      // A bot that stays: the earlier ones have hung up when the next batch has been answered, greeted or kept waiting.
      await Promise.race([
        Promise.all(batch.map(one => one.words())),
        new Promise(resolve => setTimeout(resolve, 400)),
      ]);
      for (const one of batch) {
        if (!one.isOpen)
          codes.set((await one.words()).slice(0, 3), (codes.get((await one.words()).slice(0, 3)) ?? 0) + 1);
        one.socket.destroy();
      }
    }
    await flowing;
    await wantedFlows();
    assert.deepEqual(
      [...codes.keys()].filter(code => !['', '421', '220'].includes(code)),
      [],
    );
  });

  it('takes it while others dawdle in every state of the dialogue', async () => {
    const states: readonly (readonly string[])[] = [
      [],
      ['EH'],
      ['EHLO eve.example\r\n'],
      ['EHLO eve.example\r\n', 'MAIL FR'],
      ['EHLO eve.example\r\n', 'MAIL FROM:<eve@eve.example>\r\n', 'RC'],
      ['EHLO eve.example\r\n', 'MAIL FROM:<eve@eve.example>\r\n', 'RCPT TO:<postmaster@localhost>\r\n', 'DA'],
      [
        'EHLO eve.example\r\n',
        'MAIL FROM:<eve@eve.example>\r\n',
        'RCPT TO:<postmaster@localhost>\r\n',
        'DATA\r\n',
        'Subj',
      ],
      ['EHLO eve.example\r\n', 'MAIL FROM:<eve@eve.example>\r\n', 'RCPT TO:<postmaster@localhost>\r\n', 'BDAT 99\r\nx'],
      ['EHLO eve.example\r\n', 'STARTTLS\r\n', '\u0016\u0003\u0001'],
    ];
    const all = Array.from({ length: Math.max(90, count / 10) }, (_, i) => {
      const one = new Stranger(serving.port, eveIp(i));
      void (async () => {
        for (const piece of states[i % states.length] ?? []) {
          await one.words();
          one.socket.write(piece);
          await new Promise(resolve => setTimeout(resolve, 50));
        }
      })();
      return one;
    });
    await wantedFlows();
    await new Promise(resolve => setTimeout(resolve, 1_000));
    await wantedFlows();
    for (const one of all) one.socket.destroy();
  });

  it('takes it while others say HELO with 64 kB', async () => {
    const all = Array.from({ length: Math.max(40, count / 100) }, async (_, i) => {
      const one = new Stranger(serving.port, eveIp(i));
      // Whoever is not greeted is told why.
      if ((await one.greeting()) !== '220') return '421';
      const code = await one.say(`HELO ${'a'.repeat(65_536)}.example`);
      one.socket.destroy();
      return code;
    });
    await wantedFlows();
    const codes = new Set(await Promise.all(all));
    assert.ok(
      [...codes].every(code => ['500', '421', ''].includes(code)),
      [...codes].join(),
    );
  });

  it('takes it, and that of strangers, while the state store does not answer', async () => {
    const state = new DatabaseSync(join(folder, 'data', 'state.db'), { timeout: 10_000 });
    state.exec('BEGIN IMMEDIATE');
    try {
      await wantedFlows(30);
      assert.equal(await new Stranger(serving.port, '203.0.113.77').send('hello from a stranger'), '250');
    } finally {
      state.exec('ROLLBACK');
      state.close();
    }
    await wantedFlows();
  });
}

/** As if wanted mail had come from there for long. */
async function makeFamiliar(dataPath: string): Promise<void> {
  await mkdir(dataPath, { recursive: true });
  const writer = startWriter(systemClock, fault => assert.fail(String(fault)));
  const state = await sqliteStateStore(join(dataPath, 'state.db'), writer);
  const now = Date.now();
  const entry = {
    isFamiliar: true,
    since: now - 1e9,
    last: now,
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
