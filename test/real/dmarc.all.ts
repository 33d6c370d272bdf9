// SPDX-License-Identifier: Apache-2.0
// DMARC before a real name server (Knot): what policies come to, who stands for whom, how far the tree is walked.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { evaluateDmarc } from '../../src/authentication/dmarc.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Dns } from '../../src/core/dns.ts';
import { Resolver } from '../../src/net/resolver/resolver.ts';
import { openPost } from '../whole/hostile-dns.ts';
import { startKnot, whyNoKnot } from './knot.ts';

const honest = '203.0.113.9';
const deep = 'a.b.c.d.e.f.g.h.i.j.deep.test';
const zone = [
  ...['none', 'quarantine', 'reject'].flatMap(policy => [
    `${policy} TXT "v=spf1 ip4:${honest} -all"`,
    `${policy} MX 10 mx.${policy}`,
    `mx.${policy} A ${honest}`,
    `_dmarc.${policy} TXT "v=DMARC1; p=${policy}"`,
  ]),
  '_dmarc.below TXT "v=DMARC1; p=none; sp=quarantine; np=reject"',
  'there.below A 192.0.2.1',
  'empty.above.below A 192.0.2.1',
  '_dmarc.milder TXT "v=DMARC1; p=reject; t=y"',
  '_dmarc.mild TXT "v=DMARC1; p=quarantine; t=y"',
  '_dmarc.old TXT "v=DMARC1; p=reject; pct=0"',
  '_dmarc.percent TXT "v=DMARC1; p=reject; pct=20"',
  '_dmarc.several TXT "v=DMARC1; p=reject"',
  '_dmarc.several TXT "v=DMARC1; p=none"',
  '_dmarc.untold TXT "v=DMARC1; rua=mailto:r@untold.test"',
  '_dmarc.void TXT "v=DMARC1; sp=reject"',
  // A suffix: names directly below it belong to different hands.
  '_dmarc.suffix TXT "v=DMARC1; p=none; np=reject; psd=y"',
  'shop.suffix A 192.0.2.1',
  '_dmarc.shop.suffix TXT "v=DMARC1; p=quarantine"',
  'other.suffix A 192.0.2.1',
  '_dmarc.other.suffix TXT "v=DMARC1; p=quarantine"',
  '_dmarc.own TXT "v=DMARC1; p=none"',
  '_dmarc.apart.own TXT "v=DMARC1; p=reject; psd=n"',
  `_dmarc.deep TXT "v=DMARC1; p=reject"`,
  'strict TXT "v=spf1 -all"',
  '_dmarc.strict TXT "v=DMARC1; p=reject; aspf=s; adkim=s"',
];

