// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WireRecord } from '../../wire/dns/types.ts';
import { a, anA, before, found, servfail } from './before.suite.ts';

const alias = (name: string, data: string, ttlSeconds = 60): WireRecord => ({ name, type: 'CNAME', ttlSeconds, data });
const soa = (ttlSeconds: number, minimum: number): WireRecord => ({
  name: 'example',
  type: 'SOA',
  ttlSeconds,
  data: `ns.example admin.example 1 2 3 4 ${minimum}`,
});
describe('resolver cache', () => {
  it('keeps an answer for its TTL and no longer', () =>
    before([anA], async ({ resolver, servers, clock }) => {
      await resolver.ask('mail.example', 'A');
      clock.advance(59_999);
      assert.deepEqual(resolver.cached('MAIL.example.', 'A'), found);
      clock.advance(1);
      assert.equal(resolver.cached('mail.example', 'A'), undefined);
      await resolver.ask('mail.example', 'A');
      assert.equal(servers[0]!.asked.length, 2);
    }));

  it('asks anew when told to, and keeps the newer answer', () => {
    const gone = { responseCode: 3, authority: [soa(300, 300)] };
    return before(
      [({ question }, count) => (count === 1 ? { answers: [a(question.name, 60)] } : gone)],
      async ({ resolver }) => {
        await resolver.ask('mail.example', 'A');
        assert.equal((await resolver.fresh('mail.example', 'A')).kind, 'no-name');
        assert.equal(resolver.cached('mail.example', 'A')?.kind, 'no-name');
      },
    );
  });

  it('asks anew also a server that has just failed at the question', () =>
    before([(_, count) => (count === 1 ? servfail : { answers: [a('mail.example', 60)] })], async ({ resolver }) => {
      assert.equal((await resolver.ask('mail.example', 'A')).kind, 'unavailable');
      assert.equal((await resolver.ask('mail.example', 'A')).kind, 'unavailable');
      assert.equal((await resolver.fresh('mail.example', 'A')).kind, 'found');
    }));

  it('keeps no answer whose TTL is zero', () =>
    before([({ question }) => ({ answers: [a(question.name, 0)] })], async ({ resolver }) => {
      await resolver.ask('mail.example', 'A');
      assert.equal(resolver.cached('mail.example', 'A'), undefined);
    }));

  it('keeps what is not there for the lesser of the two times its zone gives', async () => {
    for (const [ttl, minimum] of [
      [300, 20],
      [20, 300],
    ] as const)
      await before([() => ({ responseCode: 3, authority: [soa(ttl, minimum)] })], async ({ resolver, clock }) => {
        await resolver.ask('gone.example', 'A');
        clock.advance(19_999);
        assert.equal(resolver.cached('gone.example', 'A')?.kind, 'no-name');
        clock.advance(1);
        assert.equal(resolver.cached('gone.example', 'A'), undefined);
      });
  });

  it('follows aliases inside the reply and keeps the answer for the least of their TTLs', () =>
    before(
      [
        () => ({
          answers: [alias('w.example', 'x.example', 50), alias('x.example', 'y.example', 10), a('y.example', 60)],
        }),
      ],
      async ({ resolver, clock }) => {
        assert.deepEqual(await resolver.ask('w.example', 'A'), found);
        clock.advance(10_000);
        assert.equal(resolver.cached('w.example', 'A'), undefined);
      },
    ));

  it('does not follow aliases round and round', () =>
    before(
      [() => ({ answers: [alias('x.example', 'y.example'), alias('y.example', 'x.example')] })],
      async ({ resolver }) => {
        assert.equal((await resolver.ask('x.example', 'A')).kind, 'unavailable');
      },
    ));

  it('takes no record of another name for an answer', () =>
    before([() => ({ answers: [a('other.example')] })], async ({ resolver }) => {
      assert.equal((await resolver.ask('mail.example', 'A')).kind, 'no-data');
    }));

  it('asks equal questions once', () =>
    before([anA], async ({ resolver, servers }) => {
      const answers = await Promise.all(['m.example', 'M.EXAMPLE', 'm.example.'].map(name => resolver.ask(name, 'A')));
      assert.deepEqual(answers, [found, found, found]);
      assert.equal(servers[0]!.asked.length, 1);
    }));

  it('does not ask again what failed: for 5 s, then 10 s, at most 5 minutes', () =>
    before([() => servfail], async ({ resolver, servers, clock }) => {
      for (const waitMs of [5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]) {
        await resolver.ask('ill.example', 'A');
        clock.advance(waitMs - 1);
        assert.equal(resolver.cached('ill.example', 'A')?.kind, 'unavailable');
        clock.advance(1);
        assert.equal(resolver.cached('ill.example', 'A'), undefined);
      }
      assert.equal(servers[0]!.asked.length, 8);
      assert.equal(resolver.cached('well.example', 'A'), undefined);
    }));

  it('forgets failures once an answer came', async () => {
    let isIll = true;
    await before(
      [asked => (isIll ? servfail : { answers: [a(asked.question.name, 1)] })],
      async ({ resolver, clock }) => {
        await resolver.ask('ill.example', 'A');
        clock.advance(5_000);
        isIll = false;
        await resolver.ask('ill.example', 'A');
        clock.advance(1_000);
        isIll = true;
        await resolver.ask('ill.example', 'A');
        clock.advance(5_000);
        assert.equal(resolver.cached('ill.example', 'A'), undefined);
      },
    );
  });
});
