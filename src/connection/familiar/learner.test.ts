// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { networkIdentity, sightingOfDomain, sightingOfNetwork } from '../../core/familiar.ts';
import { parseNetwork } from '../../core/ip.ts';
import { silentLog } from '../../core/log.ts';
import { seededRandom } from '../../core/random.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import type { NetworksOfDomain } from '../ports.ts';
import { entryKey, parseEntry } from './entry.ts';
import { Expander } from './expander.ts';
import { FamiliarLearner } from './learner.ts';
import { FamiliarMemory } from './memory.ts';
import { familiarSchema } from './options.ts';

const hour = 3_600_000;
const day = 24 * hour;
const mail = sightingOfDomain('mail.example.org');

async function world(more: Readonly<Record<string, unknown>> = {}) {
  const clock = new TestClock();
  const state = memoryStateStore();
  const records = new Map<string, readonly string[]>([['mail.example.org', ['192.0.2.0/24', '2001:db8::/48']]]);
  let isSilent = false;
  const networksOf: NetworksOfDomain = async domain => {
    const listed = records.get(domain);
    if (isSilent) return { kind: 'unavailable', reason: 'silence' };
    if (!listed) return { kind: 'none' };
    return { kind: 'found', networks: listed.flatMap(text => parseNetwork(text) ?? []), ttlSeconds: 300 };
  };
  const memory = new FamiliarMemory({ state, clock, random: seededRandom(1), log: silentLog });
  await memory.load();
  const options = () => familiarSchema.parse(more);
  const expander = new Expander({ state, clock, changes: memory.changes, networksOf, options });
  const learner = new FamiliarLearner({
    state,
    clock,
    log: silentLog,
    changes: memory.changes,
    expander,
    holder: '0',
    options,
  });
  const settle = async (): Promise<void> => {
    await learner.flush();
    await expander.settle();
    await memory.follow();
  };
  const see = async (
    ...[seen, what = 'wanted', times = 1]: readonly [
      Parameters<typeof learner.see>[0][number],
      Parameters<typeof learner.see>[1]?,
      number?,
    ]
  ) => {
    for (let i = 0; i < times; i++) learner.see([seen], what);
    await settle();
  };
  const entry = async (identity: string) => parseEntry(await state.get(entryKey(identity), clock.now()));
  return {
    clock,
    state,
    memory,
    records,
    expander,
    learner,
    see,
    settle,
    entry,
    silence: (yes: boolean): void => void (isSilent = yes),
    /** What makes it familiar with the usual options. */
    makeFamiliar: async (seen = mail): Promise<void> => {
      await see(seen);
      clock.advance(hour);
      await see(seen);
    },
  };
}

describe('a sender', () => {
  it('is familiar after two wanted messages an hour apart, by all addresses that its domain lists', async () => {
    const { see, memory, clock } = await world();
    await see(mail);
    clock.advance(hour - 1);
    await see(mail);
    assert.equal(memory.knowsIdentity('domain:example.org'), false);
    clock.advance(1);
    await see(mail);
    assert.deepEqual(
      [
        memory.knowsIdentity('domain:example.org'),
        ...['192.0.2.77', '2001:db8::5', '198.51.100.1'].map(ip => memory.knows(ip)),
      ],
      [true, true, true, false],
    );
  });

  it('is not familiar after a wave of messages within an hour', async () => {
    const { see, memory } = await world();
    await see(mail, 'wanted', 500);
    assert.equal(memory.knowsIdentity('domain:example.org'), false);
  });

  it('is familiar at once when a person says that its mail is wanted', async () => {
    const { see, memory } = await world();
    await see(mail, 'sure');
    assert.equal(memory.knows('192.0.2.77'), true);
  });

  it('is one with all of its organisation, whatever subdomain it sends from', async () => {
    const { see, memory, clock, entry } = await world();
    await see(sightingOfDomain('a.example.org'));
    clock.advance(hour);
    await see(sightingOfDomain('b.example.org'));
    assert.equal(memory.knowsIdentity('domain:example.org'), true);
    assert.deepEqual((await entry('domain:example.org'))?.domains, ['a.example.org', 'b.example.org']);
  });

  it('that has proven nothing is familiar by the addresses it was seen at, and by its neighbourhood with its greeting', async () => {
    const { makeFamiliar, memory } = await world();
    await makeFamiliar(sightingOfNetwork('192.0.2.0/24', 'mx1.example.net', '192.0.2.5'));
    assert.deepEqual(
      [
        memory.knows('192.0.2.5'),
        memory.knows('192.0.2.6'),
        memory.knowsIdentity(networkIdentity('192.0.2.0/24', 'mx2.example.net')),
      ],
      [true, false, true],
    );
    assert.equal(memory.knowsIdentity(networkIdentity('192.0.2.0/24', 'mx.example.com')), false);
  });

  it('is a stranger again 36 days after its last wanted message, and not before', async () => {
    const { makeFamiliar, memory, clock, see } = await world();
    await makeFamiliar();
    clock.advance(35 * day);
    await see(mail);
    clock.advance(36 * day - 1);
    await memory.load();
    assert.equal(memory.knows('192.0.2.1'), true);
    clock.advance(1);
    await memory.load();
    assert.equal(memory.knows('192.0.2.1'), false);
  });

  it('is a stranger again when people call its mail unwanted', async () => {
    const { makeFamiliar, memory, see } = await world();
    await makeFamiliar();
    await see(mail, 'unwanted');
    assert.deepEqual([memory.knowsIdentity('domain:example.org'), memory.knows('192.0.2.1')], [false, false]);
    await see(mail, 'wanted', 8);
    assert.equal(memory.knowsIdentity('domain:example.org'), false);
    await see(mail, 'wanted', 3);
    assert.equal(memory.knowsIdentity('domain:example.org'), true);
  });

  it('of very much wanted mail survives a few complaints', async () => {
    const { makeFamiliar, memory, see } = await world();
    await makeFamiliar();
    await see(mail, 'wanted', 200);
    await see(mail, 'unwanted', 5);
    assert.equal(memory.knowsIdentity('domain:example.org'), true);
    await see(mail, 'unwanted', 20);
    assert.equal(memory.knowsIdentity('domain:example.org'), false);
  });

  it('weighs by what was lately: counts are halved', async () => {
    const { makeFamiliar, entry, see } = await world();
    await makeFamiliar();
    await see(mail, 'wanted', 999);
    assert.equal((await entry('domain:example.org'))?.wanted, 501);
  });
});

