// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk, type DeskOptions } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { plainConduct } from '../../core/conduct.ts';
import { networkIdentity } from '../../core/familiar.ts';
import { noSuspicion, type Suspicion } from '../../core/suspicion.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { addExempt } from '../greylist/exempt-list.ts';
import { readEntry } from '../greylist/exempt.ts';
import greylist from './greylist.ts';

const hour = 3_600_000;
const domain = { name: 'example.jp', transport: { kind: 'maildir' }, verifiesAtNextHop: false } as const;
const suspect: Suspicion = { ...noSuspicion, points: 3, because: 'LISTED' };

interface Come {
  readonly ip?: string;
  readonly hello?: string;
  readonly sender?: string;
  readonly recipient?: string;
  readonly suspicion?: Suspicion;
  readonly hasWaited?: boolean;
  readonly facts?: DeskOptions['facts'];
  /** The same connection goes on. */
  readonly isSameAttempt?: boolean;
}

function world(
  settings: Readonly<Record<string, unknown>> = {},
  state: StateStore = memoryStateStore(),
  process = 'a',
) {
  let attempts = 0;
  const facts = (more: Come): DeskOptions['facts'] => ({
    familiar: {
      by: 'nobody',
      identity: networkIdentity(clientAt(more.ip ?? '192.0.2.1', 0).network, more.hello ?? 'mx.example.org'),
    },
    destination: { kind: 'known', domain, targets: [] },
    correspondence: { lastWrote: undefined },
    strangerName: { kind: 'confirmed', name: 'mx.example.org', names: ['mx.example.org'] },
    personProof: { isAsked: false, person: undefined, client: undefined },
    ...more.facts,
  });
  const set = { from: 1, ...settings };
  const shared = desk(greylist, set);
  const { clock } = shared;
  const come = async (more: Come = {}): Promise<string> => {
    const one = desk(greylist, set, { facts: facts(more) ?? {}, services: { clock, state } });
    const address = (text: string) => ({ local: text.split('@')[0] ?? '', domain: text.split('@')[1] ?? '' });
    if (!more.isSameAttempt) attempts++;
    const found = await one.ask({
      client: clientAt(more.ip ?? '192.0.2.1', 25),
      attemptId: `${process}${attempts}`,
      conduct: { ...plainConduct, hasWaited: more.hasWaited ?? false },
      hello: { verb: 'EHLO', name: more.hello ?? 'mx.example.org' },
      tls: undefined,
      sender: {
        address: more.sender === '' ? null : address(more.sender ?? 'alice@example.org'),
        body: '7BIT',
        isSmtpUtf8: false,
      },
      recipient: { address: address(more.recipient ?? 'bob@example.jp') },
      suspicion: more.suspicion ?? suspect,
    });
    return found.map(text => text.replace(/:.*?(\d+) seconds.*/, ' $1').replace(/:.*/, '')).join();
  };
  return { come, clock, state };
}

