// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../../core/clock.ts';
import { NameServer } from '../name-server.suite.ts';
import { anA, before, found, servfail, type Tell } from './before.suite.ts';
import { Resolver } from './resolver.ts';

describe('resolver', () => {
  it('gives what the name server answers', () =>
    before([anA], async ({ resolver }) => {
      assert.deepEqual(await resolver.ask('Mail.Example', 'A'), found);
    }));

  it('keeps apart: no such name, no such record, no answer worth believing', () =>
    before(
      [
        ({ question }) => ({
          responseCode: { 'gone.example': 3, 'ill.example': 2, 'no.example': 5 }[question.name] ?? 0,
        }),
      ],
      async ({ resolver }) => {
        const names = ['gone.example', 'bare.example', 'ill.example', 'no.example'];
        const answers = await Promise.all(names.map(name => resolver.ask(name, 'A')));
        assert.deepEqual(
          answers.map(one => one.kind),
          ['no-name', 'no-data', 'unavailable', 'unavailable'],
        );
        assert.match(JSON.stringify(answers[2]), /answered SERVFAIL/);
      },
    ));

  it('asks nobody about what cannot be a name', () =>
    before([anA], async ({ resolver, servers }) => {
      assert.equal((await resolver.ask('a..example', 'A')).kind, 'no-name');
      assert.equal(resolver.cached(`${'a'.repeat(64)}.example`, 'A')?.kind, 'no-name');
      assert.equal(servers[0]?.asked.length, 0);
    }));

  it('asks again when no answer comes, with another id from another port', async () => {
    const pass = { time: (): void => {} };
    const tell: Tell = (asked, count) => {
      if (count > 1) return anA(asked, count);
      setImmediate(() => pass.time());
      return 'silence';
    };
    await before([tell], async ({ resolver, servers, clock }) => {
      pass.time = () => clock.advance(2_000);
      assert.deepEqual(await resolver.ask('mail.example', 'A'), found);
      const [first, second] = servers[0]!.asked;
      assert.notEqual(first?.port, second?.port);
      assert.notEqual(first?.id, second?.id);
    });
  });

  it('waits two seconds for an answer, and gives up after two tries', async () => {
    const pass = { time: (): void => {} };
    const silent: Tell = () => {
      setImmediate(() => pass.time());
      return 'silence';
    };
    await before([silent], async ({ resolver, servers, clock }) => {
      pass.time = () => clock.advance(2_000);
      assert.deepEqual(await resolver.ask('mail.example', 'A'), {
        kind: 'unavailable',
        reason: `127.0.0.1:${servers[0]!.address.port}: no answer in time`,
      });
      assert.deepEqual([clock.monotonic(), servers[0]!.asked.length], [4_000, 2]);
    });
  });

  it('asks the second server when the first does not know, and the first only once', () =>
    before([() => servfail, anA], async ({ resolver, servers }) => {
      assert.deepEqual(await resolver.ask('mail.example', 'A'), found);
      assert.deepEqual(
        servers.map(one => one.asked.length),
        [1, 1],
      );
    }));

  it('asks at most two servers', () =>
    before([() => servfail, () => servfail, anA], async ({ resolver }) => {
      assert.equal((await resolver.ask('mail.example', 'A')).kind, 'unavailable');
    }));

  it('asks a server that stays silent after the other', async () => {
    const pass = { time: (): void => {} };
    const silent: Tell = () => {
      setImmediate(() => pass.time());
      return 'silence';
    };
    await before([silent, anA], async ({ resolver, servers, clock }) => {
      pass.time = () => clock.advance(2_000);
      for (const name of ['a.example', 'b.example', 'c.example', 'd.example']) await resolver.ask(name, 'A');
      assert.deepEqual(
        servers.map(one => one.asked.length),
        [3, 4],
      );
      clock.advance(30_000);
      await resolver.ask('e.example', 'A');
      assert.deepEqual(
        servers.map(one => one.asked.length),
        [4, 5],
      );
    });
  });

  it('tells at once when nobody listens', async () => {
    const gone = await NameServer.start(anA);
    await gone.close();
    const resolver = new Resolver({ servers: [gone.address], clock: new TestClock() });
    const answer = await resolver.ask('mail.example', 'A');
    assert.match(JSON.stringify(answer), /ECONNREFUSED/);
    await resolver.close();
  });

  it('tells at once when the server cannot be reached at all', async () => {
    // The kernel refuses the broadcast address before anything is sent.
    const resolver = new Resolver({ servers: [{ ip: '255.255.255.255', port: 53 }], clock: new TestClock() });
    assert.match(JSON.stringify(await resolver.ask('mail.example', 'A')), /EACCES/);
    await resolver.close();
  });

  it('is unavailable without any server', async () => {
    const resolver = new Resolver({ servers: [], clock: new TestClock() });
    assert.deepEqual(await resolver.ask('mail.example', 'A'), {
      kind: 'unavailable',
      reason: 'no name server is configured',
    });
  });

  it('asks by TCP for what does not fit', () => {
    const data = 'x'.repeat(60_000);
    const long: Tell = ({ by, question }) =>
      by === 'udp' ? { isTruncated: true } : { answers: [{ name: question.name, type: 'TXT', ttlSeconds: 1, data }] };
    return before([long], async ({ resolver }) => {
      assert.deepEqual(await resolver.ask('long.example', 'TXT'), {
        kind: 'found',
        records: [{ data, ttlSeconds: 1 }],
      });
    });
  });

  it('is unavailable when TCP brings nothing', () =>
    before([({ by }) => (by === 'udp' ? { isTruncated: true } : 'silence')], async ({ resolver }) => {
      assert.match(JSON.stringify(await resolver.ask('long.example', 'A')), /closed the connection/);
    }));

  it('asks without EDNS where EDNS is not understood', () =>
    before([asked => (asked.hasEdns ? { responseCode: 1 } : anA(asked, 1))], async ({ resolver, servers }) => {
      assert.deepEqual(await resolver.ask('old.example', 'A'), found);
      assert.deepEqual(
        servers[0]!.asked.map(one => one.hasEdns),
        [true, false],
      );
    }));
});

