// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { assemble } from '../check/assembly.ts';
import type { AnyCheck } from '../check/check.ts';
import type { AnyFact } from '../check/fact.ts';
import { Measurements } from '../check/measurements.ts';
import { section, type CommonSettings } from '../check/section.ts';
import type { Services } from '../check/services.ts';
import { clientAt } from '../core/client.ts';
import { noSuspicion } from '../core/suspicion.ts';
import { plainConduct } from '../core/conduct.ts';
import { TestClock } from '../core/clock.ts';
import { messageOf } from '../core/message.ts';
import { judge } from './judge.ts';
import { policyOf, policySchema } from './policy.ts';

const summary = { en: 'Test.', ja: '試験。' };
const says = { en: 'Seen.', ja: '見た。' };
const resolved = (settings: unknown) => policyOf(policySchema.parse(settings));
const policy = resolved({ markAt: 5, quarantineAt: 12, rejectAt: 20 });

const check = (name: string, stage: AnyCheck['stage'], weight: number, needs: readonly string[] = []): AnyCheck => ({
  name,
  stage,
  summary,
  needs,
  config: z.strictObject({}),
  symbols: { [name.toUpperCase()]: { weight, says } },
  run: ({ found }) => [found[name.toUpperCase()]({})],
});

/** A message whose cheap checks come to `score`; how often the expensive fact was measured, and what it all came to. */
async function judged(score: number, isPostmaster = false) {
  const reads = { count: 0 };
  const dear: AnyFact = {
    name: 'dear',
    scope: 'message',
    summary,
    needs: [],
    deadlineMs: 1_000,
    when: 'undecided',
    read: () => ++reads.count,
  };
  const checks = [
    check('cheap', 'message', score),
    check('costly', 'message', 0.5, ['dear']),
    check('own', 'mailbox', 0.25),
  ];
  const settings = Object.fromEntries(
    checks.map(one => [one.name, section(one).parse({}) as unknown as CommonSettings]),
  );
  const assembly = assemble(checks, [dear], settings, { clock: new TestClock() } as unknown as Services);
  const sender = { address: null, body: '7BIT', isSmtpUtf8: false } as const;
  const recipient = { address: { local: 'bob', domain: 'example.jp' } };
  const transaction = Measurements.begin(assembly, {
    client: clientAt('192.0.2.1', 25),
    attemptId: 'a1',
    conduct: plainConduct,
  })
    .within('hello', { hello: { verb: 'EHLO', name: 'a.example' }, tls: undefined })
    .within('transaction', { hello: { verb: 'EHLO', name: 'a.example' }, tls: undefined, sender });
  const known = { hello: { verb: 'EHLO' as const, name: 'a.example' }, tls: undefined, sender };
  const message = transaction.within('message', {
    ...known,
    envelope: { sender, recipients: [recipient] },
    message: messageOf(Buffer.from('Subject: x\r\n\r\n')),
  });
  const measurements = transaction.within('recipient', { ...known, recipient, suspicion: noSuspicion });
  const recipients = [0, 1].map(() => ({ measurements, outcomes: [], isPostmaster }));
  const { verdicts } = await judge(message, recipients, policy);
  return { reads: reads.count, verdicts };
}

describe('judging a message', () => {
  it('measures what is expensive only while three points would still change what happens', async () => {
    const counts = [1.99, 2, 5, 7.99, 8, 9, 14.99, 15, 17, 20, 25].map(async score => (await judged(score)).reads);
    assert.deepEqual(await Promise.all(counts), [0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0]);
  });

  it('gives each recipient a verdict that holds the message and the mailbox', async () => {
    const { verdicts } = await judged(5);
    assert.deepEqual(
      verdicts.map(({ score, action, reasons }) => [score, action, reasons.map(({ symbol }) => symbol).join(' ')]),
      [0, 1].map(() => [5.75, 'mark', 'CHEAP COSTLY OWN']),
    );
  });

  it('never refuses postmaster for content, and never keeps its mail away', async () => {
    const actions = [25, 15, 5, 1].map(async score => (await judged(score, true)).verdicts[0]?.action);
    assert.deepEqual(await Promise.all(actions), ['mark', 'mark', 'mark', 'accept']);
  });
});
