// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { silentLog } from '../core/log.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { OpenpgpKeys } from './openpgp-keys.ts';
import { verifyOpenpgp } from './openpgp.ts';
import { dayMs, fixturePath, nowMs, signedMail } from './person.suite.ts';
import { standingOf } from './person-signature.ts';

const keys = new OpenpgpKeys(fixturePath('openpgp-keys'), silentLog);
const detached = signedMail('openpgp-detached.eml');
const clear = signedMail('openpgp-clear.eml');

interface More {
  readonly trusts?: OpenpgpKeys;
  readonly at?: number;
  readonly isWhole?: boolean;
}

async function verify(text: string, { trusts = keys, at = nowMs, isWhole = true }: More = {}) {
  return verifyOpenpgp(parseMessage(Buffer.from(text, 'latin1')), { keys: trusts, nowMs: at, isWhole });
}

/** `standing result reason signer` of each signature. */
async function say(text: string, more?: More): Promise<readonly string[]> {
  return (await verify(text, more)).map(signature =>
    [standingOf(signature, more?.at ?? nowMs), signature.result, signature.reason, signature.signer].join(' ').trim(),
  );
}

const good = ['proven pass  alice@example.org'];

describe('OpenPGP', () => {
  it('finds nothing, at once, in mail that nobody signed', () => {
    const mime = parseMessage(Buffer.from('From: alice@example.org\r\n\r\nhello\r\n'));
    assert.deepEqual(verifyOpenpgp(mime, { keys, nowMs, isWhole: true }), []);
  });

  it('believes the author whose key the operator has', async () => {
    assert.deepEqual(await say(detached), good);
    assert.deepEqual(await say(clear), good);
  });

  it('believes every address the key names, and the one of From is told', async () => {
    assert.deepEqual(await say(detached.replace('<alice@example.org>', '<alice@work.example>')), [
      'proven pass  alice@work.example',
    ]);
  });

  it('knows no key but those of the operator, and then loads nothing', async () => {
    const unknown = ['unbelieved neutral unknown'];
    assert.deepEqual(await say(detached, { trusts: new OpenpgpKeys(undefined, silentLog) }), unknown);
  });

  it('finds each change of what is signed', async () => {
    const start = detached.indexOf('Content-Type: text/plain');
    const end = detached.indexOf('\r\n--=sig', start);
    for (let at = start; at < end; at += 3) {
      const changed = `${detached.slice(0, at)}${String.fromCharCode(detached.charCodeAt(at) ^ 1)}${detached.slice(at + 1)}`;
      assert.match((await say(changed))[0] ?? '', /^broken fail altered/, `byte ${at - start}`);
    }
    assert.match((await say(clear.replace('is at ten', 'is at two')))[0] ?? '', /^broken/);
  });

  it('does not hash blanks at the ends of lines of a text in the clear', async () => {
    assert.deepEqual(await say(clear.replace('old one\r\n', 'old one  \r\n')), good);
  });

  it('tells who signed for another', async () => {
    assert.deepEqual(await say(detached.replace('<alice@', '<carol@')), ['other pass  alice@example.org']);
    assert.match((await say(detached.replace('\r\nTo:', ', carol@example.com\r\nTo:')))[0] ?? '', /^other/);
  });

  it('speaks for the part alone that is signed', async () => {
    for (const mail of [clear.replace('-----BEGIN PGP SIGNED', 'Dear Bob,\r\n\r\n$&'), `${clear}footer of a list\r\n`])
      assert.deepEqual(await say(mail), ['part pass  alice@example.org']);
    const at = detached.indexOf('MIME-Version');
    const inner = detached.slice(detached.indexOf('Content-Type: multipart/signed'));
    const list = `${detached.slice(0, at)}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n${inner}\r\n--m\r\n\r\nfooter\r\n--m--\r\n`;
    assert.deepEqual(await say(list), ['part pass  alice@example.org']);
  });

  it('believes no signature of more than 14 days, and none of the future but for a day', async () => {
    const signedAt = (await verify(detached))[0]?.signedAt ?? 0;
    const standing = async (at: number): Promise<string> => (await say(detached, { at }))[0]?.split(' ')[0] ?? '';
    assert.equal(await standing(signedAt + 14 * dayMs), 'proven');
    assert.equal(await standing(signedAt + 14 * dayMs + 1), 'old');
    assert.equal(await standing(signedAt - dayMs), 'proven');
    assert.notEqual(await standing(signedAt - dayMs - 1_000), 'proven');
  });

  it('reads no signature that is none, lacks its end, or is longer than 64 kB', async () => {
    const armored = /-----BEGIN PGP SIGNATURE-----.*-----END PGP SIGNATURE-----/s;
    for (const text of ['', 'hello', '-----BEGIN PGP SIGNATURE-----\r\n\r\nAAAA\r\n', 'x'.repeat(65_537)])
      assert.match((await say(detached.replace(armored, text)))[0] ?? '', /^unreadable permerror/, text.slice(0, 40));
    assert.match((await say(clear.replace('-----END PGP SIGNATURE-----', '')))[0] ?? '', /^unreadable permerror/);
    assert.match((await say(detached, { isWhole: false }))[0] ?? '', /^unreadable neutral too-long/);
  });

  it('never throws, and never believes, whatever was changed in the signature', async () => {
    const [, base64 = ''] = /SIGNATURE-----\r\n\r\n([\w+/=\r\n]+?)\r\n=[\w+/]{4}/.exec(detached) ?? [];
    const octets = Buffer.from(base64, 'base64');
    const begin = octets.subarray(0, 2);
    assert.ok(octets.length > 80 && begin.length === 2);
    await fc.assert(
      fc.asyncProperty(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Buffer.from(octets);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const mail = detached.replace(
          /(SIGNATURE-----\r\n\r\n)[\w+/=\r\n]+?\r\n=[\w+/]{4}/,
          `$1${bytes.toString('base64')}`,
        );
        const found = await verify(mail);
        // The fields that are not hashed name the key again; a change there that leaves the key findable changes nothing that was signed.
        return found.every(one => one.result !== 'pass' || one.signer === 'alice@example.org');
      }),
      { numRuns: 200 },
    );
  });
});

describe('OpenPGP keys', () => {
  it('are refused with the place if their folder cannot be read', () => {
    assert.throws(() => new OpenpgpKeys(fixturePath('absent'), silentLog), { code: 'bad-configuration' });
  });

  it('count without a file that holds none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keys-'));
    writeFileSync(join(folder, 'broken.asc'), '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n');
    writeFileSync(join(folder, 'notes.txt'), 'not read');
    const warned: string[] = [];
    const log = { ...silentLog, warn: (text: string) => void warned.push(text) };
    const ring = await new OpenpgpKeys(folder, log).ring();
    assert.deepEqual(ring.find('6071defee2322521'), []);
    assert.deepEqual(warned, ['key file not read']);
    rmSync(folder, { recursive: true });
  });
});
