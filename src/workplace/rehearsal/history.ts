// SPDX-License-Identifier: Apache-2.0
/**
 * History — the record of a data folder under another configuration. Checks that must be asked again are asked with what the record says and with
 * today's name service; what they remember begins empty and is forgotten. Nothing in the data folder changes.
 */
import { join } from 'node:path';
import { assembleFrom, openDns, openDryServices, openStores, type Stores } from '../../app.ts';
import { Measurements } from '../../check/measurements.ts';
import { runStage, type Outcome } from '../../check/run.ts';
import type { Config } from '../../config.ts';
import { noSuspicion, type Suspicion } from '../../core/suspicion.ts';
import { clientAt } from '../../core/client.ts';
import { systemClock, type Clock } from '../../core/clock.ts';
import type { Conduct, Oddity } from '../../core/conduct.ts';
import { silentLog } from '../../core/log.ts';
import { judgedLimitBytes, messageOf } from '../../core/message.ts';
import { asJudged } from '../../learning/as-judged.ts';
import { outcomesOf } from '../../operation/rehearsal/past.ts';
import {
  replay,
  type Asking,
  type Judging,
  type PastJudgement,
  type ReplayResult,
} from '../../operation/rehearsal/replay.ts';
import { suspicionBefore, suspicionOf } from '../../way.ts';
import { parseMailbox } from '../../wire/smtp/path.ts';
import { filedCopy, quarantinedCopy } from '../stored-copy.ts';
import { changedChecks, type Settings } from './changed.ts';

export interface HistoryParts {
  readonly before: Settings;
  readonly after: Settings;
  readonly dataPath: string;
  readonly since: number;
  readonly until: number;
  readonly onProgress: (at: number) => void;
}

export async function replayHistory({ before, after, dataPath, ...span }: HistoryParts): Promise<ReplayResult> {
  const stores = await openStores(dataPath, systemClock, silentLog, before.config.learning.rate);
  const clock = new PastClock();
  const dns = await openDns(after.config, systemClock, silentLog);
  try {
    const changed = changedChecks(before, after);
    const judging = async (config: Config) => {
      const { directory, sent } = stores;
      const services = { ...(await openDryServices(config, stores.filter, dns, clock)), directory, sent };
      return assembleFrom(config, services);
    };
    const [then, now] = [await judging(before.config), await judging(after.config)];
    // Only what has changed is asked, and what hangs on it; all else is silent.
    const hanging = new Set(
      [...now.assembly.byName.values()].flatMap(one => (one.check.weighsSuspicion === true ? [one.name] : [])),
    );
    const asked = await judging(withOnly(after.config, new Set([...changed, ...hanging])));
    const asking: Asking = {
      before: then,
      after: now,
      changed,
      async envelope(past) {
        clock.at = past.at;
        const { connection, greeted, transaction } = measurementsOf(past, asked.assembly);
        const early: Outcome[] = [];
        if (changed.size > 0 && !/^postmaster@/i.test(past.recipient))
          early.push(
            ...(await runStage('connect', connection)),
            ...(await runStage('greet', connection)),
            ...(await runStage('hello', greeted)),
            ...(await runStage('sender', transaction)),
          );
        const before = suspicionIn(outcomesOf(past.verdict, { before: then, after: then, changed: new Set() }), then);
        const suspicion = suspicionIn([...outcomesOf(past.verdict, asking), ...early], now);
        const stale = isSame(before, suspicion) ? new Set<string>() : hanging;
        if (changed.size === 0 && stale.size === 0) return { outcomes: [], stale };
        const late = await runStage('recipient', measurementsOf(past, asked.assembly, { suspicion }).recipient);
        const counts = ({ check: { name } }: Outcome): boolean => changed.has(name) || stale.has(name);
        return { outcomes: [...early, ...late].filter(counts), stale };
      },
      async text(past) {
        const stored = await storedText(past, stores, join(dataPath, 'mail'));
        if (!stored) return undefined;
        const { message, recipient } = measurementsOf(past, asked.assembly, {
          text: asJudged(stored.subarray(0, judgedLimitBytes)),
        });
        return [...(await runStage('message', message)), ...(await runStage('mailbox', message.for(recipient)))];
      },
    };
    return await replay(stores.records, asking, span);
  } finally {
    await dns.close?.();
    await stores.close();
  }
}

