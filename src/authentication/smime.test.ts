// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseMessage } from '../wire/mime/parse.ts';
import { dayMs, fixturePath, nowMs, signedMail } from './person.suite.ts';
import { standingOf } from './person-signature.ts';
import { readSmimeRoots } from './smime-roots.ts';
import { verifySmime } from './smime.ts';

const roots = readSmimeRoots(fixturePath('smime-root.pem'));
const detached = signedMail('smime-detached.eml');
const opaque = signedMail('smime-opaque.eml');

interface More {
  readonly trusts?: typeof roots;
  readonly at?: number;
  readonly isWhole?: boolean;
}

function verify(text: string, { trusts = roots, at = nowMs, isWhole = true }: More = {}) {
  return verifySmime(parseMessage(Buffer.from(text, 'latin1')), { roots: trusts, nowMs: at, isWhole });
}

/** `standing result reason signer` of each signature. */
function say(text: string, more?: More): readonly string[] {
  return verify(text, more).map(signature =>
    [standingOf(signature, more?.at ?? nowMs), signature.result, signature.reason, signature.signer].join(' ').trim(),
  );
}

function flip(bytes: Buffer, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
}

const good = ['proven pass  alice@example.org'];

describe('S/MIME', () => {
  it('finds nothing in mail that nobody signed', () => {
    assert.deepEqual(say('From: alice@example.org\r\n\r\nhello\r\n'), []);
  });

  it('believes the author whom a root of the operator vouches for', () => {
    assert.deepEqual(say(detached), good);
    assert.deepEqual(say(opaque), good);
  });

  it('believes one person whose certificate the operator has named', () => {
    assert.deepEqual(say(detached, { trusts: readSmimeRoots(fixturePath('smime-alice.pem')) }), good);
  });

  it('believes nobody without roots', () => {
    assert.deepEqual(say(detached, { trusts: [] }), ['unbelieved policy untrusted alice@example.org']);
  });

  it('finds each change of what is signed', () => {
    const start = detached.indexOf('Content-Type: text/plain');
    const end = detached.indexOf('\r\n------', start);
    for (let at = start; at < end; at++) {
      const bytes = Buffer.from(detached, 'latin1');
      flip(bytes, at);
      const [first] = say(bytes.toString('latin1'));
      assert.match(first ?? '', /^broken fail altered/, `byte ${at - start}`);
    }
  });

  it('hashes the blank at the end of a line, and the empty line before the delimiter', () => {
    for (const changed of [
      detached.replace('Alice \r\n', 'Alice\r\n'),
      detached.replace('Alice \r\n\r\n-', 'Alice \r\n-'),
    ])
      assert.match(say(changed)[0] ?? '', /^broken/);
  });

  it('leaves out what stands before the first delimiter and after the last', () => {
    assert.deepEqual(say(`${detached.replace('This is an', 'That was an')}more\r\n`), good);
  });

  it('tells who signed for another', () => {
    const mail = detached.replace('<alice@', '<carol@');
    assert.deepEqual(say(mail), ['other pass  alice@example.org']);
    assert.equal(verify(mail)[0]?.author, 'carol@example.org');
  });

  it('proves no author where From names several, or names one in two ways', () => {
    for (const from of [
      'alice@example.org, carol@example.com',
      'alice@example.org\r\nFrom: carol@example.com',
      '"x" <alice@example.org> <carol@example.com>',
      'carol@example.com <alice@example.org>',
      '',
    ])
      assert.match(say(detached.replace('Alice <alice@example.org>', from))[0] ?? '', /^other/, from);
  });

  it('does not tell upper and lower case apart in addresses', () => {
    assert.deepEqual(say(detached.replace('<alice@example.org>', '<Alice@Example.ORG>')), good);
  });

  it('believes no signature of more than 14 days', () => {
    const signedAt = verify(detached)[0]?.signedAt ?? 0;
    assert.match(say(detached, { at: signedAt + 14 * dayMs })[0] ?? '', /^proven/);
    assert.match(say(detached, { at: signedAt + 14 * dayMs + 1 })[0] ?? '', /^old/);
  });

  it('believes no certificate before or after its time', () => {
    for (const at of [Date.UTC(2020, 1), Date.UTC(2200, 1)])
      assert.match(say(detached, { at })[0] ?? '', /^not-valid policy expired/);
  });

  it('believes no signature by SHA-1', () => {
    assert.match(say(signedMail('smime-sha1.eml'))[0] ?? '', /^not-valid policy weak/);
  });

  it('speaks for the part alone that is signed', () => {
    const at = detached.indexOf('MIME-Version');
    const inner = detached.slice(detached.indexOf('Content-Type: multipart/signed'));
    const list = `${detached.slice(0, at)}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n${inner}\r\n--m\r\n\r\nfooter of a list\r\n--m--\r\n`;
    assert.deepEqual(say(list), ['part pass  alice@example.org']);
  });

  it('looks into no message that is handed on inside another', () => {
    assert.deepEqual(say(`From: carol@example.com\r\nContent-Type: message/rfc822\r\n\r\n${detached}`), []);
  });

  it('reads two signatures, one inside the other', () => {
    const inner = detached.slice(detached.indexOf('Content-Type: multipart/signed'));
    const rest = opaque.slice(opaque.indexOf('\r\n\r\n') + 4);
    const outer = `From: alice@example.org\r\nContent-Type: multipart/signed; boundary=o; protocol="application/pkcs7-signature"\r\n\r\n--o\r\n${inner}\r\n--o\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n${rest}\r\n--o--\r\n`;
    assert.deepEqual(
      say(outer).map(one => one.split(' ')[0]),
      ['broken', 'proven'],
    );
  });

  it('reads no multipart/signed with a third part, and none without a signature', () => {
    const boundary = /boundary="([^"]+)"/.exec(detached)?.[1] ?? '';
    const last = `--${boundary}--`;
    const third = detached.replace(last, `--${boundary}\r\n\r\nmore\r\n${last}`);
    assert.match(say(third)[0] ?? '', /^unreadable permerror malformed/);
    assert.match(say(detached.replace(/MII[\w+/=\r\n]+/, ''))[0] ?? '', /^unreadable permerror malformed/);
  });

  it('says of a message that is cut that it is too long', () => {
    assert.match(say(detached, { isWhole: false })[0] ?? '', /^unreadable neutral too-long/);
  });

  it('reads signatures up to 64 kB', () => {
    const padded = (bytes: number): string =>
      detached.replace(/MII[\w+/=\r\n]+?(?=\r\n\r\n)/, text => {
        const der = Buffer.from(text, 'base64');
        return Buffer.concat([der, Buffer.alloc(bytes - der.length)]).toString('base64');
      });
    assert.match(say(padded(65_536))[0] ?? '', /^proven/);
    assert.match(say(padded(65_537))[0] ?? '', /^unreadable/);
  });

  it('never throws, and never believes, whatever was changed in the signature', () => {
    const [, begin = '', base64 = '', end = ''] = /^(.*?\r\n\r\n)(MI[\w+/=\r\n]+)(.*)$/s.exec(opaque) ?? [];
    const der = Buffer.from(base64, 'base64');
    const original = verify(opaque)[0];
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(der);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const signatures = verify(`${begin}${bytes.toString('base64')}\r\n${end}`);
        // What nobody signed – numbers of versions, the hashes foretold – may change.
        return signatures.every(
          one => one.result !== 'pass' || (one.signer === original?.signer && one.signedAt === original.signedAt),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('S/MIME roots', () => {
  it('are none where none are named', () => {
    assert.deepEqual(readSmimeRoots(undefined), []);
  });

  it('are refused with the place where they cannot be read', () => {
    const why = (path: string): string => {
      try {
        readSmimeRoots(path);
        return '';
      } catch (error) {
        return error instanceof Error && 'detail' in error ? String(error.detail) : String(error);
      }
    };
    assert.match(why(fixturePath('absent.pem')), /authentication\.smime\.roots: .* cannot be read/);
    assert.match(why(fixturePath('smime-detached.eml')), /holds no certificate/);
  });
});
