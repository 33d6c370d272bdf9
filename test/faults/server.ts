// SPDX-License-Identifier: Apache-2.0
/**
 * The whole server, its system calls made to fail from outside: it stays up, or ends and can be started again; whatever it answered 250 is in the
 * mailbox afterwards, once, and what it refused is not. And before each 250 after DATA the file that holds the message was synced.
 * SEKISHO_QUICK=1 takes a few instants of each call instead of fifty.
 */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openFleet, type Fleet } from '../kill/fleet.ts';
import { messageOf, Talk } from '../kill/talk.ts';
import { attach } from './attached.ts';
import { acceptedByReply, judgeTrace, readTrace } from './trace.ts';
import { diskCalls, hasStrace, runTraced, type Injection, type TracedEnd } from './traced.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';
/** Only where there are no hard links is a message renamed into its Maildir. */
const noLinks: readonly Injection[] = [{ call: 'link', error: 'EPERM', when: '1+' }];
const atWork = isQuick ? [1, 4] : Array.from({ length: 50 }, (_, i) => i + 1);
const atStart = isQuick ? [3] : [1, 3, 8, 21, 50];
const messages = 24;

interface Run {
  readonly end: TracedEnd;
  readonly codes: readonly string[];
  readonly isReady: boolean;
}

async function withFleet<T>(work: (fleet: Fleet) => Promise<T>): Promise<T> {
  const fleet = await openFleet({ processes: 1, folder: mkdtempSync(join(tmpdir(), 'sekisho-faults-')) });
  try {
    return await work(fleet);
  } finally {
    fleet.remove();
  }
}

/** Strikes a server that runs already: the calls of its work, not those of its start. */
async function serveAttached(fleet: Fleet, inject: Injection): Promise<Run> {
  await fleet.start();
  const { server } = fleet;
  if (!server) throw new Error('no server');
  const attached = await attach(
    server.pid,
    inject,
    join(fleet.folder, 'trace'),
    inject.call === 'rename' ? noLinks : [],
  );
  const codes = await sendAll(fleet);
  await pause(500);
  const code = await fleet.stop();
  const struck = await attached.ended;
  return { codes, isReady: true, end: { code, signal: server.signalCode, errors: fleet.log, trace: '', struck } };
}

/** Starts the server under strace, sends it mail over several connections, and tells it to stop. */
async function serveTraced(fleet: Fleet, how: { inject?: Injection; calls?: readonly string[] }): Promise<Run> {
  const [command = '', ...args] = fleet.command('serve');
  let isReady = false;
  let codes: readonly string[] = [];
  const end = await runTraced({
    command,
    args,
    traceFile: join(fleet.folder, 'trace'),
    limitMs: 90_000,
    ...how,
    onLine(line, child) {
      if (isReady || !line.includes('"text":"ready"')) return;
      isReady = true;
      void sendAll(fleet).then(async seen => {
        codes = seen;
        // Deliveries are struck too.
        await pause(500);
        child.kill('SIGTERM');
      });
    },
  });
  return { end, codes, isReady };
}

/** One message a connection, so that a reply's id names one message. */
async function sendAll(fleet: Fleet): Promise<readonly string[]> {
  const codes: string[] = [];
  const line = Array.from({ length: messages }, (_, i) => i);
  const client = async (): Promise<void> => {
    for (let i = line.shift(); i !== undefined; i = line.shift()) codes.push(await sendOne(fleet, i));
  };
  await Promise.all([client(), client(), client(), client()]);
  return codes;
}

async function sendOne(fleet: Fleet, i: number): Promise<string> {
  const recipients = fleet.mailboxes.slice(0, 1 + (i % 3));
  const talk = new Talk(fleet.port, 20_000);
  try {
    await talk.hello();
    await talk.begin(recipients);
    const code = await talk.finish(messageOf(`t${i}-x`, i === 7 ? 1_300_000 : 800));
    appendFileSync(fleet.ledgerPath, `${code} t${i}-x ${recipients.join(' ')}\n`);
    return code;
  } catch {
    return 'none';
  } finally {
    talk.close();
  }
}

async function runWith(inject: Injection, from: 'start' | 'work'): Promise<Run> {
  return withFleet(async fleet => {
    const run = await (from === 'start' ? serveTraced(fleet, { inject }) : serveAttached(fleet, inject));
    const { end } = run;
    const told = `${JSON.stringify(inject)} from ${from}, ready ${run.isReady}, ended ${end.code ?? end.signal}: ${end.errors.slice(-2_000)}`;
    assert.notEqual(end.signal, 'SIGKILL', `it hung: ${told}`);
    // Who could not start, or had to give up, says why; a strike at the runtime itself may look like a kill.
    if (!run.isReady && inject.call !== 'write') assert.match(end.errors, /sekisho: \S+/, told);
    if (inject.call !== 'write') assert.doesNotMatch(end.errors, /^ +at .*\(node:|a bug ends/m, told);
    await fleet.start();
    assert.ok(await fleet.untilDrained(30_000), `not drained: ${told}`);
    assert.equal(await sendOne(fleet, messages), '250', `does not work again: ${told}`);
    assert.ok(await fleet.untilDrained(30_000), told);
    assert.equal(await fleet.stop(), 0, told);
    const { lost, doubled, unasked } = await fleet.weigh();
    assert.deepEqual({ lost, doubled, unasked }, { lost: [], doubled: [], unasked: [] }, told);
    return run;
  });
}

const why = { skip: hasStrace() ? false : 'strace is not here' };

/** Fifty runs and more a call: a file of tests takes a few of them. */
export function strike(calls: readonly string[]): void {
  for (const call of calls) {
    it(`accepts nothing that it does not deliver: ${call}`, { ...why, timeout: 1_200_000 }, async t => {
      const waiting = [
        ...atWork.map(n => ({ from: 'work', n }) as const),
        // Nothing is filed while it starts.
        ...(/link|rename/.test(call) ? [] : atStart).map(n => ({ from: 'start', n }) as const),
      ];
      const sums = { runs: 0, struck: 0, started: 0, endedWell: 0 };
      const seen: Record<string, number> = {};
      const work = async (): Promise<void> => {
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const inject = { call, error: next.n % 2 === 0 ? 'EIO' : 'ENOSPC', when: `${next.n}` };
          const { end, codes, isReady } = await runWith(inject, next.from);
          sums.runs++;
          sums.struck += end.struck;
          if (isReady) sums.started++;
          if (end.code === 0) sums.endedWell++;
          for (const code of codes) seen[code] = (seen[code] ?? 0) + 1;
        }
      };
      await Promise.all([work(), work()]);
      t.diagnostic(`${call}: ${JSON.stringify(sums)}, answers to messages ${JSON.stringify(seen)}`);
      assert.ok(sums.struck > 0, 'no call was struck');
    });
  }
}

export function holdAgainstTrace(): void {
  it('has synced file and folder before each 250', why, () =>
    withFleet(async fleet => {
      const { end, codes } = await serveTraced(fleet, { calls: diskCalls });
      assert.deepEqual(
        codes,
        Array.from({ length: messages }, () => '250'),
      );
      const verdict = judgeTrace(readTrace(end.trace), {
        folder: join(fleet.dataPath, 'queue'),
        promised: acceptedByReply,
        key: 'attemptId',
      });
      assert.deepEqual(verdict, { promises: messages, early: [] });
    }),
  );
}
