// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import { DkimKeys } from '../dkim-keys.ts';
import arcFact from '../facts/arc.ts';
import signable from '../facts/signable.ts';
import { handOn, zoneOf, type Hop } from '../sealed.suite.ts';
import { mail, message } from '../signed.suite.ts';
import arc from './arc.ts';

const list: Hop = { domain: 'lists.example' };

async function ask(text: string, trustedSealers: readonly string[] = []): Promise<readonly string[]> {
  const services = { dns: zoneDns(zoneOf(list)), dkimKeys: new DkimKeys(), trustedSealers };
  const known = { client: clientAt('203.0.113.9', 25), message: message(text) };
  return desk(arc, {}, { measure: [signable, arcFact], services }).ask(known);
}

describe('check arc', () => {
  it('is silent about mail that came straight', async () => {
    assert.deepEqual(await ask(mail), []);
  });

  it('says who handed the message on, and whether that is believed', async () => {
    const sent = await handOn(mail, list);
    assert.match((await ask(sent))[0] ?? '', /^ARC_PASS: .*lists\.example/);
    assert.match((await ask(sent, ['lists.example']))[0] ?? '', /^ARC_TRUSTED: .*lists\.example.*“pass”/);
  });

  it('says of a broken chain what to do', async () => {
    assert.match((await ask(`${await handOn(mail, list)}more\r\n`))[0] ?? '', /^ARC_FAIL: .*must seal/);
  });
});
