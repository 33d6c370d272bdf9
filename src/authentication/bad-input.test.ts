// SPDX-License-Identifier: Apache-2.0
// Whatever strangers publish or send, there is a result, and the work for it – questions, keys, octets read, turns – has an end that is known beforehand.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { messageOf } from '../core/message.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { verifyArc } from './arc.ts';
import { DkimKeys } from './dkim-keys.ts';
import { verifyDkim } from './dkim.ts';
import { evaluateDmarc } from './dmarc.ts';
import { verifyDomainKeys } from './domain-keys.ts';
import { handOn, judge, zoneOf } from './sealed.suite.ts';
import { ed25519Keys, header, mail, message, rsaKeys, signatureOf, zoneWith } from './signed.suite.ts';
import { SignableMessage } from './signable.ts';
import { checkSpf } from './spf.ts';

const clock = new TestClock();
const ed = ed25519Keys();
const signable = (text: string) => new SignableMessage(message(text));

/** A name service that counts what it is asked. */
function counted(zone: Zone | string): Dns & { asked: number } {
  const all = { kind: 'found', records: [{ data: typeof zone === 'string' ? zone : '', ttlSeconds: 60 }] } as const;
  const dns = typeof zone === 'string' ? { ask: async () => all } : zoneDns(zone);
  const of = {
    asked: 0,
    cached: () => undefined,
    async ask(...question: Parameters<Dns['ask']>) {
      of.asked++;
      return dns.ask(...question);
    },
  };
  return of;
}

/** What all methods make of one record that stands at every name. */
async function resultsOf(record: string) {
  const dns = counted(record);
  const sender = { local: 'alice', domain: 'mail.example.org' };
  const spf = await checkSpf({ ip: '203.0.113.9', helo: 'mx.example.org', sender, dns });
  const [dkim] = await verifyDkim(message((await signatureOf({ keys: ed })) + mail), { dns, clock });
  const dmarc = await evaluateDmarc({ domain: 'a.b.c.d.e.f.g.example.org', spf: [], dkim: [], dns });
  return { results: [spf.result, dkim?.result ?? '', dmarc.result], asked: dns.asked };
}

const verdicts = ['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror'];
const long = 65_000;
const fill = (text: string): string => text.repeat(long / text.length);

describe('records of 64 kB', () => {
  const terms = [
    'ip4:192.0.2.1 ',
    'a ',
    'include:x.example ',
    'exists:%{i}.%{s}.x.example ',
    '%{i}',
    'x=%{p} ',
    ' ',
    '/1',
  ];
  const tags = ['p=reject;', ';', '=', 'rua=mailto:a@b.c,', 'p=AAAA', 'x', '\0', '\u00ff', '"', '\\', '\t'];
  for (const version of ['v=spf1 ', 'v=DMARC1; ', 'v=DKIM1; p='])
    it(`have a result: ${version}`, async () => {
      for (const part of [...terms, ...tags]) {
        const { results, asked } = await resultsOf(version + fill(part));
        assert.ok(
          results.every(result => verdicts.includes(result)),
          `${part}: ${results.join()}`,
        );
        assert.ok(!results.includes('pass'), part);
        assert.ok(asked <= 40, `${part}: ${asked} questions`);
      }
    });

  it('are too long for SPF above 16 kB, and read below', async () => {
    const of = async (size: number) => {
      const record = `v=spf1 ip4:203.0.113.9 ${'ip4:192.0.2.1 '.repeat(size / 14)}-all`;
      const dns = zoneDns({ 'example.org': { TXT: record } });
      return checkSpf({ ip: '203.0.113.9', helo: 'x', sender: { local: 'a', domain: 'example.org' }, dns });
    };
    assert.equal((await of(16_000)).result, 'pass');
    const { result, reason } = await of(16_400);
    assert.deepEqual([result, reason], ['permerror', 'the record of example.org is too long']);
  });
});

