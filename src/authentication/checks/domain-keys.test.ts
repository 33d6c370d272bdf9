// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { DkimKeys } from '../dkim-keys.ts';
import domainKeysFact from '../facts/domain-keys.ts';
import signableFact from '../facts/signable.ts';
import { message } from '../signed.suite.ts';
import domainKeysCheck from './domain-keys.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const zone: Zone = { 's1._domainkey.example.org': { TXT: `k=rsa; p=${p}` } };
const header = 'From: alice@example.org\r\nSubject: dinner\r\n';
const b = createSign('RSA-SHA1').update(`${header}\r\nReady?\r\n`).sign(privateKey, 'base64');
const signed = `DomainKey-Signature: a=rsa-sha1; q=dns; c=simple; d=example.org; s=s1; b=${b}\r\n${header}\r\nReady?\r\n`;

describe('check domain-keys', () => {
  it('tells the result and weighs nothing', async () => {
    const ask = (text: string) =>
      desk(
        domainKeysCheck,
        {},
        { measure: [signableFact, domainKeysFact], services: { dns: zoneDns(zone), dkimKeys: new DkimKeys() } },
      ).ask({ client: clientAt('203.0.113.9', 25), message: message(text) });
    assert.match(String(await ask(signed)), /^DOMAIN_KEYS_PASS: .*example\.org/);
    assert.match(String(await ask(signed.replace('dinner', 'supper'))), /^DOMAIN_KEYS_FAIL: .*bad signature/);
    assert.deepEqual(await ask(header), []);
    assert.ok(Object.values(domainKeysCheck.symbols ?? {}).every(({ weight }) => weight === 0));
  });

  it('is said in Authentication-Results, the policy with it', () => {
    const [result] =
      domainKeysFact.results?.({
        signatures: [
          {
            result: 'fail',
            domain: 'example.org',
            selector: 's1',
            field: 'from',
            sender: 'alice@example.org',
            reason: 'bad signature',
            isTest: false,
          },
        ],
        policy: { signsAll: true, isTest: false },
      }) ?? [];
    assert.deepEqual(result, {
      method: 'domainkeys',
      result: 'fail',
      reason: 'bad signature; the domain says it signs all its mail',
      properties: [
        ['header', 'd', 'example.org'],
        ['header', 'from', 'alice@example.org'],
      ],
    });
  });
});
