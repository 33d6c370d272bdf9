// SPDX-License-Identifier: Apache-2.0
/** The ends that are meant: SIGTERM under load, SIGHUP, a second server on the same data folder; and a copy of a running server's data. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '../whole/serving.ts';
import { openFleet, startClients, until, type Fleet, type FleetOptions } from './fleet.ts';
import { readLedger } from './ledger.ts';
import { messageOf, Talk } from './talk.ts';

async function started(t: TestContext, options: FleetOptions): Promise<Fleet> {
  const fleet = await openFleet(options);
  t.after(() => fleet.remove());
  await fleet.start();
  return fleet;
}

const nothingWrong = { lost: [], doubled: [], unasked: [] };

async function wrongs(fleet: Fleet): Promise<typeof nothingWrong | object> {
  const { lost, doubled, unasked } = await fleet.weigh();
  return { lost, doubled, unasked };
}

for (const processes of [1, 4]) {
  it(`lets messages under way come to their end at SIGTERM: ${processes} processes`, { timeout: 180_000 }, async t => {
    const fleet = await started(t, { processes });
    const stopClients = startClients(fleet, { pauseMs: 200 });
    await pause(2_000);
    const [idle, sending, late] = [new Talk(fleet.port), new Talk(fleet.port), new Talk(fleet.port)];
    await idle.hello();
    await late.hello();
    await sending.hello();
    await sending.begin(fleet.mailboxes.slice(0, 3));
    const text = messageOf('under-way-x');
    sending.socket.write(text.slice(0, 200));
    await pause(200);
    const stopping = fleet.stop();
    assert.match((await idle.reply()) ?? '', /^421 4\.3\.2 /);
    assert.match((await late.reply()) ?? '', /^421 4\.3\.2 /);
    await until(() => refuses(fleet.port), 5_000, 'new connections are taken');
    assert.equal(await sending.finish(text.slice(200)), '250');
    appendFileSync(fleet.ledgerPath, `250 under-way-x ${fleet.mailboxes.slice(0, 3).join(' ')}\n`);
    const startedAt = performance.now();
    assert.equal(await stopping, 0, fleet.log.slice(-2_000));
    assert.ok(performance.now() - startedAt < 30_000, 'it did not end when all was done');
    for (const talk of [idle, sending, late]) talk.close();
    await stopClients();
    await fleet.start();
    assert.ok(await fleet.untilDrained(60_000));
    assert.equal(await fleet.stop(), 0);
    assert.deepEqual(await wrongs(fleet), nothingWrong);
  });
}

it(
  'takes a good file over in all processes at SIGHUP under load, and leaves a bad one',
  { timeout: 120_000 },
  async t => {
    const fleet = await started(t, { processes: 2 });
    const stopClients = startClients(fleet, { clients: 10, pauseMs: 200 });
    const original = readFileSync(fleet.configPath, 'utf8');
    const reload = async (toml: string): Promise<void> => {
      writeFileSync(fleet.configPath, `${original}${toml}`);
      fleet.server?.kill('SIGHUP');
    };
    await reload('[smtp]\nmessageSize = "many"\n');
    await until(() => fleet.log.includes('the running one stays'), 10_000, 'nothing is said of the bad file');
    assert.match(fleet.log, /smtp\.messageSize/);
    assert.deepEqual(await sizesOf(fleet), new Set(['25000000']));
    await reload('[smtp]\nmessageSize = "3MB"\n');
    await until(async () => (await sizesOf(fleet)).has('3000000'), 10_000);
    await until(async () => (await sizesOf(fleet)).size === 1, 10_000, 'not all processes took it over');
    await stopClients();
    assert.ok(await fleet.untilDrained(60_000));
    assert.equal(await fleet.stop(), 0);
    assert.deepEqual(await wrongs(fleet), nothingWrong);
    assert.ok(readLedger(fleet.ledgerPath).every(({ code }) => code === '250'));
  },
);

it('refuses a second server on the same data folder, whichever has more processes', { timeout: 120_000 }, async t => {
  for (const processes of [1, 2]) {
    const fleet = await started(t, { processes });
    const second = await run(fleet.command('serve'));
    assert.equal(second.code, 75);
    assert.match(second.stderr, /Another server uses this data folder/);
    assert.ok(second.stderr.includes(fleet.dataPath));
    assert.equal(await sizesOf(fleet).then(sizes => sizes.size), 1, 'the first does not serve any more');
    assert.equal(await fleet.stop(), 0);
  }
});

it('backs up under load what was accepted before, and restores it', { timeout: 180_000 }, async t => {
  const fleet = await started(t, { processes: 2 });
  const stopClients = startClients(fleet, { clients: 10, pauseMs: 1_000 });
  await pause(3_000);
  const before = readFileSync(fleet.ledgerPath, 'utf8');
  const copy = join(fleet.folder, 'copy');
  const startedAt = performance.now();
  const backedUp = await run(fleet.command('backup', copy));
  t.diagnostic(`backup under load: ${Math.round(performance.now() - startedAt)} ms, ${backedUp.stdout.trim()}`);
  assert.equal(backedUp.code, 0, backedUp.stderr);
  await stopClients();
  assert.ok(await fleet.untilDrained(60_000));
  assert.equal(await fleet.stop(), 0);
  assert.deepEqual(await wrongs(fleet), nothingWrong);
  // The same server, another day: the folder is gone.
  rmSync(fleet.dataPath, { recursive: true });
  const restored = await run(fleet.command('restore', copy));
  assert.equal(restored.code, 0, restored.stderr);
  await fleet.start();
  assert.ok(await fleet.untilDrained(60_000));
  assert.equal(await fleet.stop(), 0);
  const known = new Set(readLedger(fleet.ledgerPath).map(({ token }) => token));
  writeFileSync(fleet.ledgerPath, before);
  const { lost, doubled, accepted } = await fleet.weigh();
  assert.ok(accepted > 20 && known.size > accepted, `${accepted} of ${known.size}`);
  assert.deepEqual({ lost, doubled }, { lost: [], doubled: [] });
});

it(
  'says which store is broken when a file was cut off, and starts again with the right one',
  { timeout: 180_000 },
  async t => {
    const fleet = await started(t, { processes: 1 });
    const stopClients = startClients(fleet, { clients: 10, pauseMs: 50 });
    await pause(2_000);
    await stopClients();
    assert.ok(await fleet.untilDrained(60_000));
    assert.equal(await fleet.stop(), 0);
    for (const name of ['directory.db', 'state.db', 'records.db', 'sent.db', 'quarantine.db', 'learning.db']) {
      const path = join(fleet.dataPath, name);
      const whole = readFileSync(path);
      // Cut inside its first page; SQLite takes an empty file for a new database.
      writeFileSync(path, whole.subarray(0, 1_000));
      const { code, stderr } = await run(fleet.command('serve'));
      assert.ok(code !== 0 && code !== null, name);
      assert.ok(stderr.startsWith('sekisho: ') && stderr.includes(name), `${name}: ${stderr}`);
      assert.doesNotMatch(stderr, /^ +at /m, name);
      writeFileSync(path, whole);
    }
    await fleet.start();
    assert.equal(await fleet.stop(), 0);
    assert.deepEqual(await wrongs(fleet), nothingWrong);
  },
);

it(
  'takes no mail while the disk is full, loses none, and takes it again when there is room',
  { timeout: 180_000 },
  async t => {
    const disk = mkdtempSync(join(tmpdir(), 'sekisho-full-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'sekisho-full', disk]).status !== 0) {
      t.skip('no file system can be mounted here');
      return;
    }
    const fleet = await openFleet({ processes: 1, dataPath: join(disk, 'data') });
    t.after(async () => {
      await fleet.stop();
      fleet.remove();
      assert.equal(spawnSync('umount', [disk]).status, 0);
      rmSync(disk, { recursive: true });
    });
    await fleet.start();
    const ballast = join(disk, 'ballast');
    const codes = new Map<string, number>();
    const sendSome = async (name: string, count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const code = await sendOne(fleet, `${name}-${i}-x`);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    };
    await sendSome('roomy', 20);
    assert.deepEqual([...codes.keys()], ['250']);
    // All of it at once: whoever is in the middle of a message meets a disk without a byte.
    spawnSync('sh', ['-c', `cat /dev/zero > ${ballast}`]);
    await sendSome('tight', 30);
    await until(async () => (await sendOne(fleet, 'asked-x')).startsWith('452'), 20_000, 'it does not say 452');
    assert.ok(
      [...codes.keys()].every(code => /^(250|45[12])/.test(code)),
      JSON.stringify([...codes]),
    );
    rmSync(ballast);
    await until(
      async () => (await sendOne(fleet, `again-${performance.now()}-x`)) === '250',
      30_000,
      'it does not recover',
    );
    assert.ok(await fleet.untilDrained(60_000));
    assert.equal(await fleet.stop(), 0);
    assert.deepEqual(await wrongs(fleet), nothingWrong);
    t.diagnostic(`answers: ${JSON.stringify([...codes])}`);
  },
);

/** The reply that decided. */
async function sendOne(fleet: Fleet, token: string): Promise<string> {
  const talk = new Talk(fleet.port, 20_000);
  const recipients = fleet.mailboxes.slice(0, 2);
  try {
    await talk.hello();
    await talk.begin(recipients);
    const code = await talk.finish(messageOf(token, 4_000));
    appendFileSync(fleet.ledgerPath, `${code} ${token} ${recipients.join(' ')}\n`);
    return code;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 3) : 'none';
  } finally {
    talk.close();
  }
}

/** What several connections, spread over all processes, are told of SIZE. */
async function sizesOf(fleet: Fleet): Promise<ReadonlySet<string>> {
  const sizes = new Set<string>();
  for (let i = 0; i < 24; i++) {
    const talk = new Talk(fleet.port);
    await talk.expect('220');
    talk.socket.write('EHLO client.example.com\r\n');
    sizes.add(/SIZE (\d+)/.exec((await talk.reply()) ?? '')?.[1] ?? '');
    talk.socket.end('QUIT\r\n');
  }
  return sizes;
}

async function refuses(port: number): Promise<boolean> {
  const { socket } = new Talk(port);
  const isRefused = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(
      () => true,
      () => true,
    ),
  ]).catch(() => true);
  socket.destroy();
  return isRefused;
}
