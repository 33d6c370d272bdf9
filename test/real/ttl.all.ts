// SPDX-License-Identifier: Apache-2.0
// Records changed in a running name server (Knot): what was there is believed to the end of its time, and not a millisecond longer.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ed25519Keys, signatureOf } from '../../src/authentication/signed.suite.ts';
import { TestClock } from '../../src/core/clock.ts';
import { Resolver } from '../../src/net/resolver/resolver.ts';
import { openPost, type Letter } from '../whole/hostile-dns.ts';
import { startKnot, whyNoKnot } from './knot.ts';

const ttlSeconds = 40;
const keys = ed25519Keys();
const mail =
  'From: Alice <alice@example.org>\r\nTo: bob@example.jp\r\nSubject: dinner\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nIs dinner ready?\r\n';
const zone = (spf: string, key: string, policy: string) => [
  `@ ${ttlSeconds} TXT "${spf}"`,
  `s1._domainkey ${ttlSeconds} TXT "${key}"`,
  `_dmarc ${ttlSeconds} TXT "v=DMARC1; p=${policy}"`,
];

it(
  'a record changed in a running name server counts when its time is over, and not before',
  { skip: whyNoKnot() ?? false },
  async test => {
    const good = zone('v=spf1 ip4:203.0.113.9 -all', keys.record, 'none');
    const knot = await startKnot('example.org', good);
    test.after(() => knot.stop());
    const clock = new TestClock();
    const resolver = new Resolver({ servers: [{ ip: '127.0.0.1', port: knot.port }], clock });
    test.after(() => resolver.close());
    const post = await openPost(resolver);
    const letter = async (at: number): Promise<Letter> => ({
      bytes: Buffer.from(
        (await signatureOf({ keys, text: mail.replace('<1@', `<${at}@`) })) + mail.replace('<1@', `<${at}@`),
      ),
      client: '203.0.113.9',
      hello: 'mx.example.org',
      sender: 'alice@example.org',
    });
    const comesTo = async (): Promise<string> => {
      const { results } = await post.judge(await letter(clock.monotonic()));
      return ['spf mailfrom example.org 1', 'dkim 1', 'dmarc 1'].map(name => results.get(name)).join(' ');
    };
    assert.equal(await comesTo(), 'pass pass pass');
    await knot.change(zone('v=spf1 -all', 'v=DKIM1; k=ed25519; p=', 'reject'));
    assert.equal(await comesTo(), 'pass pass pass');
    clock.advance(ttlSeconds * 1_000 - 1);
    assert.equal(await comesTo(), 'pass pass pass');
    clock.advance(1);
    assert.equal(await comesTo(), 'fail permerror fail');
    await knot.change(good);
    clock.advance(ttlSeconds * 1_000 - 1);
    assert.equal(await comesTo(), 'fail permerror fail');
    clock.advance(1);
    assert.equal(await comesTo(), 'pass pass pass');
  },
);

it('what was not there is looked for again when the zone says so', { skip: whyNoKnot() ?? false }, async test => {
  const knot = await startKnot('example.org', []);
  test.after(() => knot.stop());
  const clock = new TestClock();
  const resolver = new Resolver({ servers: [{ ip: '127.0.0.1', port: knot.port }], clock });
  test.after(() => resolver.close());
  const kindOf = async (): Promise<string> => (await resolver.ask('_dmarc.example.org', 'TXT')).kind;
  assert.equal(await kindOf(), 'no-name');
  await knot.change(zone('v=spf1 -all', keys.record, 'reject'));
  // The least of the SOA's own time and its last number, which is 60.
  clock.advance(59_999);
  assert.equal(await kindOf(), 'no-name');
  clock.advance(1);
  assert.equal(await kindOf(), 'found');
});