describe('a suspect that nobody knows', () => {
  it('is asked to come back, and let in when it does', async () => {
    const { come, clock } = world();
    assert.equal(await come(), 'GREYLIST_WAIT 112');
    clock.advance(112_000);
    assert.match(await come(), /^GREYLIST_PASSED/);
    assert.equal(await come(), '');
  });

  it('waits from 60 to 240 seconds by what speaks against it', async () => {
    const { come } = world();
    const of = (points: number, ip: string) => come({ ip, suspicion: { ...suspect, points } });
    assert.deepEqual(
      [await of(1, '192.0.2.1'), await of(8, '198.51.100.1'), await of(80, '203.0.113.1')],
      ['GREYLIST_WAIT 60', 'GREYLIST_WAIT 240', 'GREYLIST_WAIT 240'],
    );
  });

  it('that comes too soon is told how long is left, and is let in at the same time as before', async () => {
    const { come, clock } = world();
    await come();
    clock.advance(30_000);
    assert.equal(await come(), 'GREYLIST_EARLY 82');
    clock.advance(81_000);
    assert.equal(await come(), 'GREYLIST_EARLY 1');
    clock.advance(1_000);
    assert.match(await come(), /^GREYLIST_PASSED/);
  });

  it('waits longer if more speaks against it when it comes back', async () => {
    const { come, clock } = world();
    await come({ suspicion: { ...suspect, points: 1 } });
    clock.advance(60_000);
    assert.equal(await come({ suspicion: { ...suspect, points: 8 } }), 'GREYLIST_EARLY 180');
    clock.advance(180_000);
    assert.match(await come({ suspicion: { ...suspect, points: 8 } }), /^GREYLIST_PASSED/);
  });

  it('names several recipients without being taken for impatient', async () => {
    const { come } = world();
    await come();
    assert.equal(await come({ isSameAttempt: true, recipient: 'carol@example.jp' }), 'GREYLIST_WAIT 112');
  });

  it('is known by its organisation whatever address of the pool, and whatever sender, comes back', async () => {
    const { come, clock } = world();
    const facts = { familiar: { by: 'nobody', identity: 'domain:example.org' } } as const;
    await come({ facts, sender: 'bounce-17@example.org' });
    clock.advance(112_000);
    assert.match(
      await come({ facts, ip: '203.0.113.9', hello: 'other.example.org', sender: 'bounce-18@example.org' }),
      /^GREYLIST_PASSED/,
    );
  });

  it('begins anew after two days, and is remembered for 36 when it came back', async () => {
    const { come, clock } = world();
    await come();
    clock.advance(48 * hour);
    assert.equal(await come(), 'GREYLIST_WAIT 112');
    clock.advance(48 * hour - 1);
    assert.match(await come(), /^GREYLIST_PASSED/);
    clock.advance(36 * 24 * hour - 1);
    assert.equal(await come(), '');
    clock.advance(1);
    assert.equal(await come(), 'GREYLIST_WAIT 112');
  });

  it('loses nothing by a clock that is set back an hour', async () => {
    const { come, clock } = world();
    await come();
    clock.jump(-hour);
    clock.advance(112_000);
    assert.match(await come(), /^GREYLIST_PASSED/);
  });

  it('keeps its place whichever process answers it', async () => {
    const { state, clock, come } = world();
    await come();
    clock.advance(112_000);
    const other = world({}, state, 'b');
    other.clock.advance(112_000);
    assert.match(await other.come(), /^GREYLIST_PASSED/);
  });
});

describe('nobody is asked to come back', () => {
  const cases: Readonly<Record<string, Come>> = {
    'whom nothing speaks against': { suspicion: noSuspicion },
    'whom a list of good senders has': { suspicion: { ...suspect, points: -1, isDelayed: true } },
    'whom the operator lets in': { suspicion: { ...suspect, isAllowed: true } },
    'who is suspected for its name alone': { suspicion: { ...suspect, isAnswerable: true } },
    'who has waited for its name already': { hasWaited: true },
    'who is familiar': { facts: { familiar: { by: 'domain', identity: 'domain:example.org' } } },
    'whose network is familiar': { facts: { familiar: { by: 'address', identity: 'domain:example.org' } } },
    'who comes from inside': { ip: '10.1.2.3' },
    'who writes to postmaster': { recipient: 'Postmaster@example.jp' },
    'for a recipient that is not here': { facts: { destination: { kind: 'unknown', domain } } },
  };
  for (const [who, how] of Object.entries(cases))
    it(who, async () => {
      const { come, state, clock } = world();
      assert.equal(await come(how), '');
      assert.equal((await state.list('greylist', '', 10, clock.now())).length, 0);
    });

  it('to whom the recipient has written', async () => {
    assert.equal(
      await world().come({ facts: { correspondence: { lastWrote: '2026-01-01' } } }),
      'GREYLIST_CORRESPONDENT',
    );
  });

  it('for which somebody has proven to be a person', async () => {
    const personProof = { isAsked: true, person: undefined, client: 1_000 };
    assert.equal(await world().come({ facts: { personProof } }), 'GREYLIST_PROVEN');
  });

  it('who is on the exempt list, as client or as recipient', async () => {
    const { come, state, clock } = world();
    for (const [kind, text] of [
      ['client', 'example.org'],
      ['client', '198.51.100'],
      ['recipient', 'carol@'],
    ] as const) {
      const entry = readEntry(kind, text);
      if (!('problem' in entry)) await addExempt(state, entry, clock.now());
    }
    const unnamed = { facts: { strangerName: { kind: 'none' } } } as const;
    assert.deepEqual(
      [
        await come(),
        await come({ ip: '198.51.100.9', ...unnamed }),
        await come({ ip: '203.0.113.1', ...unnamed, recipient: 'carol+x@example.jp' }),
      ],
      ['GREYLIST_EXEMPT', 'GREYLIST_EXEMPT', 'GREYLIST_EXEMPT'],
    );
    assert.equal(await come({ ip: '203.0.113.1', ...unnamed }), 'GREYLIST_WAIT 112');
  });
});

