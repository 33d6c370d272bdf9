// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAuthenticationResults } from '../wire/authres/authentication-results.ts';
import { noProof, type AuthResult } from '../wire/authres/result.ts';
import { receivedField } from '../wire/mime/trace.ts';
import { clientAt } from '../core/client.ts';
import type { Proven } from './proven.ts';
import { identitiesIn, identitiesOf } from './reputation.ts';

const freeMail = ['gmail.com', 'yahoo.co.jp'];
const nothing: Proven = { signers: [], path: undefined, from: [], ip: '203.0.113.9' };
const identities = (more: Partial<Proven>) => identitiesOf({ ...nothing, ...more }, freeMail);

describe('whom people speak of', () => {
  it('is the author before signers before the path, each by its registrable domain and once', () => {
    assert.deepEqual(
      identities({
        from: ['News <a@News.example.co.jp>'],
        signers: ['mailer.example', 'example.co.jp'],
        path: 'bounce.mailer.example',
      }),
      ['domain:example.co.jp', 'domain:mailer.example'],
    );
  });

  it('is a mailbox where everybody can have one, and only if the author is proven and single', () => {
    const from = ['Bob <Bob@gmail.com>'];
    assert.deepEqual(identities({ signers: ['gmail.com'], from }), ['mailbox:bob@gmail.com']);
    assert.deepEqual(identities({ signers: ['gmail.com'], from: ['bob@example.com'] }), []);
    assert.deepEqual(identities({ signers: ['gmail.com'], from: ['bob@gmail.com, eve@gmail.com'] }), []);
    assert.deepEqual(identities({ path: 'gmail.com', signers: ['example.org'], from }), [
      'mailbox:bob@gmail.com',
      'domain:example.org',
    ]);
  });

  it('is a network only where nothing is proven', () => {
    assert.deepEqual(identities({}), ['network:203.0.113.0/24']);
    assert.deepEqual(identities({ ip: '2001:db8::1' }), ['network:2001:db8::/64']);
    // Where a database says whose network it is, its owner answers after the neighbourhood.
    const owned = { ...nothing, ip: '203.0.113.9' };
    assert.deepEqual(
      identitiesOf(owned, freeMail, () => 64_496),
      ['network:203.0.113.0/24', 'asn:AS64496'],
    );
    assert.deepEqual(
      identitiesOf({ ...owned, path: 'example.org' }, freeMail, () => 64_496),
      ['domain:example.org'],
    );
    assert.deepEqual(identities({ ip: '2001:db8:1:2:3:4:5:6' }), ['network:2001:db8:1:2::/64']);
    assert.deepEqual(identities({ ip: '2001:db8:1:2::9' }), ['network:2001:db8:1:2::/64']);
    assert.deepEqual(identities({ ip: 'nonsense' }), []);
    assert.deepEqual(identities({ path: 'example.org' }), ['domain:example.org']);
  });
});

const results: readonly AuthResult[] = [
  { method: 'spf', result: 'pass', properties: [['smtp', 'mailfrom', 'bounce@mailer.example']] },
  { method: 'dkim', result: 'pass', properties: [['header', 'd', 'example.org']] },
  { method: 'dkim', result: 'fail', properties: [['header', 'd', 'example.com']] },
  { method: 'dmarc', result: 'pass', properties: [['header', 'from', 'example.org']] },
];
const trace = (by: string) =>
  receivedField({
    hello: { verb: 'EHLO', name: 'mail.example.org' },
    client: clientAt('203.0.113.9', 25),
    confirmedName: 'mail.example.org',
    tls: undefined,
    isSmtpUtf8: false,
    by,
    id: 'abc',
    recipients: [],
    at: 0,
  });
const told = (by: string, list = results) => formatAuthenticationResults(by, list);
const mail = 'From: Bob <bob@example.org>\r\nSubject: dinner\r\n\r\nAt seven.\r\n';
const read = (text: string) => identitiesIn(Buffer.from(text), 'mx.example.net', freeMail);

describe('what a stored message had proven', () => {
  const written = trace('mx.example.net') + told('mx.example.net');

  it('stands in what we wrote in front of it, with line ends of either kind', () => {
    const expected = ['domain:example.org', 'domain:mailer.example'];
    assert.deepEqual(read(written + mail), expected);
    assert.deepEqual(
      read(`Return-Path: <x@example.org>\r\nDelivered-To: a@example.net\r\n${written}${mail}`),
      expected,
    );
    assert.deepEqual(read((written + mail).replaceAll('\r\n', '\n')), expected);
    assert.deepEqual(read(trace('mx.example.net') + told('mx.example.net', []) + mail), ['network:203.0.113.0/24']);
  });

  it('is nothing where others wrote it, or it stands under what others wrote', () => {
    assert.deepEqual(read(mail), []);
    assert.deepEqual(read(told('mx.example.net') + mail), []);
    assert.deepEqual(read(trace('mx.example.com') + told('mx.example.net') + mail), []);
    assert.deepEqual(read(trace('mx.example.net') + told('mx.example.com') + mail), []);
    assert.deepEqual(read(trace('mx.example.com') + written + mail), []);
    assert.deepEqual(read(`${trace('mx.example.net')}X-Spam: no\r\n${told('mx.example.net')}${mail}`), []);
  });

  it('leaves out a signature that left the end of the body open', () => {
    const dkim: readonly AuthResult[] = [
      { method: 'dkim', result: 'pass', properties: [['header', 'd', 'example.org']] },
    ];
    const open = `DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; l=20; h=from; b=abc\r\n${mail}`;
    const front = trace('mx.example.net') + told('mx.example.net', dkim);
    assert.deepEqual(read(front + open), ['network:203.0.113.0/24']);
    assert.deepEqual(read(front + open.replace(' l=20;', '')), ['domain:example.org']);
  });

  it('leaves out a pass that proves nothing: of a record that lets anyone send, of a key that is only being tried', () => {
    const [spf, dkim] = results;
    assert.ok(spf && dkim);
    const marked = (one: AuthResult): AuthResult => ({ ...one, properties: [...one.properties, noProof] });
    const of = (...list: readonly AuthResult[]) => read(trace('mx.example.net') + told('mx.example.net', list) + mail);
    assert.deepEqual(of(marked(spf), marked(dkim)), ['network:203.0.113.0/24']);
    assert.deepEqual(of(spf, marked(dkim)), ['domain:mailer.example']);
    assert.deepEqual(of(marked(spf), dkim), ['domain:example.org']);
  });

  it('does not take HELO for the sender of a message that has one', () => {
    const helo: AuthResult = { method: 'spf', result: 'pass', properties: [['smtp', 'helo', 'mx.mailer.example']] };
    const failed: AuthResult = { method: 'spf', result: 'fail', properties: [['smtp', 'mailfrom', 'example.org']] };
    const of = (...list: readonly AuthResult[]) => read(trace('mx.example.net') + told('mx.example.net', list) + mail);
    assert.deepEqual(of(helo), ['domain:mailer.example']);
    assert.deepEqual(of(failed, helo), ['network:203.0.113.0/24']);
  });

  it('throws at nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => Array.isArray(read(written.slice(0, 90) + text + mail))),
    );
  });
});
