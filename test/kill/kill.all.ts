// SPDX-License-Identifier: Apache-2.0
/**
 * The kill run: four processes, fifty clients, SIGKILL at random instants to one process (any, the supervisor too) or to all. Afterwards every
 * message that was answered 250 is in each of its mailboxes: exactly once in a Maildir, at least once behind LMTP, where only deliveries under way
 * at a kill may repeat. SEKISHO_QUICK=1: 20 kills instead of 300. SEKISHO_SEED: another course of things.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../src/core/random.ts';
import { startDovecot, whyNoDovecot } from '../real/dovecot.ts';
import { hasEnded, openFleet, startClients, until, type Fleet } from './fleet.ts';
import { childrenOf, signalTo } from './processes.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';
const seed = Number(process.env['SEKISHO_SEED'] ?? 1);
const kills = isQuick ? 20 : 300;
const spanMs = isQuick ? 40_000 : 540_000;
/** The share of kills of one process; the others are of the supervisor, or of all. */
const ofOne = isQuick ? 0.6 : 0.84;
const processes = 4;
/** Deliveries under way at a time from one process to one LMTP server. */
const concurrency = 10;

it(`loses nothing in ${kills} kills`, { timeout: 1_200_000 }, async t => {
  const startedAt = performance.now();
  const dovecot = whyNoDovecot() === undefined ? await startDovecot() : undefined;
  t.after(() => dovecot?.stop());
  if (!dovecot) t.diagnostic(`without LMTP: ${whyNoDovecot() ?? ''}`);
  const fleet = await openFleet({ processes, dovecot, toml: `concurrencyPerDestination = ${concurrency}\n` });
  t.after(() => fleet.remove());
  await fleet.start();
  const stopClients = startClients(fleet, { seed, pauseMs: isQuick ? 500 : 2_500 });
  const hit = await killAtRandom(fleet);
  await stopClients();
  const killedAfter = seconds(startedAt);
  await untilServing(fleet);
  const isDrained = await fleet.untilDrained(180_000);
  const exitCode = await fleet.stop();
  const sum = await fleet.weigh();

  const starts = fleet.startMs.toSorted((a, b) => a - b);
  t.diagnostic(
    `kills: ${kills} (${hit.child} of one process, ${hit.supervisor} of the supervisor, ${hit.all} of all at once)`,
  );
  t.diagnostic(
    `messages accepted: ${sum.accepted}, to ${sum.copies} mailboxes; unanswered ${sum.unanswered}, refused ${sum.refused}`,
  );
  t.diagnostic(
    `lost: ${sum.lost.length}, doubled in Maildirs: ${sum.doubled.length}, there though refused: ${sum.unasked.length}`,
  );
  t.diagnostic(
    `repeated over LMTP: ${sum.repeatedCopies} copies by ${sum.repeatedTransactions} transactions; at most ${hit.underWay} could be under way at the kills`,
  );
  t.diagnostic(
    `starts of the whole: ${starts.length}, until ready ${starts[starts.length >> 1] ?? 0} ms (median), ${starts.at(-1) ?? 0} ms (longest)`,
  );
  t.diagnostic(`seconds: ${killedAfter} until the last kill, ${seconds(startedAt)} in all`);

  assert.ok(isDrained, `the queue still has ${(await fleet.queued()) ?? '?'} messages`);
  assert.deepEqual([sum.lost, sum.doubled, sum.unasked], [[], [], []]);
  assert.ok(sum.repeatedTransactions <= hit.underWay);
  assert.ok(sum.accepted > kills, 'hardly anything was accepted');
  assert.equal(exitCode, 0);
});

interface Hit {
  readonly child: number;
  readonly supervisor: number;
  readonly all: number;
  /** Deliveries to the LMTP server that can have been under way at all kills together. */
  readonly underWay: number;
}

async function killAtRandom(fleet: Fleet): Promise<Hit> {
  const random = seededRandom(seed * 7_919);
  const hit = { child: 0, supervisor: 0, all: 0, underWay: 0 };
  const endAt = performance.now() + spanMs;
  for (let left = kills; left > 0; left--) {
    await pause((random.next() * 2 * Math.max(0, endAt - performance.now())) / left);
    if (!fleet.server || hasEnded(fleet.server)) await relaunch(fleet);
    const supervisor = fleet.server?.pid ?? 0;
    const chance = random.next();
    const kind = chance < ofOne ? 'child' : chance < (1 + ofOne) / 2 ? 'supervisor' : 'all';
    // A supervisor that has just begun has nobody yet.
    if (kind === 'child') await until(() => childrenOf(supervisor).length > 0, 30_000, 'no process is started');
    const children = childrenOf(supervisor);
    hit[kind]++;
    const victims = {
      child: [children[Math.floor(random.next() * children.length)] ?? 0],
      supervisor: [supervisor],
      all: [supervisor, ...children],
    };
    for (const pid of victims[kind]) signalTo(pid, 'SIGKILL');
    // Without its supervisor a process ends too, within a grace, and may break a delivery off.
    hit.underWay += concurrency * (kind === 'child' ? 1 : children.length);
    if (kind !== 'child') await relaunch(fleet);
  }
  return hit;
}

async function relaunch(fleet: Fleet): Promise<void> {
  const { server } = fleet;
  if (server) await until(() => hasEnded(server), 10_000, 'the killed supervisor does not end');
  fleet.launch();
}

/** As a service manager does: whatever ended is started again. */
async function untilServing(fleet: Fleet): Promise<void> {
  await until(
    async () => {
      if (!fleet.server || hasEnded(fleet.server)) await relaunch(fleet);
      return (await fleet.queued()) !== undefined;
    },
    120_000,
    'the server does not come back',
  );
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 100) / 10;
}