/** The wall time is that of the record; waits are real. */
class PastClock implements Clock {
  at = 0;

  now(): number {
    return this.at;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(waitMs: number, work: () => void) {
    return systemClock.after(waitMs, work);
  }
}

/** What spoke against the client before it named a recipient. */
function suspicionIn(outcomes: readonly Outcome[], { policy }: Judging): Suspicion {
  const of = (...stages: readonly string[]) => outcomes.filter(({ check }) => stages.includes(check.check.stage));
  const atConnect = of('connect', 'greet');
  return suspicionBefore(suspicionOf(atConnect, policy), atConnect, of('hello'), policy);
}

/** For what is decided by it; which symbol speaks most against it is told only. */
function isSame(one: Suspicion, other: Suspicion): boolean {
  return (['points', 'isDelayed', 'isAllowed', 'isAnswerable'] as const).every(key => one[key] === other[key]);
}

function withOnly(config: Config, names: ReadonlySet<string>): Config {
  const checks = Object.entries(config.checks).map(([name, one]) => [
    name,
    names.has(name) ? one : { ...one, mode: 'off' as const },
  ]);
  return { ...config, checks: Object.fromEntries(checks) };
}

function measurementsOf(
  past: PastJudgement,
  assembly: Measurements['assembly'],
  { text = Buffer.alloc(0), suspicion = noSuspicion }: { readonly text?: Buffer; readonly suspicion?: Suspicion } = {},
) {
  const hello = { verb: 'EHLO' as const, name: past.hello };
  const sender = { address: parseMailbox(past.sender) ?? null, body: '8BITMIME' as const, isSmtpUtf8: false };
  const to = { address: parseMailbox(past.recipient) ?? { local: '', domain: '' } };
  const known = { hello, tls: undefined, sender };
  const connection = Measurements.begin(assembly, {
    client: clientAt(past.client, 0),
    attemptId: past.record.id,
    conduct: conductOf(past),
  });
  const greeted = connection.within('hello', { hello, tls: undefined });
  const transaction = greeted.within('transaction', known);
  const recipient = transaction.within('recipient', { ...known, recipient: to, suspicion });
  const envelope = { sender, recipients: [to] };
  const message = transaction.within('message', { ...known, envelope, message: messageOf(text) });
  return { connection, greeted, transaction, recipient, message };
}

/** How it behaved, as it was noticed then. */
function conductOf({ record: { events } }: PastJudgement): Conduct {
  const all: readonly Oddity[] = ['early-talk', 'unauthorised-pipelining'];
  const pause = events.find(({ kind, where }) => kind === 'pause' && where === 'greeting')?.['ms'];
  return {
    oddities: new Set(all.filter(one => events.some(({ kind, oddity }) => kind === 'noticed' && oddity === one))),
    greetMs: typeof pause === 'number' ? pause : 0,
    hasWaited: events.some(({ kind, where }) => kind === 'pause' && where !== 'greeting'),
  };
}

/** In quarantine, or in the mailbox of the recipient; undefined where it is gone or was sent on. */
async function storedText(
  { queueId, record, transaction, recipient }: PastJudgement,
  stores: Stores,
  mailFolder: string,
): Promise<Buffer | undefined> {
  if (queueId === undefined) return undefined;
  const accepted = record.events.find(one => one.kind === 'accepted' && one.transaction === transaction)?.[
    'recipients'
  ];
  const count = Array.isArray(accepted) ? Math.min(accepted.length, 1_000) : 0;
  for (let i = 0; i < count; i++) {
    const copy = await quarantinedCopy(stores.quarantine, `${queueId}-${i}`);
    if (copy) return copy;
  }
  const mailbox = parseMailbox(recipient);
  return mailbox && filedCopy(mailFolder, mailbox, queueId);
}
