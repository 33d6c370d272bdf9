// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { DkimKeys } from './dkim-keys.ts';
import { verifyDomainKeys } from './domain-keys.ts';
import { SignableMessage } from './signable.ts';
import { message } from './signed.suite.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 512 });
const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const zone: Zone = {
  's1._domainkey.example.org': { TXT: `k=rsa; g=; p=${p}` },
  '_domainkey.example.org': { TXT: 'o=-; t=y' },
};
const header = 'From: Alice <alice@example.org>\r\nTo: bob@example.net\r\nSubject: dinner\r\n  tonight\r\n';
const body = 'Is  dinner ready?\r\n\r\nAlice \r\n';

/** `signed` is the canonical text; written by hand, so that it is not our own code that says what is signed. */
function sign(signed: string, tags: string): string {
  const b = createSign('RSA-SHA1').update(signed, 'latin1').sign(privateKey, 'base64');
  return `DomainKey-Signature: a=rsa-sha1; q=dns; d=example.org; s=s1; ${tags};\r\n b=${b};\r\n`;
}

async function verify(text: string, records: Zone = zone) {
  const { signatures, policy } = await verifyDomainKeys(new SignableMessage(message(text)), {
    dns: zoneDns(records),
    dkimKeys: new DkimKeys(),
  });
  return { told: signatures.map(({ result, reason = '' }) => [result, reason]), policy };
}

const nofws =
  'From:Alice<alice@example.org>\r\nTo:bob@example.net\r\nSubject:dinnertonight\r\n\r\nIsdinnerready?\r\n\r\nAlice\r\n';

describe('DomainKeys', () => {
  it('passes what is as it was signed, in both forms, and tells the policy of the domain', async () => {
    const simple = sign(`${header}\r\n${body}`, 'c=simple');
    assert.deepEqual(await verify(`${simple}${header}\r\n${body}\r\n\r\n`), {
      told: [['pass', '']],
      policy: { signsAll: true, isTest: true },
    });
    const spaced = header.replace('To: ', 'To:  ').replace('\r\n  ', ' ');
    const changed = `${spaced}\r\n${body.replace('  ', '\t')} \t\r\n\r\n`;
    assert.deepEqual((await verify(sign(nofws, 'c=nofws') + changed)).told, [['pass', '']]);
    assert.deepEqual((await verify(simple + changed)).told, [['fail', 'bad signature']]);
  });

  it('does not sign the empty line where there is no body', async () => {
    const signed = sign(header, 'c=simple');
    for (const none of ['', '\r\n', '\r\n\r\n\r\n'])
      assert.deepEqual((await verify(signed + header + none)).told, [['pass', '']]);
  });

  it('signs what stands below it, in the order of h=, all of a name', async () => {
    const [from = '', to = ''] = header.split(/(?<=\r\n)/);
    const signed = sign(`${to}To: carol@example.net\r\n${from}\r\nhi\r\n`, 'c=simple; h=to:from:x-none');
    const text = `${header}To: carol@example.net\r\n\r\nhi\r\n`;
    assert.deepEqual((await verify(`From: mallory@example.com\r\n${signed}${text}`)).told, [
      ['permerror', 'the from address is not of the domain (d=)'],
    ]);
    assert.deepEqual((await verify(`X-Later: yes\r\n${signed}X-None-Of-It: yes\r\n${text}`)).told, [['pass', '']]);
    assert.deepEqual((await verify(`${signed}${text.replace('hi', 'ho')}`)).told, [['fail', 'bad signature']]);
  });

  it('says why there is nothing to conclude', async () => {
    const text = sign(nofws, 'c=nofws') + header + `\r\n${body}`;
    const under = async (record: Zone[string]) => (await verify(text, { 's1._domainkey.example.org': record })).told[0];
    assert.deepEqual(await under({ TXT: 'k=rsa; p=' }), ['permerror', 'the key was revoked']);
    assert.deepEqual(await under({ TXT: `g=bob; p=${p}` }), ['permerror', 'the key is not for this local part (g=)']);
    assert.deepEqual(await under({ fails: 'SERVFAIL' }), ['temperror', 'SERVFAIL']);
    assert.deepEqual((await verify(text, {})).told, [['permerror', 'no key']]);
    for (const [from, to, wrong] of [
      ['c=nofws', 'c=relaxed', 'the canonicalization (c=) is unknown'],
      ['q=dns', 'q=http', 'the query method (q=) is unknown'],
      ['rsa-sha1', 'rsa-md5', 'the algorithm (a=) is unknown'],
      ['d=example.org', 'd=org', 'the domain (d=) is no domain'],
    ] as const)
      assert.deepEqual((await verify(text.replace(from, to))).told, [['neutral', wrong]]);
  });

  it('asks nothing, at once, of mail that has none', () => {
    const result = verifyDomainKeys(new SignableMessage(message(`${header}\r\n${body}`)), {
      dns: { ask: () => assert.fail('asked'), cached: () => assert.fail('asked') },
      dkimKeys: new DkimKeys(),
    });
    assert.deepEqual(result, { signatures: [] });
  });
});
