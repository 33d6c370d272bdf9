// SPDX-License-Identifier: Apache-2.0
/**
 * A process that is stopped under load for five minutes and then goes on: nothing is lost, nothing doubled, neither in Maildirs nor over LMTP, and
 * the others serve meanwhile. The same for a server of one process. SEKISHO_QUICK=1: ten seconds.
 */
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startDovecot, whyNoDovecot } from '../real/dovecot.ts';
import { openFleet, startClients } from './fleet.ts';
import { readLedger } from './ledger.ts';
import { childrenOf } from './processes.ts';

const stoppedMs = process.env['SEKISHO_QUICK'] === '1' ? 10_000 : 300_000;

async function stopAndGoOn(t: TestContext, processes: number): Promise<void> {
  const dovecot = whyNoDovecot() === undefined ? await startDovecot() : undefined;
  t.after(() => dovecot?.stop());
  const fleet = await openFleet({ processes, dovecot });
  t.after(() => fleet.remove());
  await fleet.start();
  const pid = fleet.server?.pid ?? 0;
  const stopClients = startClients(fleet, { pauseMs: 1_000 });
  await pause(4_000);
  const [victim = pid] = childrenOf(pid);
  process.kill(victim, 'SIGSTOP');
  const before = readLedger(fleet.ledgerPath).length;
  await pause(stoppedMs);
  const during = readLedger(fleet.ledgerPath).filter(({ code }) => code === '250').length - before;
  process.kill(victim, 'SIGCONT');
  await pause(4_000);
  await stopClients();
  assert.ok(await fleet.untilDrained(180_000), 'the queue does not drain');
  assert.equal(await fleet.stop(), 0);
  const { lost, doubled, unasked, accepted, unanswered, repeatedCopies } = await fleet.weigh();
  t.diagnostic(
    `${processes} processes, one stopped for ${stoppedMs / 1_000} s: ${accepted} accepted, ${during} of them meanwhile, ${unanswered} unanswered, ` +
      `${lost.length} lost, ${doubled.length} doubled, ${repeatedCopies} repeated over LMTP`,
  );
  assert.deepEqual(
    { lost, doubled, unasked, repeatedCopies },
    { lost: [], doubled: [], unasked: [], repeatedCopies: 0 },
  );
  assert.ok(accepted > 0);
  if (processes > 1) assert.ok(during > 0, 'the others did not serve');
}

for (const processes of [1, 4])
  it(`loses and doubles nothing when one of ${processes} is stopped and goes on`, { timeout: 600_000 }, t =>
    stopAndGoOn(t, processes),
  );