describe('the networks of a familiar domain', () => {
  it('follow its record', async () => {
    const { makeFamiliar, memory, records, clock, expander } = await world();
    await makeFamiliar();
    records.set('mail.example.org', ['198.51.100.0/24']);
    await expander.refresh();
    assert.equal((await memory.follow(), memory.knows('198.51.100.1')), false);
    clock.advance(hour);
    await expander.refresh();
    await memory.follow();
    assert.deepEqual([memory.knows('198.51.100.1'), memory.knows('192.0.2.1')], [true, false]);
  });

  it('stay while the name service is silent, and are found when it speaks again', async () => {
    const { makeFamiliar, memory, silence, clock, expander, settle } = await world();
    silence(true);
    await makeFamiliar();
    assert.deepEqual([memory.knowsIdentity('domain:example.org'), memory.knows('192.0.2.1')], [true, false]);
    silence(false);
    clock.advance(hour);
    await expander.refresh();
    await settle();
    assert.equal(memory.knows('192.0.2.1'), true);
    silence(true);
    clock.advance(hour);
    await expander.refresh();
    await settle();
    assert.equal(memory.knows('192.0.2.1'), true);
  });

  it('are only as many as its wanted mail has earned', async () => {
    const { makeFamiliar, memory, records, see, clock, expander, settle } = await world();
    records.set('mail.example.org', ['198.51.100.0/24', '20.0.0.0/12']);
    await makeFamiliar();
    assert.deepEqual([memory.knows('198.51.100.1'), memory.knows('20.0.0.1')], [true, false]);
    await see(mail, 'wanted', 20);
    clock.advance(hour);
    await expander.refresh();
    await settle();
    assert.equal(memory.knows('20.0.0.1'), true);
  });

  it('are forgotten with the record', async () => {
    const { makeFamiliar, memory, records, clock, expander, settle } = await world();
    await makeFamiliar();
    records.clear();
    clock.advance(hour);
    await expander.refresh();
    await settle();
    assert.deepEqual([memory.knows('192.0.2.1'), memory.knowsIdentity('domain:example.org')], [false, true]);
  });
});

describe('a clock that is set back an hour', () => {
  it('makes no stranger of who is familiar', async () => {
    const { makeFamiliar, memory, see, clock } = await world();
    await makeFamiliar();
    clock.jump(-hour);
    await see(mail);
    assert.equal(memory.knowsIdentity('domain:example.org'), true);
  });

  it('lets nobody ripen longer than an hour from then', async () => {
    const { memory, see, clock } = await world();
    await see(mail);
    clock.jump(-hour);
    await see(mail);
    clock.advance(hour);
    await see(mail);
    assert.equal(memory.knowsIdentity('domain:example.org'), true);
  });
});

describe('what is learned', () => {
  it('is written a second after it was seen, without anybody waiting', async () => {
    const { learner, clock, state } = await world();
    learner.see([mail], 'wanted');
    assert.equal((await state.list('familiar', '', 10, clock.now())).length, 0);
    clock.advance(1_000);
    await learner.flush();
    assert.equal((await state.list('familiar', '', 10, clock.now())).length, 1);
  });

  it('is counted whole where two processes write of one sender', async () => {
    const { learner, expander, state, clock, memory, entry } = await world();
    const other = new FamiliarLearner({
      state,
      clock,
      log: silentLog,
      changes: memory.changes,
      expander,
      holder: '1',
      options: () => familiarSchema.parse({ ripens: '0s' }),
    });
    for (let i = 0; i < 10; i++) {
      learner.see([mail], 'sure');
      other.see([mail], 'wanted');
      await Promise.all([learner.flush(), other.flush()]);
    }
    assert.equal((await entry('domain:example.org'))?.wanted, 30);
  });

  it('is no trouble of the mail where the store is gone', async () => {
    const { clock, memory, expander } = await world();
    const gone = async (): Promise<never> => {
      throw new Error('gone');
    };
    const state = { ...memoryStateStore(), get: gone, swap: gone };
    const learner = new FamiliarLearner({
      state,
      clock,
      log: silentLog,
      changes: memory.changes,
      expander,
      holder: '0',
      options: () => familiarSchema.parse({}),
    });
    learner.see([mail], 'wanted');
    await learner.flush();
    await learner.close();
  });
});
