// SPDX-License-Identifier: Apache-2.0
// From with several addresses or none, groups, comments and octets of every kind, and headers of a thousand signatures, go the whole way: a verdict, and results of known words.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { ed25519Keys, signatureOf } from '../../src/authentication/signed.suite.ts';
import { zoneDns, type Zone } from '../../src/net/zone-dns.ts';
import { openPost } from './hostile-dns.ts';

const keys = ed25519Keys();
const zone: Zone = {
  'evil.example': { TXT: 'v=spf1 ip4:203.0.113.9 -all' },
  'bank.example': { TXT: 'v=spf1 -all' },
  '_dmarc.bank.example': { TXT: 'v=DMARC1; p=reject' },
  's1._domainkey.evil.example': { TXT: keys.record },
};
const post = await openPost(zoneDns(zone));
const words = ['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror'];

async function resultsOf(fields: string): Promise<ReadonlyMap<string, string>> {
  const text = `${fields}To: bob@example.jp\r\nSubject: pay\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@evil.example>\r\n\r\nPay here.\r\n`;
  const signature = await signatureOf({ keys, text: `From: x@evil.example\r\n${text}`, domain: 'evil.example' });
  const letter = { client: '203.0.113.9', hello: 'mx.evil.example', sender: 'x@evil.example' };
  const { results, outcome } = await post.judge({ ...letter, bytes: Buffer.from(signature + text, 'latin1') });
  for (const [name, word] of results) assert.ok(words.includes(word), `${name}: ${word}`);
  assert.match(outcome, /^[a-z]+$/);
  return results;
}

const authors = [
  '',
  'From:\r\n',
  'From: \r\n \r\n',
  'From: undisclosed-recipients:;\r\n',
  'From: staff: ceo@bank.example, x@evil.example;\r\n',
  'From: ceo@bank.example, x@evil.example\r\n',
  'From: x@evil.example\r\nFrom: ceo@bank.example\r\n',
  'From: ceo@bank.example (x@evil.example)\r\n',
  'From: (ceo@bank.example) x@evil.example (((\r\n',
  'From: "ceo@bank.example" <x@evil.example>\r\n',
  'From: \xe9\xe8 <x@evil.example>\r\n',
  'From: \xe5\xb1\xb1\xe7\x94\xb0 <\xe5\xb1\xb1@\xe7\x94\xb0.example>\r\n',
  'From: <ceo@bank.example\0@evil.example>\r\n',
  'From: =?utf-8?q?ceo=40bank.example?= <x@evil.example>\r\n',
  `From: ${'x@evil.example, '.repeat(10_000)}ceo@bank.example\r\n`,
  `From: ${'('.repeat(100_000)}\r\n`,
  `From: ${'"'.repeat(100_001)}\r\n`,
  `From: ${'g:'.repeat(50_000)}\r\n`,
  `From: ${' \r\n'.repeat(30_000)} ceo@bank.example\r\n`,
  `From: ceo@${'a.'.repeat(20_000)}bank.example\r\n`,
];

for (const from of authors)
  it(`is a result for ${JSON.stringify(from.slice(0, 60))} of ${from.length} octets`, async () => {
    const results = await resultsOf(from);
    assert.notEqual(results.get('dmarc 1'), 'pass');
  });

it('is a result for any octets in From', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.constantFrom(
          'ceo@bank.example',
          'x@evil.example',
          '<',
          '>',
          '(',
          ')',
          '"',
          ',',
          ';',
          ':',
          '\\',
          ' ',
          '\t',
          '\r\n ',
          '\0',
          '\xff',
          '@',
          '.',
          'g:',
          '=?x?q?y?=',
        ),
        { maxLength: 12 },
      ),
      async parts => {
        await resultsOf(`From: ${parts.join('')}\r\n`);
      },
    ),
    { numRuns: 60 },
  ));

for (const [what, field] of [
  ['DKIM signatures', 'DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s1; h=from; bh=AAAA; b=AAAA'],
  ['DomainKeys', 'DomainKey-Signature: a=rsa-sha1; c=nofws; d=bank.example; s=s1; b=AAAA'],
  ['seals', 'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=bank.example; s=s1; b=AAAA'],
  ['signatures that are none', 'DKIM-Signature:;;;=;'],
] as const)
  it(`is a result for a thousand ${what} before the author, who is seen all the same`, async () => {
    const results = await resultsOf(`${`${field}\r\n`.repeat(1_000)}From: ceo@bank.example\r\n`);
    assert.equal(results.get('dmarc 1'), 'fail');
  });