describe('odd records', () => {
  it('have a result: empty, without letters, in other encodings, of NULs', async () => {
    const odd = [
      '',
      ' ',
      '\0',
      '\u00ff\u00fe',
      '\u00e3\u0081\u0082',
      'v=spf1',
      'v=spf1\0-all',
      'v=spf1 \u00a0-all',
      'v=DKIM1',
      'v=DMARC1;p=\0',
    ];
    for (const record of odd) {
      const { results } = await resultsOf(record);
      assert.ok(
        results.every(result => verdicts.includes(result) && result !== 'pass' && result !== 'fail'),
        JSON.stringify(record),
      );
    }
  });

  it('that are aliases of each other are no answer, and nobody is blamed', async () => {
    const loop = (name: string): Zone => ({ [name]: { CNAME: `x.${name}` }, [`x.${name}`]: { CNAME: name } });
    const dns = zoneDns({
      ...loop('example.org'),
      ...loop('_dmarc.example.org'),
      ...loop('s1._domainkey.example.org'),
    });
    const spf = await checkSpf({ ip: '203.0.113.9', helo: 'x', sender: { local: 'a', domain: 'example.org' }, dns });
    const [dkim] = await verifyDkim(message((await signatureOf({ keys: ed })) + mail), { dns, clock });
    const dmarc = await evaluateDmarc({ domain: 'example.org', spf: [], dkim: [], dns });
    assert.deepEqual([spf.result, dkim?.result, dmarc.result], ['temperror', 'temperror', 'temperror']);
  });
});

