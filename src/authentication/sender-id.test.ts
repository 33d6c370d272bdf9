// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dns } from '../core/dns.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import type { SenderIdScope } from '../wire/senderid/record.ts';
import { checkSenderId } from './sender-id.ts';

const inside = '192.0.2.1';
const outside = '203.0.113.9';

/** `scope version result`, as one text each. */
async function ask(zone: Zone | Dns, ip = inside, scope: SenderIdScope = 'pra', domain = 'example.org') {
  const dns = 'ask' in zone && typeof zone.ask === 'function' ? (zone as Dns) : zoneDns(zone as Zone);
  const { result, version } = await checkSenderId({
    scope,
    ip,
    helo: 'mx.example.org',
    address: { local: 'alice', domain },
    dns,
  });
  return [result, version].filter(Boolean).join(' ');
}
const txt = (...TXT: readonly string[]): Zone => ({ 'example.org': { TXT } });

describe('checkSenderId', () => {
  it('reads the record of the scope it asks for', async () => {
    const zone = txt('spf2.0/pra ip4:192.0.2.1 -all', 'spf2.0/mfrom -all', 'v=spf1 ?all');
    assert.equal(await ask(zone), 'pass spf2.0');
    assert.equal(await ask(zone, outside), 'fail spf2.0');
    assert.equal(await ask(zone, inside, 'mfrom'), 'fail spf2.0');
  });

  it('reads one record for both scopes, in any order and case', async () => {
    for (const version of [
      'spf2.0/mfrom,pra',
      'spf2.0/pra,mfrom',
      'SPF2.0/PRA,MFROM',
      'spf2.0/pra,later,mfrom',
      'spf2.7/mfrom,pra',
    ]) {
      assert.equal(await ask(txt(`${version} -all`)), 'fail spf2.0', version);
      assert.equal(await ask(txt(`${version} -all`), inside, 'mfrom'), 'fail spf2.0', version);
    }
  });

  it('falls back on v=spf1 where no record speaks of the scope', async () => {
    assert.equal(await ask(txt('v=spf1 ip4:192.0.2.1 -all')), 'pass v=spf1');
    assert.equal(await ask(txt('spf2.0/mfrom +all', 'v=spf1 -all')), 'fail v=spf1');
    assert.equal(await ask(txt('spf2.0/mfrom +all')), 'none');
    assert.equal(await ask(txt('spf2.0/pra ?all', 'v=spf1 -all')), 'neutral spf2.0');
  });

  it('takes no other text for a record', async () => {
    for (const text of [
      'spf2.0 -all',
      'spf2.0/ -all',
      'spf2.0/pra,-all',
      'spf2/pra -all',
      'spf2.0/pra-all',
      ' spf2.0/pra -all',
      'v=spf10 -all',
      'spf3.0/pra -all',
    ])
      assert.equal(await ask(txt(text)), 'none', text);
  });

  it('calls two records of one scope an error of the domain’s, of different scopes none', async () => {
    assert.equal(await ask(txt('spf2.0/pra -all', 'spf2.0/mfrom,pra -all')), 'permerror spf2.0');
    assert.equal(await ask(txt('v=spf1 -all', 'v=spf1 +all')), 'permerror v=spf1');
    assert.equal(await ask(txt('spf2.0/pra +all', 'v=spf1 -all', 'v=spf1 +all')), 'pass spf2.0');
  });

  it('puts records of type SPF in the place of TXT, and does without them where the type has no answer', async () => {
    assert.equal(await ask({ 'example.org': { SPF: 'spf2.0/pra -all', TXT: 'spf2.0/pra +all' } }), 'fail spf2.0');
    assert.equal(await ask({ 'example.org': { SPF: 'v=spf1 -all', TXT: 'spf2.0/pra +all' } }), 'fail v=spf1');
    assert.equal(await ask({ 'example.org': { TXT: 'spf2.0/pra +all', fails: 'SERVFAIL' } }), 'pass spf2.0');
  });

  it('follows include and redirect to records of the same scope', async () => {
    const zone: Zone = {
      'example.org': { TXT: 'spf2.0/pra include:b.example ?all' },
      'b.example': { TXT: ['spf2.0/pra ip4:192.0.2.1 -all', 'v=spf1 -all', 'spf2.0/mfrom -all'] },
      'c.example': { TXT: 'spf2.0/pra redirect=d.example' },
      'd.example': { TXT: 'v=spf1 -all' },
      'e.example': { TXT: 'spf2.0/pra include:f.example -all' },
      'f.example': { TXT: 'spf2.0/mfrom +all' },
    };
    assert.equal(await ask(zone), 'pass spf2.0');
    assert.equal(await ask(zone, outside), 'neutral spf2.0');
    assert.equal(await ask(zone, outside, 'pra', 'c.example'), 'fail spf2.0');
    assert.equal(await ask(zone, outside, 'pra', 'e.example'), 'permerror spf2.0');
  });

  it('keeps to the limits of RFC 7208', async () => {
    const terms = (count: number) => Array.from({ length: count }, (_, i) => `exists:e${i % 2}.example`).join(' ');
    const zone = (count: number): Zone => ({
      'example.org': { TXT: `spf2.0/pra ${terms(count)} -all` },
      'e0.example': { A: [] },
      'e1.example': { A: [] },
    });
    assert.equal(await ask(zone(2)), 'fail spf2.0');
    assert.equal(await ask(zone(3)), 'permerror spf2.0');
    const includes = (count: number): Zone => ({
      'example.org': { TXT: `spf2.0/pra ${'include:i.example '.repeat(count)}-all` },
      'i.example': { TXT: 'spf2.0/pra ?all' },
    });
    assert.equal(await ask(includes(10)), 'fail spf2.0');
    assert.equal(await ask(includes(11)), 'permerror spf2.0');
    assert.equal(await ask(txt('spf2.0/pra include:example.org -all')), 'permerror spf2.0');
  });

  it('does not know without an answer', async () => {
    assert.equal(await ask({ 'example.org': { fails: 'SERVFAIL' } }), 'temperror');
    assert.equal(
      await ask({ 'example.org': { TXT: 'spf2.0/pra a:ill.example -all' }, 'ill.example': { fails: 'x' } }),
      'temperror spf2.0',
    );
    assert.equal(await ask({}), 'none');
    assert.equal(await ask(txt('spf2.0/pra -all'), inside, 'pra', 'localhost'), 'none');
  });

  it('fills macros with the address it asks about', async () => {
    const zone: Zone = {
      'example.org': { TXT: 'spf2.0/pra exists:%{l}.%{o}.list.example -all' },
      'alice.example.org.list.example': { A: '127.0.0.2' },
    };
    assert.equal(await ask(zone), 'pass spf2.0');
  });
});
