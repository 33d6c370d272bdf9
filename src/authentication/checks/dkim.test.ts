// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { DkimKeys } from '../dkim-keys.ts';
import dkimFact from '../facts/dkim.ts';
import signable from '../facts/signable.ts';
import { ed25519Keys, mail, message, rsaKeys, signatureOf, zoneWith } from '../signed.suite.ts';
import dkim from './dkim.ts';

const keys = ed25519Keys();

function ask(text: string, zone: Zone = zoneWith(keys), isOurs = false): Promise<readonly string[]> {
  const known = { client: clientAt('203.0.113.9', 25, isOurs), message: message(text) };
  return desk(
    dkim,
    {},
    { measure: [signable, dkimFact], services: { dns: zoneDns(zone), dkimKeys: new DkimKeys() } },
  ).ask(known);
}

describe('check dkim', () => {
  it('says who signed', async () => {
    assert.deepEqual(await ask((await signatureOf({ keys })) + mail), [
      'DKIM_PASS: The message is as example.org signed it.',
    ]);
  });

  it('is silent about mail that nobody signed', async () => {
    assert.deepEqual(await ask(mail), []);
  });

  it('says why a signature does not hold, and what to do about it', async () => {
    const signed = (await signatureOf({ keys })) + mail;
    const rsa = rsaKeys(1016);
    const cases: readonly (readonly [string, RegExp, Zone?])[] = [
      [signed.replace('dinner', 'supper'), /^DKIM_HEADER_CHANGED: .*s1\._domainkey\.example\.org/],
      [signed.replace('ready', 'late'), /^DKIM_BODY_CHANGED: .*example\.org/],
      [signed, /^DKIM_NO_KEY: .*s1\._domainkey\.example\.org: publish/, {}],
      [signed, /^DKIM_BAD_KEY: .*revoked/, zoneWith({ ...keys, record: 'v=DKIM1; p=' })],
      [signed, /^DKIM_BAD_KEY: .*another type/, zoneWith(rsa)],
      [(await signatureOf({ keys: rsa })) + mail, /^DKIM_WEAK: .*2048/, zoneWith(rsa)],
      [(await signatureOf({ keys, expires: new Date(Date.UTC(2026, 0, 1) - 400_000) })) + mail, /^DKIM_EXPIRED: /],
      [signed.replace('c=relaxed', 'c=loose'), /^DKIM_MALFORMED: .*canonicalization/],
    ];
    for (const [text, says, zone] of cases) assert.match(String(await ask(text, zone)), says);
  });

  it('forgets a signature that does not hold when another does', async () => {
    const broken = 'DKIM-Signature: nonsense\r\n';
    assert.deepEqual(await ask(broken + (await signatureOf({ keys })) + mail), [
      'DKIM_PASS: The message is as example.org signed it.',
    ]);
  });

  it('warns of an end that anyone could have written, unless another signature covers it', async () => {
    const partly = await signatureOf({ keys, maxBodyLength: 18 });
    const longer = `${mail}Buy now!\r\n`;
    assert.deepEqual(
      (await ask(partly + longer)).map(said => said.split(':')[0]),
      ['DKIM_PARTLY_SIGNED'],
    );
    const whole = await signatureOf({ keys, text: longer });
    assert.deepEqual(
      (await ask(partly + whole + longer)).map(said => said.split(':')[0]),
      ['DKIM_PASS'],
    );
  });

  it('takes a domain that only tries as one that did not sign', async () => {
    const testing = ed25519Keys(' t=y;');
    const signed = (await signatureOf({ keys: testing })) + mail;
    assert.deepEqual(await ask(signed, zoneWith(testing)), []);
    assert.deepEqual(await ask(signed.replace('dinner', 'supper'), zoneWith(testing)), []);
  });

  it('is unavailable, and blames nobody, when the name service fails', async () => {
    const ill: Zone = { 's1._domainkey.example.org': { fails: 'SERVFAIL' } };
    assert.match(String(await ask((await signatureOf({ keys })) + mail, ill)), /^unavailable: dns-unavailable/);
  });

  it('does not weigh the signatures of our own clients', async () => {
    assert.deepEqual(await ask((await signatureOf({ keys })) + mail, zoneWith(keys), true), []);
  });
});