describe('keys of 16,384 bits', () => {
  const modulus = Buffer.alloc(2_048, 0xa7);
  modulus[2_047] = 0x9b;
  const jwk = { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' };
  const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  const record = `v=DKIM1; k=rsa; p=${der.toString('base64')}`;

  it('are not tried, by our policy; one that serves beside them is', async () => {
    const rsa = rsaKeys(1_024);
    const signed = (await signatureOf({ keys: rsa })) + mail;
    const of = async (...TXT: readonly string[]) => {
      const [result] = await verifyDkim(message(signed), {
        dns: zoneDns({ 's1._domainkey.example.org': { TXT } }),
        clock,
      });
      return [result?.result, result?.problem, result?.keyBits];
    };
    assert.deepEqual(await of(record), ['policy', 'bad-key', undefined]);
    assert.deepEqual(await of(record, rsa.record), ['pass', undefined, 1_024]);
    assert.ok('wrong' in new DkimKeys().read(record));
  });

  it('hold no seal and no DomainKey', async () => {
    const hop = { domain: 'list.example', algorithm: 'rsa-sha256' } as const;
    const text = await handOn(mail, hop);
    assert.equal((await judge(text, zoneOf(hop))).result, 'pass');
    assert.equal((await judge(text, { 'k._domainkey.list.example': { TXT: record } })).result, 'fail');
  });
});

describe('a thousand signatures', () => {
  const body = `${header}\r\nIs dinner ready?\r\n`;
  const thousand = (make: (i: number) => string): string => Array.from({ length: 1_000 }, (_, i) => make(i)).join('');

  it('of DKIM: ten are looked at, thirty named', async () => {
    const dns = counted({});
    const one = (i: number) => `DKIM-Signature: v=1; a=rsa-sha256; d=d${i}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n`;
    const results = await verifyDkim(message(thousand(one) + body), { dns, clock });
    assert.deepEqual([results.length, dns.asked], [30, 10]);
    assert.deepEqual(new Set(results.map(({ result }) => result)), new Set(['permerror', 'policy']));
    // The author's own is among the ten, wherever it stands.
    const own = await verifyDkim(message(thousand(one) + (await signatureOf({ keys: ed })) + mail), {
      dns: zoneDns(zoneWith(ed)),
      clock,
    });
    assert.ok(own.some(({ result, domain }) => result === 'pass' && domain === 'example.org'));
  });

  it('of DomainKeys: three are looked at', async () => {
    const dns = counted({});
    const one = (i: number) => `DomainKey-Signature: a=rsa-sha1; q=dns; c=simple; d=example.org; s=s${i}; b=AAAA\r\n`;
    const { signatures } = await verifyDomainKeys(signable(thousand(one) + body), { dns, dkimKeys: new DkimKeys() });
    assert.deepEqual([signatures.length, dns.asked], [3, 4]);
  });

  it('of ARC: a chain ends at fifty, and of a longer one nobody is asked', async () => {
    const set = (i: number) =>
      `ARC-Seal: i=${i}; a=rsa-sha256; cv=${i === 1 ? 'none' : 'pass'}; d=d${i}.example; s=s; b=AAAA\r\n` +
      `ARC-Message-Signature: i=${i}; a=rsa-sha256; d=d${i}.example; s=s; h=from; bh=AAAA; b=AAAA\r\n` +
      `ARC-Authentication-Results: i=${i}; mx.d${i}.example; dkim=pass\r\n`;
    const of = async (count: number) => {
      const dns = counted({});
      const { result } = await verifyArc(
        signable(Array.from({ length: count }, (_, i) => set(i + 1)).join('') + body),
        { dns },
      );
      return [result, dns.asked];
    };
    assert.deepEqual(await of(50), ['fail', 50]);
    assert.deepEqual(await of(51), ['fail', 0]);
    assert.deepEqual(await of(1_000), ['fail', 0]);
  });
});

describe('a body of a megabyte', () => {
  const size = 1_000_000;

  /** In one piece, counting how often it is read and how many turns others had meanwhile. */
  async function measured(text: string, work: (signable: SignableMessage) => unknown) {
    let [reads, turns, isDone] = [0, 0, false];
    const whole = messageOf(Buffer.from(text, 'latin1'));
    const counting = {
      ...whole,
      stream() {
        reads++;
        return whole.stream();
      },
    };
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const result = await work(new SignableMessage(counting));
    isDone = true;
    return { result, reads, turns };
  }

  it('is read once for ten signatures of all forms, a twentieth of it at a time', async () => {
    const letter = `${header}\r\n${'A line of  text\t with blanks at its end \r\n'.repeat(size / 40)}`;
    const forms = ['simple/simple', 'relaxed/simple', 'simple/relaxed', 'relaxed/relaxed'];
    let signatures = '';
    for (let i = 0; i < 10; i++) {
      const limit = i < 4 ? {} : { maxBodyLength: i * 100_000 };
      signatures += await signatureOf({ keys: ed, text: letter, canonicalization: forms[i % 4] ?? '', ...limit });
    }
    const { result, reads, turns } = await measured(signatures + letter, async one =>
      (await verifyDkim(one, { dns: zoneDns(zoneWith(ed)), clock })).map(({ result: verdict }) => verdict),
    );
    assert.deepEqual(
      result,
      Array.from({ length: 10 }, () => 'pass'),
    );
    assert.equal(reads, 1);
    assert.ok(turns >= 16, `${turns} turns`);
  });

  for (const [name, body] of [
    ['blanks', ' '.repeat(size)],
    ['line ends', '\r\n'.repeat(size / 2)],
    ['carriage returns', '\r'.repeat(size)],
    ['one line', 'x'.repeat(size)],
  ] as const)
    it(`of ${name} is read in pieces, too`, async () => {
      const signature = await signatureOf({ keys: ed, canonicalization: 'relaxed/relaxed' });
      const { result, turns } = await measured(`${signature}${header}\r\n${body}`, async one =>
        (await verifyDkim(one, { dns: zoneDns(zoneWith(ed)), clock })).map(({ problem }) => problem),
      );
      assert.deepEqual(result, ['body-changed']);
      assert.ok(turns >= 15, `${turns} turns`);
    });
});