describe('the greylist', () => {
  it('asks everybody where the operator wants that, by triplet as other programs do', async () => {
    const { come, clock } = world({ everybody: true, key: 'triplet' });
    assert.equal(await come({ suspicion: noSuspicion }), 'GREYLIST_WAIT 60');
    clock.advance(60_000);
    assert.equal(await come({ suspicion: noSuspicion, sender: 'carol@example.org' }), 'GREYLIST_WAIT 60');
    assert.match(await come({ suspicion: noSuspicion, ip: '192.0.2.99' }), /^GREYLIST_PASSED/);
  });

  it('asks those who are suspected for their name alone where the operator wants that, if they have not waited', async () => {
    const suspicion = { ...suspect, isAnswerable: true };
    const { come } = world({ nameAlone: true });
    assert.equal(await come({ suspicion, hasWaited: true }), '');
    assert.equal(await come({ suspicion }), 'GREYLIST_WAIT 112');
  });

  it('is not filled by one network, and still lets in who comes back from it', async () => {
    const { come, state, clock } = world({ perNetwork: 20 });
    for (let i = 0; i < 2_000; i++) await come({ ip: `192.0.2.${i % 256}`, hello: `bot${i}.b${i}.example` });
    assert.ok((await state.list('greylist/', '', 500, clock.now())).length <= 20 + 256);
    clock.advance(112_000);
    assert.match(await come({ ip: '192.0.2.150', hello: 'bot150.b150.example' }), /^GREYLIST_PASSED/);
    assert.match(await come({ ip: '192.0.2.7', hello: 'bot7.b7.example' }), /^GREYLIST_PASSED/);
  });

  it('lets nobody of a crowded network in because another address of it came back', async () => {
    const { come, clock } = world({ perNetwork: 20 });
    for (let i = 0; i < 40; i++) await come({ ip: `192.0.2.${i}`, hello: `bot${i}.b${i}.example` });
    clock.advance(112_000);
    assert.match(await come({ ip: '192.0.2.35', hello: 'bot35.b35.example' }), /^GREYLIST_PASSED/);
    assert.equal(await come({ ip: '192.0.2.35', hello: 'other.b36.example' }), '');
    assert.equal(await come({ ip: '192.0.2.99', hello: 'bot99.b99.example' }), 'GREYLIST_WAIT 112');
  });

  it('is not filled by the addresses of an IPv6 network either', async () => {
    const { come, state, clock } = world({ perNetwork: 20 });
    for (let i = 0; i < 2_000; i++)
      await come({ ip: `2001:db8:0:${i.toString(16)}::1`, hello: `bot${i}.b${i}.example` });
    assert.ok((await state.list('greylist/', '', 500, clock.now())).length <= 20 + 256);
  });

  it('lets mail pass where the state store is gone', async () => {
    const gone = new Proxy(memoryStateStore(), { get: () => () => Promise.reject(new Error('gone')) });
    assert.match(await world({}, gone).come(), /^unavailable/);
  });
});
