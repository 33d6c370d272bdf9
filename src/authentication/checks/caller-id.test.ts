// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { messageOf } from '../../core/message.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import callerIdFact from '../facts/caller-id.ts';
import { mimeFact } from '../mime-fact.suite.ts';
import callerId from './caller-id.ts';

const ep = (machines: string, more = ''): string => `<ep xmlns='http://ms.net/1'${more}><out>${machines}</out></ep>`;
const lists = ep('<m><a>192.0.2.1</a><r>198.51.100.0/24</r></m>');

async function ask(zone: Zone, { ip = '192.0.2.1', header = 'From: alice@example.org', isOurs = false } = {}) {
  const outcome = await desk(
    callerId,
    {},
    { measure: [mimeFact, callerIdFact], services: { dns: zoneDns(zone) } },
  ).outcome({
    client: clientAt(ip, 25, isOurs),
    hello: { verb: 'EHLO', name: 'mx.example.org' },
    sender: { address: null, body: '7BIT', isSmtpUtf8: false },
    message: messageOf(Buffer.from(`${header}\r\n\r\n`)),
  });
  assert.equal(outcome?.check.mode, 'observe');
  if (outcome?.status !== 'done') return `unavailable: ${outcome?.reason}`;
  return outcome.findings.map(({ symbol }) => symbol).join();
}
const at = (...TXT: readonly string[]): Zone => ({ '_ep.example.org': { TXT } });

describe('check caller-id', () => {
  it('finds the client among addresses and networks', async () => {
    assert.equal(await ask(at(lists)), 'CALLER_ID_PASS');
    assert.equal(await ask(at(lists), { ip: '198.51.100.255' }), 'CALLER_ID_PASS');
    assert.equal(await ask(at(lists), { ip: '198.51.101.0' }), 'CALLER_ID_FAIL');
  });

  it('finds it among the mail servers', async () => {
    const zone = {
      ...at(ep('<m><mx/></m>')),
      'example.org': { MX: '10 mx.example.org' },
      'mx.example.org': { A: '192.0.2.1' },
    };
    assert.equal(await ask(zone), 'CALLER_ID_PASS');
    assert.equal(await ask(zone, { ip: '192.0.2.2' }), 'CALLER_ID_FAIL');
  });

  it('finds it in documents of others that are named, going round no circle', async () => {
    const zone = {
      ...at(ep('<m><indirect>a.example</indirect></m>')),
      '_ep.a.example': { TXT: ep('<m><indirect>example.org</indirect><a>192.0.2.7</a></m>') },
    };
    assert.equal(await ask(zone, { ip: '192.0.2.7' }), 'CALLER_ID_PASS');
    assert.equal(await ask(zone), 'CALLER_ID_FAIL');
  });

  it('hears that nobody sends', async () => {
    assert.equal(await ask(at(ep('<noMailServers/>'))), 'CALLER_ID_FAIL');
  });

  it('means nothing while the domain only tries it', async () => {
    assert.equal(await ask(at(ep('<m><a>192.0.2.9</a></m>', " testing='true'"))), '');
  });

  it('joins the records of a long document', async () => {
    assert.equal(await ask(at(lists.slice(0, 60), lists.slice(60))), 'CALLER_ID_PASS');
  });

  it('asks the domain of the responsible address', async () => {
    const header = 'Resent-From: bob@gone.example\r\nFrom: alice@example.org';
    assert.equal(await ask(at(lists), { header, ip: '203.0.113.9' }), '');
    assert.equal(await ask(at(lists), { header: 'Subject: nobody' }), '');
  });

  it('says that a document cannot be read', async () => {
    for (const text of [
      '<ep xmlns="http://ms.net/1"><out></ep>',
      '<ep xmlns="http://other.example/"/>',
      '<ep/>',
      ep('<m><a>300.1.1.1</a></m>'),
      ep('<m><indirect>&x;</indirect></m>'),
      `<?xml version="1.0"?><!DOCTYPE ep [<!ENTITY x "y">]>${lists}`,
      ep('<a>'.repeat(9) + '</a>'.repeat(9)),
      ep(' '.repeat(8_192)),
    ])
      assert.equal(await ask(at(text)), 'CALLER_ID_BROKEN', text.slice(0, 80));
  });

  it('asks no more than ten questions', async () => {
    const many = (count: number): Zone =>
      at(ep(`<m>${Array.from({ length: count }, (_, i) => `<indirect>d${i}.example</indirect>`).join('')}</m>`));
    assert.equal(await ask(many(9)), 'CALLER_ID_FAIL');
    assert.equal(await ask(many(10)), 'CALLER_ID_BROKEN');
  });

  it('is silent about domains without a document, about other texts, and about clients of ours', async () => {
    assert.equal(await ask({}), '');
    assert.equal(await ask(at('v=spf1 -all')), '');
    assert.equal(await ask(at(lists), { ip: '203.0.113.9', isOurs: true }), '');
  });

  it('is unavailable when the name service fails', async () => {
    assert.equal(await ask({ '_ep.example.org': { fails: 'SERVFAIL' } }), 'unavailable: dns-unavailable: SERVFAIL');
  });

  it('weighs nothing in any case', () => {
    assert.ok(Object.values(callerId.symbols).every(({ weight }) => weight === 0));
  });
});