describe('resolver under load', () => {
  it('answers every question of a burst', () =>
    before([anA], async ({ resolver, servers }) => {
      const names = Array.from({ length: 1_000 }, (_, i) => `m${i}.example`);
      const answers = await Promise.all(names.map(name => resolver.ask(name, 'A')));
      assert.ok(answers.every(answer => answer.kind === 'found'));
      assert.equal(servers[0]!.asked.length, 1_000);
    }));

  it('takes no more questions than its limit, and goes on after', () =>
    before(
      [anA],
      async ({ resolver }) => {
        const ask = (count: number) =>
          Promise.all(Array.from({ length: count }, (_, i) => resolver.ask(`m${i}.example`, 'A')));
        const kinds = (await ask(4)).map(answer => answer.kind);
        assert.deepEqual(kinds, ['found', 'found', 'found', 'unavailable']);
        assert.equal((await resolver.ask('m3.example', 'A')).kind, 'found');
      },
      { underWayAtMost: 3, socketsAtMost: 2 },
    ));

  it('lets one who asks give up, and the others wait on', async () => {
    const asker = new AbortController();
    const tell: Tell = (asked, count) => {
      asker.abort();
      return anA(asked, count);
    };
    await before([tell], async ({ resolver }) => {
      const answers = await Promise.all([resolver.ask('m.example', 'A', asker.signal), resolver.ask('m.example', 'A')]);
      assert.deepEqual(answers, [{ kind: 'unavailable', reason: 'given up' }, found]);
      assert.equal((await resolver.ask('n.example', 'A', asker.signal)).kind, 'unavailable');
    });
  });

  it('answers all who wait when it is closed, and nobody after', () =>
    before(
      [() => 'silence'],
      async ({ resolver }) => {
        const asking = Promise.all([resolver.ask('m.example', 'A'), resolver.ask('n.example', 'A')]);
        await resolver.close();
        assert.deepEqual(
          (await asking).map(answer => answer.kind),
          ['unavailable', 'unavailable'],
        );
        assert.equal((await resolver.ask('o.example', 'A')).kind, 'unavailable');
      },
      { socketsAtMost: 1 },
    ));
});
