// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DnsAnswer } from '../core/dns.ts';
import { offlineDns, zoneDns } from './zone-dns.ts';
import { readZone } from './zone-file.ts';

const text = String.raw`
; A zone in which every kind of answer occurs.
example.org        MX     10 mx.example.org
Example.ORG.       TXT    v=spf1 mx; -all
mx.example.org     A      192.0.2.1
mx.example.org     A      192.0.2.2
www.example.org    CNAME  mx.example.org
gone.example.org   CNAME  nowhere.example
round.example.org  CNAME  round.example.org
key.example.org    TXT    "v=DKIM1; " "p=\"\\\046\233"
a.b.example.org    A      192.0.2.3
*.list.example     A      127.0.0.2
x.list.example     EXISTS
ill.example        A      192.0.2.4
ill.example        FAILS  no answer
`;

function dataOf(answer: DnsAnswer): readonly string[] | string {
  return answer.kind === 'found' ? answer.records.map(record => record.data) : answer.kind;
}

function asking(): (name: string, type: 'A' | 'MX' | 'TXT') => readonly string[] | string {
  const dns = zoneDns(readZone(text));
  return (name, type) => dataOf(dns.cached(name, type)!);
}

describe('zone DNS', () => {
  it('answers with all records of a name and type, however the name is written', () => {
    const ask = asking();
    assert.deepEqual(ask('MX.Example.org.', 'A'), ['192.0.2.1', '192.0.2.2']);
    assert.deepEqual(ask('example.org', 'MX'), ['10 mx.example.org']);
  });

  it('answers the same to those who wait as to those who look into the cache', async () => {
    const dns = zoneDns(readZone(text));
    assert.deepEqual(await dns.ask('example.org', 'MX'), dns.cached('example.org', 'MX'));
  });

  it('keeps unquoted text whole and joins quoted strings', () => {
    const ask = asking();
    assert.deepEqual(ask('example.org', 'TXT'), ['v=spf1 mx; -all']);
    assert.deepEqual(ask('key.example.org', 'TXT'), ['v=DKIM1; p="\\.\u00e9']);
  });

  it('tells a name that does not exist from one without such a record', () => {
    const ask = asking();
    assert.deepEqual([ask('nowhere.example', 'A'), ask('mx.example.org', 'MX')], ['no-name', 'no-data']);
  });

  it('knows that a name exists when another lies below it', () => {
    assert.equal(asking()('b.example.org', 'A'), 'no-data');
  });

  it('follows an alias to its end', () => {
    const ask = asking();
    assert.deepEqual(ask('www.example.org', 'A'), ['192.0.2.1', '192.0.2.2']);
    assert.deepEqual([ask('gone.example.org', 'A'), ask('round.example.org', 'A')], ['no-name', 'unavailable']);
  });

  it('lets a wildcard stand for every name that is not there, and for none that is', () => {
    const ask = asking();
    assert.deepEqual(ask('1.2.3.list.example', 'A'), ['127.0.0.2']);
    assert.deepEqual([ask('x.list.example', 'A'), ask('y.x.list.example', 'A')], ['no-data', 'no-name']);
  });

  it('fails where the zone says so, listed records excepted', () => {
    const ask = asking();
    assert.deepEqual([ask('ill.example', 'A'), ask('ill.example', 'MX')], [['192.0.2.4'], 'unavailable']);
  });

  it('names the line of a zone file that cannot be read', () => {
    for (const line of [
      'example.org',
      'a..b A 192.0.2.1',
      'example.org WHAT 1',
      'example.org A',
      'example.org TXT "open',
    ])
      assert.throws(() => readZone(`; first\n${line}`), { code: 'bad-input', detail: /line 2 / });
  });

  it('takes no name for a property every object has', () => {
    assert.deepEqual(asking()('constructor', 'A'), 'no-name');
    assert.deepEqual(Object.keys(readZone('__proto__ A 192.0.2.1')), ['__proto__']);
  });
});

describe('offline DNS', () => {
  it('concludes nothing about any name', async () => {
    assert.deepEqual(await offlineDns.ask('example.org', 'A'), { kind: 'unavailable', reason: 'no DNS' });
    assert.deepEqual(offlineDns.cached('example.org', 'A'), { kind: 'unavailable', reason: 'no DNS' });
  });
});
