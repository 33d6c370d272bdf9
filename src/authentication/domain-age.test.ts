// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { memoryStateStore } from '../store/state/memory.ts';
import { domainAgeSchema } from './domain-age-options.ts';
import { ageOf, firstDaysMs, knowsAges, type AgeServices } from './domain-age.ts';

const day = 86_400_000;
const published: Zone = { 'example.org': { TXT: 'v=spf1 mx -all', NS: ['ns1.example.net', 'ns2.example.net'] } };
const changed: Zone = { 'example.org': { TXT: 'v=spf1 a -all', NS: ['ns2.example.net', 'ns1.example.net'] } };

function server(more: Record<string, unknown> = {}) {
  let registered: number | undefined;
  const clock = new TestClock();
  const state = memoryStateStore();
  const services = (zone: Zone | Dns = published): AgeServices => ({
    state,
    clock,
    dns: 'ask' in zone ? (zone as Dns) : zoneDns(zone as Zone),
    options: domainAgeSchema.parse(more),
    registrations: { of: async () => registered },
  });
  const see = async (zone?: Zone | Dns) => {
    const { ageMs, youngest, isNew } = await ageOf('example.org', services(zone));
    return [ageMs / day, youngest, isNew];
  };
  const register = (at: number): void => void (registered = at);
  return { clock, services, see, register };
}

it('counts from the day a domain was first seen, and new ends when the time is over', async () => {
  const { clock, see } = server({ newFor: '10d' });
  assert.deepEqual(await see(), [0, 'domain', true]);
  clock.advance(10 * day - 1);
  assert.equal((await see())[2], true);
  clock.advance(1);
  assert.deepEqual(await see(), [10, 'domain', false]);
});

it('counts anew with another SPF record or other name servers, in whatever order they are told', async () => {
  const { clock, see } = server();
  await see();
  clock.advance(100 * day);
  assert.deepEqual(await see(), [100, 'domain', false]);
  assert.deepEqual(await see(changed), [0, 'spf', true]);
  clock.advance(30 * day);
  assert.deepEqual(await see(changed), [30, 'spf', false]);
  assert.deepEqual(await see(published), [130, 'domain', false]);
  const moved = { 'example.org': { TXT: 'v=spf1 mx -all', NS: 'ns.example.com' } };
  assert.deepEqual(await see(moved), [0, 'name-servers', true]);
});

it('takes no silence of the name service for a change', async () => {
  const { clock, see } = server();
  await see();
  clock.advance(20 * day);
  assert.deepEqual(await see({ 'example.org': { fails: 'SERVFAIL' } }), [20, 'domain', false]);
  assert.deepEqual(await see(), [20, 'domain', false]);
});

it('waits four seconds for slow name servers, and no longer', async () => {
  const { clock, see } = server();
  const never: Dns = { ask: () => new Promise(() => {}), cached: () => undefined };
  const seeing = see(never);
  clock.advance(4_000);
  assert.deepEqual(await seeing, [0, 'domain', true]);
});

it('believes a list of new registrations that the operator named, unless it says that it does not answer us', async () => {
  const { clock, see } = server({ lists: ['fresh.example'] });
  await see();
  clock.advance(50 * day);
  const listed = (A: string): Zone => ({ ...published, 'example.org.fresh.example': { A } });
  assert.deepEqual(await see(listed('127.0.0.2')), [0, 'list', true]);
  assert.deepEqual(await see(listed('127.255.255.254')), [50, 'domain', false]);
  assert.deepEqual(await see(listed('192.0.2.1')), [50, 'domain', false]);
});

it('knows no ages in its first 14 days', async () => {
  const { clock, services } = server();
  assert.equal(await knowsAges(services()), false);
  clock.advance(firstDaysMs - 1);
  assert.equal(await knowsAges(services()), false);
  clock.advance(1);
  assert.equal(await knowsAges(services()), true);
});

it('notes a domain once, however many messages of it come at the same time', async () => {
  const { clock, services, see } = server();
  await Promise.all(Array.from({ length: 20 }, () => ageOf('example.org', services())));
  clock.advance(15 * day);
  assert.deepEqual(await see(), [15, 'domain', false]);
});

it('believes the registry that a domain seen for the first time is old, and not that a change is', async () => {
  const { clock, see, register } = server();
  register(clock.now() - 3_000 * day);
  assert.deepEqual(await see(), [3_000, 'domain', false]);
  clock.advance(day);
  assert.deepEqual(await see(changed), [0, 'spf', true]);
  assert.deepEqual((await see(published)).slice(1), ['domain', false]);
});

it('takes a domain that was registered anew for new', async () => {
  const { clock, see, register } = server();
  await see();
  clock.advance(300 * day);
  register(clock.now() - 2 * day);
  assert.deepEqual(await see(), [2, 'registration', true]);
});
