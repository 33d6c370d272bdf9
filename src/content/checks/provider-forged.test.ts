// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noSignature, signedBy, spfOf } from '../authenticated.suite.ts';
import { symbols } from '../letter.suite.ts';
import providerForged from './provider-forged.ts';

const letter = 'From: Eve <eve@gmail.com>\nTo: bob@example.com\n\nHello\n';
const unproved = { spf: spfOf('none', 'example.net'), dkim: noSignature };

describe('provider forged', () => {
  it('doubts what a large provider has not signed', async () => {
    deepEqual(await symbols(providerForged, letter, { facts: unproved }), ['PROVIDER_FORGED']);
    deepEqual(
      await symbols(providerForged, letter, { facts: { ...unproved, dkim: signedBy('pass', 'example.net') } }),
      ['PROVIDER_FORGED'],
    );
  });

  it('believes SPF or DKIM, and does not accuse while name servers are silent', async () => {
    for (const facts of [
      { ...unproved, spf: spfOf('pass', 'gmail.com') },
      { ...unproved, dkim: signedBy('pass', 'gmail.com') },
      { ...unproved, dkim: signedBy('temperror', 'gmail.com') },
    ])
      deepEqual(await symbols(providerForged, letter, { facts }), []);
  });

  it('knows that lists break signatures, and asks nothing of other domains', async () => {
    deepEqual(await symbols(providerForged, `List-Id: <l.example.net>\n${letter}`, { facts: unproved }), [
      'PROVIDER_FORGED 0.1',
    ]);
    deepEqual(await symbols(providerForged, 'From: alice@example.org\n\nHello\n', { facts: unproved }), []);
    deepEqual(await symbols(providerForged, letter, { facts: unproved, isOurs: true }), []);
  });
});
