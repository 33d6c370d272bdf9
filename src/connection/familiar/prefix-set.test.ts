// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { networkHas, parseIp, parseNetwork, type Network } from '../../core/ip.ts';
import { PrefixSet } from './prefix-set.ts';

const networks = (...texts: readonly string[]): readonly Network[] => texts.flatMap(text => parseNetwork(text) ?? []);
const has = (set: PrefixSet, ip: string): boolean => set.has(parseIp(ip) ?? new Uint8Array(4));

describe('a prefix set', () => {
  it('has the addresses of its networks, and none beside them', () => {
    const set = new PrefixSet();
    set.add(1, networks('192.0.2.0/25', '198.51.100.7', '2001:db8:1::/48'));
    assert.deepEqual(
      ['192.0.2.0', '192.0.2.127', '192.0.2.128', '192.0.1.255', '198.51.100.7', '198.51.100.8'].map(ip =>
        has(set, ip),
      ),
      [true, true, false, false, true, false],
    );
    assert.deepEqual(
      ['2001:db8:1::1', '2001:db8:1:ffff::1', '2001:db8:2::', '2001:db8::1'].map(ip => has(set, ip)),
      [true, true, false, false],
    );
  });

  it('has nothing when it is empty', () => {
    assert.equal(has(new PrefixSet(), '192.0.2.1'), false);
    assert.equal(has(new PrefixSet(), '::1'), false);
  });

  it('takes an IPv6 host for its /64', () => {
    const set = new PrefixSet();
    set.add(1, networks('2001:db8::1'));
    assert.deepEqual([has(set, '2001:db8::2'), has(set, '2001:db8:0:1::1')], [true, false]);
  });

  it('knows the ends of the space', () => {
    const set = new PrefixSet();
    set.add(1, networks('255.255.255.0/24', 'ffff:ffff:ffff:ffff::/64', '0.0.0.0'));
    assert.deepEqual(
      ['255.255.255.255', 'ffff:ffff:ffff:ffff::9', '0.0.0.0', '0.0.0.1'].map(ip => has(set, ip)),
      [true, true, true, false],
    );
  });

  it('keeps a network that another owner has too', () => {
    const set = new PrefixSet();
    set.add(1, networks('192.0.2.0/24', '203.0.113.0/24'));
    set.add(2, networks('192.0.2.0/24'));
    set.remove(1);
    assert.deepEqual([has(set, '192.0.2.1'), has(set, '203.0.113.1'), set.size], [true, false, 1]);
  });

  it('answers as its networks one by one would', () => {
    const network = fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 8, max: 32 }),
    );
    const row = fc.tuple(fc.integer({ min: 1, max: 3 }), network);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 0, max: 4 }), (rows, removed) => {
        const set = new PrefixSet();
        const read = rows.map(([owner, [a, b, prefix]]) => ({ owner, of: networks(`203.0.${a}.${b}/${prefix}`) }));
        for (const { owner, of } of read) set.add(owner, of);
        set.remove(removed);
        const left = read.filter(({ owner }) => owner !== removed).flatMap(({ of }) => of);
        for (let i = 0; i < 1_024; i += 3) {
          const ip = parseIp(`203.0.${i >> 8}.${i & 255}`) ?? new Uint8Array(4);
          if (set.has(ip) !== left.some(one => networkHas(one, ip))) return false;
        }
        return true;
      }),
    );
  });

  it('holds 100,000 networks in less than 3 MB', () => {
    const set = new PrefixSet();
    for (let i = 0; i < 100_000; i++) {
      const bytes = Uint8Array.of(11 + (i >> 16), (i >> 8) & 255, i & 255, 0);
      set.add(i, [{ bytes, prefix: 25 }]);
    }
    assert.ok(set.sizeBytes < 3_000_000, `${set.sizeBytes}`);
    assert.deepEqual([has(set, '11.0.9.127'), has(set, '11.0.9.128')], [true, false]);
  });
});
