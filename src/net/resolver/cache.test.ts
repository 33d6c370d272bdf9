// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import type { DnsAnswer } from '../../core/dns.ts';
import { Cache } from './cache.ts';

const answer: DnsAnswer = { kind: 'no-name' };
const text = (length: number): DnsAnswer => ({ kind: 'found', records: [{ data: 'x'.repeat(length), ttlSeconds: 1 }] });

describe('DNS cache', () => {
  it('never holds more than it may, however many names are asked', () => {
    const cache = new Cache(new TestClock(), 10_000);
    for (let i = 0; i < 1_000; i++) {
      cache.keep(`A ${i}`, text(i % 200), 1_000);
      assert.ok(cache.sizeBytes <= 10_000);
    }
    assert.ok(cache.sizeBytes > 4_000);
  });

  it('keeps what is in use and lets go of what is not', () => {
    const cache = new Cache(new TestClock(), 10_000);
    cache.keep('used', answer, 1_000);
    cache.keep('unused', answer, 1_000);
    for (let i = 0; i < 200; i++) {
      cache.keep(`A ${i}`, answer, 1_000);
      assert.ok(cache.find('used'), String(i));
    }
    assert.equal(cache.find('unused'), undefined);
  });

  it('keeps no answer that is a sixteenth of everything or more', () => {
    const cache = new Cache(new TestClock(), 16_000);
    const own = 230 + 64 + 1;
    cache.keep('a', text(1_000 - own), 1_000);
    cache.keep('b', text(1_001 - own), 1_000);
    assert.deepEqual([cache.find('a') !== undefined, cache.find('b')], [true, undefined]);
  });

  it('takes a newer answer for an older one, and counts it once', () => {
    const cache = new Cache(new TestClock(), 100_000);
    for (let i = 0; i < 10; i++) cache.keep('a', text(100 + i), 1_000);
    assert.equal(cache.sizeBytes, 230 + 1 + 64 + 109);
    assert.deepEqual(cache.find('a'), text(109));
  });
});
