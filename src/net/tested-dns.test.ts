// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { testedDns } from './tested-dns.ts';
import { zoneDns } from './zone-dns.ts';

const nothing: Dns = { ask: async () => ({ kind: 'no-name' }), cached: () => ({ kind: 'no-name' }) };

it('does not believe a server that denies what must exist', async () => {
  const beliefs: boolean[] = [];
  const dns = testedDns({ dns: nothing, clock: new TestClock(), onBelief: is => beliefs.push(is) });
  assert.equal((await dns.ask('example.com', 'MX')).kind, 'unavailable');
  assert.equal(dns.cached('example.com', 'MX')?.kind, 'unavailable');
  assert.deepEqual(beliefs, [false]);
});

it('believes a server that knows what exists', async () => {
  const dns = testedDns({ dns: zoneDns({ com: { NS: 'a.servers.example' } }), clock: new TestClock() });
  assert.equal((await dns.ask('nowhere.example', 'MX')).kind, 'no-name');
});

it('tests again after five minutes, and believes a server that has recovered', async () => {
  const clock = new TestClock();
  let inner: Dns = nothing;
  const dns = testedDns({
    dns: { ask: (...asked) => inner.ask(...asked), cached: (...asked) => inner.cached(...asked) },
    clock,
  });
  assert.equal((await dns.ask('nowhere.example', 'A')).kind, 'unavailable');
  inner = zoneDns({ com: { NS: 'a.servers.example' } });
  clock.advance(299_999);
  assert.equal((await dns.ask('nowhere.example', 'A')).kind, 'unavailable');
  clock.advance(1);
  assert.equal((await dns.ask('nowhere.example', 'A')).kind, 'no-name');
});
