// SPDX-License-Identifier: Apache-2.0
/** SPF, Sender ID and Caller ID before a real name server (Knot): records of both types, long texts, circles of aliases, answers that do not come. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCallerId } from '../../src/authentication/caller-id.ts';
import { checkSenderId } from '../../src/authentication/sender-id.ts';
import { checkSpf } from '../../src/authentication/spf.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Dns } from '../../src/core/dns.ts';
import { Resolver } from '../../src/net/resolver/resolver.ts';
import { quoteText, startKnot, whyNoKnot } from './knot.ts';

const machines = Array.from({ length: 120 }, (_, i) => `ip4:198.51.100.${i}`).join(' ');
const document = `<ep xmlns='http://ms.net/1'><out><m><mx/><a>192.0.2.7</a></m></out></ep>`;
const zone = [
  // As the lecture writes them: TXT for SPF, type SPF for Sender ID.
  '@ TXT "v=spf1 +a +mx -all"',
  '@ SPF "spf2.0/mfrom,pra +a +mx -all"',
  '@ A 192.0.2.1',
  '@ MX 10 mx',
  'mx A 192.0.2.2',
  'pra TXT "v=spf1 +all"',
  'pra TXT "spf2.0/pra ip4:192.0.2.1 -all"',
  `long TXT ${quoteText(`spf2.0/pra ${machines} -all`)}`,
  'round CNAME again',
  'again CNAME round',
  'lost TXT "spf2.0/pra include:round.example -all"',
  `_ep TXT ${quoteText(document)}`,
];

describe('sender authentication before a real name server', { skip: whyNoKnot() ?? false }, () => {
  it('reads what domains publish', async test => {
    const knot = await startKnot('example', zone);
    test.after(() => knot.stop());
    const dns = new Resolver({ servers: [{ ip: '127.0.0.1', port: knot.port }], clock: systemClock });
    test.after(() => dns.close());
    for (const domain of ['shop.example', 'example']) assert.equal(await senderId(dns, '192.0.2.1', domain), 'none');
    assert.equal(await senderId(dns, '192.0.2.1', 'pra.example'), 'pass spf2.0');
    assert.equal(await senderId(dns, '192.0.2.2', 'pra.example'), 'fail spf2.0');
    assert.equal(await senderId(dns, '198.51.100.119', 'long.example'), 'pass spf2.0');
    assert.equal(await senderId(dns, '198.51.100.120', 'long.example'), 'fail spf2.0');
    const astray = await senderId(dns, '192.0.2.1', 'lost.example');
    assert.match(astray, /^(?:temperror|permerror) spf2\.0$/);
  });

  it('reads the lecture’s records', async test => {
    const knot = await startKnot('example.jp', zone);
    test.after(() => knot.stop());
    const dns = new Resolver({ servers: [{ ip: '127.0.0.1', port: knot.port }], clock: systemClock });
    test.after(() => dns.close());
    for (const [ip, expected] of [
      ['192.0.2.1', 'pass'],
      ['192.0.2.2', 'pass'],
      ['192.0.2.3', 'fail'],
    ] as const) {
      const sender = { local: 'bob', domain: 'example.jp' };
      assert.equal((await checkSpf({ ip, helo: 'mx.example.jp', sender, dns })).result, expected, ip);
      assert.equal(await senderId(dns, ip, 'example.jp'), `${expected} spf2.0`, ip);
    }
    assert.equal((await checkCallerId({ ip: '192.0.2.7', domain: 'example.jp', dns })).result, 'pass');
    assert.equal((await checkCallerId({ ip: '192.0.2.2', domain: 'example.jp', dns })).result, 'pass');
    assert.equal((await checkCallerId({ ip: '192.0.2.1', domain: 'example.jp', dns })).result, 'fail');
  });

  it('knows nothing once the server is gone, and blames nobody', async test => {
    const knot = await startKnot('example.jp', zone);
    await knot.stop();
    const dns = new Resolver({ servers: [{ ip: '127.0.0.1', port: knot.port }], clock: systemClock, waitMs: 200 });
    test.after(() => dns.close());
    assert.equal(await senderId(dns, '192.0.2.3', 'example.jp'), 'temperror');
    assert.equal((await checkCallerId({ ip: '192.0.2.3', domain: 'example.jp', dns })).result, 'temperror');
  });
});

async function senderId(dns: Dns, ip: string, domain: string): Promise<string> {
  const address = { local: 'bob', domain };
  const { result, version } = await checkSenderId({ scope: 'pra', ip, helo: 'mx.example.jp', address, dns });
  return [result, version].filter(Boolean).join(' ');
}
