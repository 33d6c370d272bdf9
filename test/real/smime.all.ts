// SPDX-License-Identifier: Apache-2.0
/** What openssl signs is read as it was meant: kinds of keys, chains, purposes, times, two signers, and texts of every odd form. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { standingOf } from '../../src/authentication/person-signature.ts';
import { readSmimeRoots } from '../../src/authentication/smime-roots.ts';
import { verifySmime } from '../../src/authentication/smime.ts';
import { systemClock } from '../../src/core/clock.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { OpensslPki } from './openssl-pki.ts';

const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';
const text = 'Content-Type: text/plain\r\n\r\nThe meeting is at ten.\r\n';

describe('S/MIME by openssl', { skip }, () => {
  let folder = '';
  let pki: OpensslPki;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pki-'));
    pki = new OpensslPki(folder);
    pki.person('alice', { address: 'alice@example.org' });
    pki.person('bob', { address: 'bob@example.net', key: 'ec' });
  });
  after(() => rmSync(folder, { recursive: true }));

  const say = (signed: string, from = 'alice@example.org', later = 0): string => {
    const mime = parseMessage(Buffer.from(`From: ${from}\r\n${signed}`, 'latin1'));
    const nowMs = systemClock.now() + later;
    return verifySmime(mime, { roots: readSmimeRoots(pki.root), nowMs, isWhole: true })
      .map(one => [standingOf(one, nowMs), one.reason].join(' ').trim())
      .join();
  };

  it('holds in every form that openssl writes', () => {
    for (const options of [
      [],
      ['-nodetach'],
      ['-binary'],
      ['-noattr'],
      ['-keyid'],
      ['-nodetach', '-stream'],
      ['-nosmimecap'],
    ])
      assert.equal(say(pki.sign(text, ['alice'], ...options)), 'proven', options.join(' '));
  });

  it('holds by every kind of key', () => {
    for (const key of ['rsa:2048', 'rsa:3072', 'ec']) {
      pki.person('alice-2', { address: 'alice@example.org', key });
      assert.equal(say(pki.sign(text, ['alice-2'])), 'proven', key);
    }
    assert.equal(say(pki.sign(text, ['alice'], '-keyopt', 'rsa_padding_mode:pss')), 'proven', 'pss');
  });

  it('does not hold by a key that is too short', () => {
    pki.person('short', { address: 'alice@example.org', key: 'rsa:1024' });
    assert.equal(say(pki.sign(text, ['short'])), 'not-valid weak');
  });

  it('proves nobody by a certificate for another purpose, or by one that vouches for itself', () => {
    pki.person('web', { address: 'alice@example.org', purposes: 'serverAuth' });
    pki.person('self', { address: 'alice@example.org', issuer: 'self' });
    assert.equal(say(pki.sign(text, ['web'])), 'unbelieved untrusted');
    assert.equal(say(pki.sign(text, ['self'])), 'unbelieved untrusted');
  });

  it('lets no person vouch for another, and no authority go past its limits', () => {
    pki.person('mallory', { address: 'alice@example.org', issuer: 'bob' });
    assert.equal(say(pki.sign(text, ['mallory'], '-certfile', 'bob.pem')), 'unbelieved untrusted');
    pki.authority('below', 'authority', 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n');
    pki.person('deep', { address: 'alice@example.org', issuer: 'below' });
    assert.equal(say(pki.sign(text, ['deep'], '-certfile', 'below.pem')), 'unbelieved untrusted');
    pki.authority(
      'bound',
      'root',
      'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nnameConstraints=critical,permitted;email:example.net\n',
    );
    pki.person('free', { address: 'alice@example.org', issuer: 'bound' });
    assert.equal(say(pki.sign(text, ['free'], '-certfile', 'bound.pem')), 'unbelieved untrusted');
  });

  it('ends with the certificate', () => {
    pki.person('brief', { address: 'alice@example.org', days: 1 });
    const signed = pki.sign(text, ['brief']);
    assert.equal(say(signed), 'proven');
    assert.equal(say(signed, 'alice@example.org', 2 * 86_400_000), 'not-valid expired');
  });

  it('reads two signers of one message', () => {
    const signed = pki.sign(text, ['alice', 'bob']);
    assert.deepEqual(say(signed).split(',').sort(), ['other', 'proven']);
    assert.deepEqual(say(signed, 'bob@example.net').split(',').sort(), ['other', 'proven']);
    assert.equal(say(signed, 'carol@example.org'), 'other,other');
  });

  it('holds over bodies of every odd form, and over none that was changed', () => {
    for (const body of [
      'Content-Type: text/plain\r\n\r\n',
      '\r\nno header, and blanks \t \r\n',
      'Content-Type: text/plain\r\n\r\n- dashes\r\n-- \r\n\r\n\r\n\r\n',
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xe6\x97\xa5\xe6\x9c\xac\r\n',
      'Content-Type: multipart/alternative; boundary=i\r\n\r\npreamble\r\n--i\r\n\r\na\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n--i--\r\n\r\nepilogue\r\n',
      'Content-Type: message/rfc822\r\n\r\nFrom: carol@example.com\r\n\r\nhello\r\n',
    ]) {
      const signed = pki.sign(body, ['alice'], '-binary');
      assert.equal(say(signed), 'proven', body);
      const at = signed.indexOf(body) + body.length - 3;
      assert.equal(say(`${signed.slice(0, at)}!${signed.slice(at + 1)}`).split(' ')[0], 'broken', body);
    }
  });
});
