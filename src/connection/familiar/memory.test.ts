// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { seededRandom } from '../../core/random.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { entryKey, formatEntry } from './entry.ts';
import { FamiliarMemory } from './memory.ts';

const day = 86_400_000;
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

function world() {
  const clock = new TestClock();
  const store = memoryStateStore();
  let isGone = false;
  const state = new Proxy(store, {
    get: (target, name: keyof StateStore) =>
      isGone && name !== 'close' ? () => Promise.reject(new Error('gone')) : target[name],
  });
  const open = (seed: number) => new FamiliarMemory({ state, clock, random: seededRandom(seed), log: silentLog });
  const writer = open(9);
  const put = async (identity: string, networks: readonly string[], keepMs = 36 * day): Promise<void> => {
    const now = clock.now();
    const entry = { isFamiliar: true, since: now, last: now, wanted: 2, unwanted: 0, networks, domains: [] };
    await state.set(entryKey(identity), formatEntry(entry), keepMs, now);
    await writer.changes.append(identity, now);
  };
  const remove = async (identity: string): Promise<void> => {
    await state.remove(entryKey(identity), clock.now());
    await writer.changes.append(identity, clock.now());
  };
  const lose = (yes: boolean): void => void (isGone = yes);
  const tick = async (ms = 1_000): Promise<void> => {
    clock.advance(ms);
    for (let i = 0; i < 20; i++) await settled();
  };
  return { clock, open, put, remove, lose, tick, state };
}

describe('what a process knows of who is familiar', () => {
  it('is all that the store has when it starts', async () => {
    const { open, put } = world();
    await put('domain:example.org', ['192.0.2.0/24', '2001:db8::/48']);
    const memory = open(1);
    await memory.start();
    assert.deepEqual(
      ['192.0.2.9', '2001:db8::1', '198.51.100.1', 'nonsense'].map(ip => memory.knows(ip)),
      [true, true, false, false],
    );
    assert.deepEqual(
      [memory.knowsIdentity('domain:example.org'), memory.knowsIdentity('domain:example.net')],
      [true, false],
    );
    await memory.close();
  });

  it('follows what other processes learn and forget within a second', async () => {
    const { open, put, remove, tick } = world();
    const memory = open(1);
    await memory.start();
    await put('domain:example.org', ['192.0.2.0/24']);
    await tick();
    assert.equal(memory.knows('192.0.2.9'), true);
    await put('domain:example.org', ['198.51.100.0/24']);
    await tick();
    assert.deepEqual([memory.knows('192.0.2.9'), memory.knows('198.51.100.9')], [false, true]);
    await remove('domain:example.org');
    await tick();
    assert.equal(memory.knows('198.51.100.9'), false);
    await memory.close();
  });

  it('stays while the store is gone, and catches up when it is back', async () => {
    const { open, put, lose, tick } = world();
    await put('domain:example.org', ['192.0.2.0/24']);
    const memory = open(1);
    await memory.start();
    await put('domain:example.net', ['198.51.100.0/24']);
    lose(true);
    await tick();
    assert.deepEqual([memory.knows('192.0.2.9'), memory.knows('198.51.100.9')], [true, false]);
    lose(false);
    await tick();
    assert.equal(memory.knows('198.51.100.9'), true);
    await memory.close();
  });

  it('forgets within an hour who has not been renewed', async () => {
    const { open, put, tick } = world();
    await put('domain:example.org', ['192.0.2.0/24'], 2 * day);
    const memory = open(1);
    await memory.start();
    await tick(2 * day);
    await tick(3_600_000);
    assert.equal(memory.knows('192.0.2.9'), false);
    await memory.close();
  });

  it('is not shaken by a clock that is set back an hour', async () => {
    const { clock, open, put, tick } = world();
    await put('domain:example.org', ['192.0.2.0/24']);
    const memory = open(1);
    await memory.start();
    clock.jump(-3_600_000);
    await put('domain:example.net', ['198.51.100.0/24']);
    await tick();
    assert.deepEqual([memory.knows('192.0.2.9'), memory.knows('198.51.100.9')], [true, true]);
    await memory.close();
  });

  it('misses no change of two who write at the same time', async () => {
    const { clock, open, state } = world();
    const [one, two, reader] = [open(1), open(2), open(3)];
    const names = Array.from({ length: 60 }, (_, i) => `domain:d${i}.example`);
    await Promise.all(names.map((name, i) => (i % 2 ? one : two).changes.append(name, clock.now())));
    assert.deepEqual([...(await reader.changes.read(clock.now()))].sort(), [...names].sort());
    assert.equal((await state.list('familiar-change/', '', 100, clock.now())).length, 60);
  });
});
