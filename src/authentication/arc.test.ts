// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { handOn, judge, zoneOf, type Hop } from './sealed.suite.ts';
import { mail } from './signed.suite.ts';

const list: Hop = { domain: 'list.example', algorithm: 'rsa-sha256' };
const forwarder: Hop = { domain: 'forward.example' };
const school: Hop = { domain: 'school.example' };
const zone = zoneOf(list, forwarder, school);
const footer = (text: string) => `${text}-- \r\nthe list\r\n`;

describe('a chain of seals', () => {
  it('is none where nobody sealed', async () => {
    assert.equal((await judge(mail, zone)).result, 'none');
  });

  it('holds over servers that change nothing, and names them with what they found', async () => {
    const { result, oldestPass, sealers } = await judge(await handOn(mail, list, forwarder, school), zone);
    assert.deepEqual([result, oldestPass], ['pass', 0]);
    assert.deepEqual(
      sealers.map(({ instance, domain, signer, isUnchanged, authservId }) => [
        instance,
        domain,
        signer,
        isUnchanged,
        authservId,
      ]),
      [
        [1, 'list.example', 'list.example', true, 'mx.list.example'],
        [2, 'forward.example', 'forward.example', true, 'mx.forward.example'],
        [3, 'school.example', 'school.example', true, 'mx.school.example'],
      ],
    );
    assert.equal(sealers[0]?.results.find(({ method }) => method === 'dmarc')?.result, 'pass');
  });

  it('holds over a server that changes the message and seals it then, and says since when it is unchanged', async () => {
    const sent = await handOn(mail, forwarder, { ...list, change: footer }, school);
    const { result, oldestPass, sealers } = await judge(sent, zone);
    assert.deepEqual([result, oldestPass], ['pass', 2]);
    assert.deepEqual(
      sealers.map(({ isUnchanged }) => isUnchanged),
      [false, true, true],
    );
  });

  it('is broken by a change that nobody sealed, in body, header and results alike', async () => {
    const sent = await handOn(mail, list, forwarder);
    for (const change of [footer(sent), sent.replace('dinner', 'supper'), `From: x@y.example\r\n${sent}`]) {
      const { result, reason } = await judge(change, zone);
      assert.deepEqual([result, reason], ['fail', 'ARC-Message-Signature 2 does not hold']);
    }
    const lie = await judge(
      sent.replace('i=1; mx.list.example;\r\n\tdmarc=pass', 'i=1; mx.list.example;\r\n\tdmarc=fail'),
      zone,
    );
    assert.match(`${lie.result} ${lie.reason}`, /^fail ARC-Seal [12] does not hold$/);
  });

  it('stays broken: the next server says so, and the one after adds nothing', async () => {
    const broken = footer(await handOn(mail, list));
    const sealed = await handOn(broken, forwarder);
    assert.match(sealed, /^ARC-Seal:[^;]*;[^;]*; cv=fail;/);
    const { result, hadFailed } = await judge(sealed, zone);
    assert.deepEqual([result, hadFailed], ['fail', true]);
    assert.doesNotMatch(await handOn(sealed, school), /i=3/);
  });

  it('comes to no result, and never to a failure, where the name service does not answer', async () => {
    const sent = await handOn(mail, list, forwarder);
    const silent = { ...zone, 'k._domainkey.list.example': { fails: 'SERVFAIL' as const } };
    assert.equal((await judge(sent, silent)).result, 'temperror');
    assert.equal((await judge(footer(sent), silent)).result, 'fail');
  });

  it('of 50 sets is whole, and takes no more', async () => {
    const hops = Array.from({ length: 50 }, () => forwarder);
    const long = await handOn(mail, ...hops);
    assert.equal((await judge(long, zone)).result, 'pass');
    assert.doesNotMatch(await handOn(long, school), /school\.example; s=k/);
    const more = await judge(`ARC-Seal: i=51; cv=pass; a=rsa-sha256; d=a.example; s=k; b=AAAA\r\n${long}`, zone);
    assert.equal(more.result, 'fail');
  });

  it('is judged whatever its fields are, without an exception', async () => {
    const piece = fc.constantFrom(
      'ARC-Seal:',
      'ARC-Message-Signature:',
      'ARC-Authentication-Results:',
      ' i=1;',
      ' i=2;',
      ' cv=none;',
      ' a=rsa-sha256;',
      ' b=AAAA;',
      ' bh=AAAA;',
      ' d=a.example;',
      ' s=k;',
      ' h=from;',
      ' h=;',
      ' x;',
      '\r\n',
      '\r\n ',
      '\0',
      '\u00e9',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async pieces => {
        const { result } = await judge(`${pieces.join('')}\r\n\r\nbody`, zone);
        assert.ok(result === 'none' || result === 'fail');
      }),
    );
  });
});
