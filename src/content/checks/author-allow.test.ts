// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noSignature, signedBy, spfOf } from '../authenticated.suite.ts';
import { ask, symbols } from '../letter.suite.ts';
import authorAllow from './author-allow.ts';

const letter = 'From: Alice <alice@example.org>\n\nHello\n';
const settings = { list: ['example.org'] };

describe('author allow', () => {
  it('counts an entry that SPF proves for the author’s own domain', async () => {
    const facts = { spf: spfOf('pass', 'mail.example.org'), dkim: noSignature };
    deepEqual(await ask(authorAllow, letter, { settings, facts }), [
      'AUTHOR_ALLOWED: The author is on the list of allowed authors (example.org), and SPF proves it.',
    ]);
  });

  it('counts an entry that DKIM proves', async () => {
    const facts = { spf: spfOf('fail', 'example.org'), dkim: signedBy('pass', 'example.org') };
    deepEqual(await symbols(authorAllow, letter, { settings, facts }), ['AUTHOR_ALLOWED']);
  });

  it('does not count what was proved for another domain, or only as a trial', async () => {
    const trial = signedBy('pass', 'example.org').map(signature => ({ ...signature, isTest: true }));
    for (const dkim of [signedBy('pass', 'example.net'), signedBy('fail', 'example.org'), trial, noSignature]) {
      const facts = { spf: spfOf('pass', 'example.net'), dkim };
      deepEqual(await symbols(authorAllow, letter, { settings, facts }), ['AUTHOR_ALLOW_UNPROVED']);
    }
  });

  it('does not count a pass of a record that lets anyone send', async () => {
    const facts = { spf: { ...spfOf('pass', 'example.org'), passesAnyone: true as const }, dkim: noSignature };
    deepEqual(await symbols(authorAllow, letter, { settings, facts }), ['AUTHOR_ALLOW_UNPROVED']);
  });

  it('does not count a signature below which somebody has put more', async () => {
    const of = (unsignedBytes: number) => signedBy('pass', 'example.org').map(one => ({ ...one, unsignedBytes }));
    for (const [dkim, symbol] of [
      [of(1), 'AUTHOR_ALLOW_UNPROVED'],
      [of(0), 'AUTHOR_ALLOWED'],
      [[...of(1), ...signedBy('pass', 'example.org')], 'AUTHOR_ALLOWED'],
    ] as const) {
      const facts = { spf: spfOf('none', 'example.org'), dkim };
      deepEqual(await symbols(authorAllow, letter, { settings, facts }), [symbol]);
    }
  });

  it('counts nothing where there are two authors', async () => {
    const facts = { spf: spfOf('pass', 'example.org'), dkim: noSignature };
    const two = 'From: alice@example.org, eve@example.net\n\nHello\n';
    deepEqual(await symbols(authorAllow, two, { settings, facts }), []);
    deepEqual(await symbols(authorAllow, `From: eve@example.net\n${letter}`, { settings, facts }), []);
  });
});
