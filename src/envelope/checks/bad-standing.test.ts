// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { noSuspicion } from '../../core/suspicion.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import badStanding from './bad-standing.ts';

const hour = 3_600_000;
const domain = { name: 'example.jp', transport: { kind: 'maildir' }, verifiesAtNextHop: false } as const;

interface Come {
  readonly ip?: string;
  readonly recipient?: string;
  readonly sender?: string;
  readonly points?: number;
  readonly lastWrote?: string;
  readonly isSameAttempt?: boolean;
}

function world(marks: number, settings: Readonly<Record<string, unknown>> = {}) {
  const state = memoryStateStore();
  const { clock } = desk(badStanding, settings);
  let attempts = 0;
  const come = async (more: Come = {}): Promise<string> => {
    if (!more.isSameAttempt) attempts++;
    const one = desk(badStanding, settings, {
      facts: {
        familiar: { by: 'nobody', identity: 'domain:example.com' },
        destination: { kind: 'known', domain, targets: [] },
        correspondence: { lastWrote: more.lastWrote },
      },
      services: { clock, state, senderMarks: { marksOf: () => marks } },
    });
    const found = await one.ask({
      client: clientAt(more.ip ?? '192.0.2.1', 25),
      attemptId: `a${attempts}`,
      suspicion: { ...noSuspicion, points: more.points ?? 0 },
      hello: { verb: 'EHLO', name: 'mx.example.com' },
      tls: undefined,
      sender: { address: { local: more.sender ?? 'alice', domain: 'example.com' }, body: '7BIT', isSmtpUtf8: false },
      recipient: { address: { local: more.recipient ?? 'bob', domain: 'example.jp' } },
    });
    return found.map(text => text.replace(/:.*/, '')).join();
  };
  return { come, clock };
}

describe('a sender in bad standing', () => {
  it('is let through on trial once, with all recipients of that attempt, and put off then', async () => {
    const { come, clock } = world(4);
    assert.equal(await come(), 'BAD_STANDING_TRIAL');
    assert.equal(await come({ recipient: 'carol', isSameAttempt: true }), 'BAD_STANDING_TRIAL');
    assert.equal(await come({ ip: '198.51.100.7' }), 'BAD_STANDING_WAIT');
    clock.advance(hour);
    assert.equal(await come(), 'BAD_STANDING_TRIAL');
  });

  it('has its trials the more rarely the more was marked', async () => {
    const { come, clock } = world(7);
    assert.equal(await come(), 'BAD_STANDING_TRIAL');
    clock.advance(8 * hour - 1);
    assert.equal(await come(), 'BAD_STANDING_WAIT');
    clock.advance(1);
    assert.equal(await come(), 'BAD_STANDING_TRIAL');
  });

  it('is heard with a message that it has been trying for three days', async () => {
    const { come, clock } = world(40);
    await come({ sender: 'other' });
    for (let i = 0; i < 71; i++, clock.advance(hour))
      assert.notEqual(await come({ recipient: 'carol' }), 'BAD_STANDING_HEARD');
    clock.advance(hour);
    await come({ sender: 'other' });
    assert.equal(await come({ recipient: 'carol' }), 'BAD_STANDING_HEARD');
  });

  it('is not put off where the recipient wrote to it, a list vouches for it, or it writes to the postmaster', async () => {
    const { come } = world(9);
    await come();
    assert.deepEqual(
      [await come({ lastWrote: '2026-01-01' }), await come({ points: -2 }), await come({ recipient: 'Postmaster' })],
      ['', '', ''],
    );
  });

  it('is nobody who comes from inside', async () => {
    assert.equal(await world(9).come({ ip: '10.0.0.1' }), '');
  });

  it('cannot fill the store with ever new messages', async () => {
    const { come, clock } = world(40, { messagesAtMost: 1, trialMost: '30d', trialLeast: '30d', forget: '30d' });
    await come();
    await come({ sender: 'first' });
    await come({ sender: 'second' });
    clock.advance(72 * hour);
    assert.deepEqual(
      [await come({ sender: 'first' }), await come({ sender: 'second' })],
      ['BAD_STANDING_HEARD', 'BAD_STANDING_WAIT'],
    );
  });
});

it('a sender in good standing is not put off', async () => {
  assert.equal(await world(0).come(), '');
});