describe('DMARC before a real name server', { skip: whyNoKnot() ?? false }, async () => {
  if (whyNoKnot()) return;
  const knot = await startKnot('test', zone);
  const resolver = new Resolver({ servers: [{ ip: '127.0.0.1', port: knot.port }], clock: systemClock });
  after(async () => {
    await resolver.close();
    await knot.stop();
  });
  const asked: string[] = [];
  const dns: Dns = {
    cached: (name, type) => resolver.cached(name, type),
    ask(name, type, signal) {
      asked.push(`${type} ${name}`);
      return resolver.ask(name, type, signal);
    },
  };
  const evaluate = (domain: string, spf: readonly string[] = []) => evaluateDmarc({ domain, spf, dkim: [], dns });
  const comesTo = async (domain: string, spf: readonly string[] = []) => {
    const { result, policy } = await evaluate(domain, spf);
    return `${result} ${policy?.asks ?? '-'}`;
  };

  it('a forged message meets what its domain asks for, an honest one passes', async () => {
    const post = await openPost(dns);
    const letter = (policy: string, client: string) =>
      post.judge({
        bytes: Buffer.from(
          `From: Alice <alice@${policy}.test>\r\nTo: bob@example.jp\r\nSubject: dinner\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@${policy}.test>\r\n\r\nIs dinner ready?\r\n`,
        ),
        client,
        hello: `mx.${policy}.test`,
        sender: `alice@${policy}.test`,
      });
    const outcomes: string[] = [];
    for (const policy of ['none', 'quarantine', 'reject']) {
      const own = await letter(policy, honest);
      assert.deepEqual([own.results.get('dmarc 1'), own.outcome], ['pass', 'deliver'], policy);
      const forged = await letter(policy, '198.51.100.7');
      assert.equal(forged.results.get('dmarc 1'), 'fail');
      outcomes.push(forged.outcome);
    }
    assert.equal(outcomes[2], 'reject');
    assert.notEqual(outcomes[0], 'reject');
    assert.notEqual(outcomes[1], 'deliver');
  });

  it('sub-domains have sp, those that do not exist np', async () => {
    assert.equal(await comesTo('below.test'), 'fail none');
    assert.equal(await comesTo('there.below.test'), 'fail quarantine');
    // A name that stands above others exists (RFC 8020).
    assert.equal(await comesTo('above.below.test'), 'fail quarantine');
    assert.equal(await comesTo('nothing.below.test'), 'fail reject');
    assert.equal(await comesTo('deeper.nothing.below.test'), 'fail reject');
  });

  it('a test asks for one step less, as pct=0 did; other percentages are passed over', async () => {
    assert.equal(await comesTo('milder.test'), 'fail quarantine');
    assert.equal(await comesTo('mild.test'), 'fail none');
    assert.equal(await comesTo('old.test'), 'fail quarantine');
    assert.equal(await comesTo('percent.test'), 'fail reject');
    assert.deepEqual((await evaluate('percent.test')).policy?.ignored, ['pct=20']);
  });

  it('several records are none, and one without a policy asks for nothing', async () => {
    assert.equal(await comesTo('several.test'), 'none -');
    assert.equal(await comesTo('untold.test'), 'fail none');
    assert.equal(await comesTo('void.test'), 'none -');
    assert.equal(await comesTo('nobody.test'), 'none -');
  });

  it('below a suffix each name is an organization of its own', async () => {
    assert.equal(await comesTo('shop.suffix.test', ['other.suffix.test']), 'fail quarantine');
    assert.equal(await comesTo('shop.suffix.test', ['mail.shop.suffix.test']), 'pass quarantine');
    assert.equal(await comesTo('gone.suffix.test'), 'fail reject');
    // psd=n cuts one's own tree in two.
    assert.equal(await comesTo('x.apart.own.test', ['own.test']), 'fail reject');
    assert.equal(await comesTo('x.own.test', ['own.test']), 'pass none');
    assert.equal(await comesTo('strict.test', ['mail.strict.test']), 'fail reject');
    assert.equal(await comesTo('strict.test', ['strict.test']), 'pass reject');
  });

  it('of a long name at most eight are asked, its own and then the last seven labels upward', async () => {
    asked.length = 0;
    const { result, policy } = await evaluateDmarc({
      domain: deep,
      spf: [],
      dkim: [],
      dns: { ...dns, cached: () => undefined },
    });
    assert.deepEqual([result, policy?.asks], ['fail', 'reject']);
    const walked = asked.filter(one => one.startsWith('TXT _dmarc.'));
    assert.deepEqual(
      walked,
      [deep, ...[7, 6, 5, 4, 3, 2, 1].map(count => deep.split('.').slice(-count).join('.'))].map(
        name => `TXT _dmarc.${name}`,
      ),
    );
  });

  it('a name server that has gone is no policy and no failure', async () => {
    const gone = new Resolver({ servers: [{ ip: '127.0.0.1', port: 9 }], clock: systemClock, waitMs: 100 });
    const { result } = await evaluateDmarc({ domain: 'reject.test', spf: [], dkim: [], dns: gone });
    await gone.close();
    assert.equal(result, 'temperror');
  });
});
