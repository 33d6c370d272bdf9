// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { PlainBounces, Reversed } from '../../core/reversed.ts';
import type { ReturnedMessage } from '../facts/returned-message.ts';
import backscatter from './backscatter.ts';

interface Given {
  readonly returned?: ReturnedMessage;
  readonly hasSent?: boolean;
  readonly plainBounces?: PlainBounces;
  readonly of?: Reversed;
  readonly bounces?: number;
  readonly isOurs?: boolean;
  readonly isNull?: boolean;
}

const unknown: ReturnedMessage = { kind: 'notice', original: 'unknown' };

async function outcome(given: Given, settings: object = {}) {
  const { returned = unknown, hasSent = true, plainBounces = 'doubtful', of = { kind: 'none' }, bounces } = given;
  const attack = bounces === undefined ? undefined : { since: 0, bounces };
  const facts = { returnedMessage: returned, ownSending: { hasSent, attack }, reversal: { of, plainBounces } };
  const result = await desk(backscatter, { ...settings }, { facts }).outcome({
    client: clientAt('192.0.2.7', 4711, given.isOurs),
    sender: {
      address: given.isNull === false ? { local: 'a', domain: 'example.net' } : null,
      body: '7BIT',
      isSmtpUtf8: false,
    },
  });
  ok(result?.status === 'done');
  return result.findings.map(({ symbol, action, share }) =>
    [symbol, ...(action ? [action] : []), ...(share < 1 ? [share] : [])].join(' '),
  );
}

describe('backscatter', () => {
  it('weighs a bounce of what was not sent from here', async () => {
    deepEqual(await outcome({}), ['BOUNCE_UNKNOWN_MESSAGE']);
    deepEqual(await outcome({ hasSent: false }), ['BOUNCE_SENT_NOTHING']);
    deepEqual(await outcome({ returned: { kind: 'notice', original: 'unnamed' }, hasSent: false }), [
      'BOUNCE_SENT_NOTHING',
    ]);
  });

  it('says nothing of what is explained: by the log, by the tag, or because nothing can be known', async () => {
    deepEqual(await outcome({ returned: { kind: 'notice', original: 'unnamed' }, bounces: 50 }), []);
    deepEqual(await outcome({ returned: { kind: 'none', original: 'unnamed' }, hasSent: false, bounces: 50 }), []);
    const plain = { local: 'bob', domain: 'example.jp' };
    const like = { kind: 'like', original: 'ours' } as const;
    deepEqual(await outcome({ of: { kind: 'tagged', plain }, returned: like, plainBounces: 'never', bounces: 50 }), []);
    deepEqual(await outcome({ isOurs: true, plainBounces: 'never' }), []);
  });

  it('knows a bounce of what was sent from here for no spam, most surely by the tag that only this server can write', async () => {
    const tagged = { kind: 'tagged', plain: { local: 'bob', domain: 'example.jp' } } as const;
    const ours: ReturnedMessage = { kind: 'notice', original: 'ours' };
    deepEqual(await outcome({ of: tagged, plainBounces: 'never', bounces: 50 }), ['BOUNCE_OF_OURS']);
    deepEqual(await outcome({ returned: ours, plainBounces: 'never', bounces: 50 }), ['BOUNCE_OF_OURS 0.4']);
    deepEqual(await outcome({ of: tagged, returned: ours, isNull: false }), []);
    deepEqual(await outcome({ of: tagged, isOurs: true }), []);
  });

  it('refuses where all mail leaves here, and only what has the form of a notice', async () => {
    deepEqual(await outcome({ plainBounces: 'never' }), ['BOUNCE_NEVER_SENT']);
    deepEqual(await outcome({ plainBounces: 'never', returned: { kind: 'like', original: 'unknown' } }), [
      'BOUNCE_UNKNOWN_MESSAGE',
    ]);
    deepEqual(await outcome({ plainBounces: 'never', isNull: false }), ['BOUNCE_UNKNOWN_MESSAGE']);
    equal(backscatter.symbols.BOUNCE_NEVER_SENT.advice, 'reject');
  });

  it('does during an attack what the operator chose', async () => {
    deepEqual(await outcome({ bounces: 20 }), ['BOUNCE_UNKNOWN_MESSAGE', 'BOUNCE_ATTACK quarantine']);
    for (const attack of ['defer', 'reject'])
      deepEqual(await outcome({ bounces: 20 }, { attack }), ['BOUNCE_UNKNOWN_MESSAGE', `BOUNCE_ATTACK ${attack}`]);
    deepEqual(await outcome({ bounces: 20 }, { attack: 'none' }), ['BOUNCE_UNKNOWN_MESSAGE']);
  });
});
