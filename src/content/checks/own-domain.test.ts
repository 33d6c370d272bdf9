// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noSignature, signedBy, spfOf } from '../authenticated.suite.ts';
import { ask, symbols } from '../letter.suite.ts';
import ownDomain from './own-domain.ts';

const letter = 'From: Boss <boss@example.com>\nTo: bob@example.com\n\nHello\n';
const unproved = { spf: spfOf('none', 'example.net'), dkim: noSignature };

describe('own domain', () => {
  it('catches a stranger who writes in our name', async () => {
    deepEqual(await ask(ownDomain, letter, { facts: unproved }), [
      'OWN_DOMAIN_FORGED: From names our own domain example.com, but the mail comes from outside and nothing proves it.',
    ]);
  });

  it('believes our own clients, SPF and DKIM', async () => {
    deepEqual(await symbols(ownDomain, letter, { facts: unproved, isOurs: true }), []);
    deepEqual(await symbols(ownDomain, letter, { facts: { ...unproved, spf: spfOf('pass', 'example.com') } }), []);
    deepEqual(await symbols(ownDomain, letter, { facts: { ...unproved, dkim: signedBy('pass', 'example.com') } }), []);
  });

  it('does not accuse while name servers are silent', async () => {
    deepEqual(await symbols(ownDomain, letter, { facts: { ...unproved, spf: spfOf('temperror', 'example.com') } }), []);
    deepEqual(
      await symbols(ownDomain, letter, { facts: { ...unproved, dkim: signedBy('temperror', 'example.com') } }),
      [],
    );
  });

  it('lets a list hand our own users’ mail back', async () => {
    deepEqual(await symbols(ownDomain, `List-Id: <l.example.net>\n${letter}`, { facts: unproved }), [
      'OWN_DOMAIN_FORGED 0.1',
    ]);
  });

  it('does not concern itself with others’ domains', async () => {
    deepEqual(await symbols(ownDomain, 'From: alice@example.org\n\nHello\n', { facts: unproved }), []);
  });
});
