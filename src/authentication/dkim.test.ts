// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { TestClock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Message } from '../core/message.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { verifyDkim, type DkimResult } from './dkim.ts';
import { DkimKeys } from './dkim-keys.ts';
import { ed25519Keys, header, mail, message, rsaKeys, signatureOf, zoneWith } from './signed.suite.ts';

const keys = ed25519Keys();

async function verify(of: string | Message, zone: Zone = zoneWith(keys)): Promise<readonly DkimResult[]> {
  return verifyDkim(typeof of === 'string' ? message(of) : of, { dns: zoneDns(zone), clock: new TestClock() });
}
const told = (results: readonly DkimResult[]) => results.map(({ result, reason }) => [result, reason ?? '']);

describe('DKIM', () => {
  it('passes what is as it was signed, and says by whom', async () => {
    const [signature, ...others] = await verify((await signatureOf({ keys })) + mail);
    assert.deepEqual(
      { ...signature, signature: signature?.signature.length, signedFields: undefined },
      {
        result: 'pass',
        domain: 'example.org',
        selector: 's1',
        algorithm: 'ed25519-sha256',
        identity: '@example.org',
        signature: 8,
        signedFields: undefined,
        isTest: false,
        keyBits: 256,
      },
    );
    assert.ok(signature?.signedFields.includes('from') && signature.signedFields.includes('subject'));
    assert.equal(others.length, 0);
  });

  it('answers at once, and asks nobody, where nothing is signed', () => {
    const dns = { ask: () => assert.fail('asked'), cached: () => assert.fail('asked') };
    for (const text of [mail, `\r\nDKIM-Signature: v=1\r\n${mail}`, `${header}\r\nDKIM-Signature: in the body\r\n`, ''])
      assert.deepEqual(verifyDkim(message(text), { dns, clock: new TestClock() }), []);
  });

  it('passes RSA of 1024 bits and more, and no shorter', async () => {
    for (const [bits, result] of [
      [1024, 'pass'],
      [1016, 'policy'],
    ] as const) {
      const rsa = rsaKeys(bits);
      const [signature] = await verify((await signatureOf({ keys: rsa })) + mail, zoneWith(rsa));
      assert.equal(signature?.result, result, String(bits));
    }
  });

  it('does not pass rsa-sha1', async () => {
    const rsa = rsaKeys(1024);
    const signed = (await signatureOf({ keys: rsa, algorithm: 'rsa-sha1' })) + mail;
    assert.deepEqual(told(await verify(signed, zoneWith(rsa))), [['policy', 'weak algorithm']]);
  });

  it('does not pass what was changed after signing', async () => {
    const signature = await signatureOf({ keys });
    assert.deepEqual(told(await verify(signature + mail.replace('dinner', 'supper'))), [['fail', 'bad signature']]);
    assert.deepEqual(told(await verify(signature + mail.replace('ready', 'late'))), [
      ['fail', 'body hash did not verify'],
    ]);
  });

  it('passes changes of white space under relaxed, not under simple', async () => {
    const changed = mail.replace('Is dinner', 'Is  dinner').replace('Subject: dinner', 'Subject:  dinner');
    const of = async (canonicalization: string) =>
      (await verify((await signatureOf({ keys, canonicalization })) + changed))[0]?.result;
    assert.deepEqual([await of('relaxed/relaxed'), await of('simple/simple')], ['pass', 'fail']);
  });

  it('notes how much of the body is not signed', async () => {
    const [signature] = await verify((await signatureOf({ keys, maxBodyLength: 18 })) + `${mail}Buy now!\r\n`);
    assert.deepEqual([signature?.result, signature?.bodyLengthLimit, signature?.unsignedBytes], ['pass', 18, 10]);
  });

  it('does not pass a signature that has expired', async () => {
    const at = Date.UTC(2026, 0, 1);
    const of = async (expires: number) =>
      told(await verify((await signatureOf({ keys, expires: new Date(expires) })) + mail));
    // Clocks may differ by five minutes.
    assert.deepEqual([await of(at - 300_000), await of(at - 301_000)], [[['pass', '']], [['neutral', 'expired']]]);
  });

  it('finds no key where there is none, and concludes nothing where the name service fails', async () => {
    const signed = (await signatureOf({ keys })) + mail;
    assert.deepEqual(told(await verify(signed, {})), [['permerror', 'no key']]);
    const [ill] = await verify(signed, { 's1._domainkey.example.org': { fails: 'SERVFAIL' } });
    assert.equal(ill?.result, 'temperror');
  });

  it('asks for the key of every message, though it has made one of the record before', async () => {
    const dkimKeys = new DkimKeys();
    const [rsa, others] = [rsaKeys(1024), rsaKeys(1024)];
    const signed = message((await signatureOf({ keys: rsa })) + mail);
    const under = async (zone: Zone) =>
      told(await verifyDkim(signed, { dns: zoneDns(zone), clock: new TestClock(), dkimKeys }));
    const passed = [['pass', '']];
    assert.deepEqual(await under(zoneWith(rsa)), passed);
    assert.deepEqual(await under(zoneWith(rsa)), passed);
    assert.deepEqual(await under(zoneWith(others)), [['fail', 'bad signature']]);
    assert.deepEqual(await under({}), [['permerror', 'no key']]);
    assert.deepEqual(await under(zoneWith(rsa)), passed);
  });

  it('knows a domain that only tries', async () => {
    const testing = ed25519Keys(' t=y;');
    assert.equal((await verify((await signatureOf({ keys: testing })) + mail, zoneWith(testing)))[0]?.isTest, true);
  });

  it('reads every signature, whatever is wrong with another', async () => {
    const broken = 'DKIM-Signature: nonsense\r\nDKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=s1\r\n';
    const results = await verify(broken + (await signatureOf({ keys })) + mail);
    assert.deepEqual(
      results.map(({ result }) => result),
      ['neutral', 'neutral', 'pass'],
    );
  });

  it('does not take a disk that fails for a signature that cannot be read', async () => {
    const bytes = Buffer.from((await signatureOf({ keys })) + mail);
    const failing: Message = {
      ...message(''),
      sizeBytes: 100_000,
      bytes,
      isWhole: false,
      async *stream() {
        yield bytes;
        throw new Error('EIO');
      },
    };
    await assert.rejects(verify(failing), /EIO/);
  });

  it('verifies ten signatures, those of the author first, and calls the rest policy', async () => {
    const broken = 'DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=s1; h=from; bh=AAAA; b=AAAA\r\n';
    const own = await signatureOf({ keys });
    const other = await signatureOf({ keys, domain: 'example.com' });
    const zone = { ...zoneWith(keys), ...zoneWith(keys, 's1._domainkey.example.com') };
    const at = async (before: number, signature: string) =>
      (await verify(broken.repeat(before) + signature + broken.repeat(30) + mail, zone)).map(({ result }) => result);
    assert.equal((await at(9, other))[9], 'pass');
    assert.equal((await at(10, other))[10], 'policy');
    const twenty = await at(20, own);
    assert.deepEqual([twenty.length, twenty[20], twenty.filter(one => one === 'policy').length], [30, 'pass', 20]);
    // One far below is still found.
    assert.equal((await at(900, own)).at(-1), 'pass');
  });

  it('asks for the keys of all signatures side by side, and for no more than ten', async () => {
    let [now, most, asked] = [0, 0, 0];
    const dns: Dns = {
      cached: () => undefined,
      async ask() {
        asked++;
        most = Math.max(most, ++now);
        await setImmediate();
        now--;
        return { kind: 'no-name' };
      },
    };
    const signatures = (await signatureOf({ keys })).repeat(1_000);
    const some = message(signatures.slice(0, 200_000) + mail);
    await verifyDkim(some, { dns, clock: new TestClock() });
    assert.deepEqual([asked, most], [10, 10]);
  });

  it('does not read an endless header', async () => {
    const signature = await signatureOf({ keys });
    const told262 = await verify(`${signature}X-Long: ${'x'.repeat(262_144)}\r\n${mail}`);
    assert.deepEqual(told(told262), [['neutral', 'the header is too long']]);
    const padded = `DKIM-Signature: v=1; z=${'x'.repeat(10_241)}\r\n`;
    assert.deepEqual(told(await verify(padded + signature + mail)), [
      ['neutral', 'the tag list is too long'],
      ['pass', ''],
    ]);
  });

  it('never holds the thread for long, whatever is signed', async () => {
    const long = generateKeyPairSync('rsa', { modulusLength: 4_096 }).publicKey.export({ type: 'spki', format: 'der' });
    const zone = zoneWith({ pem: '', record: `v=DKIM1; p=${long.toString('base64')}` });
    const one = (await signatureOf({ keys })).replace('ed25519-sha256', 'rsa-sha256');
    const text = one.repeat(10) + `X: ${' \t'.repeat(100_000)}x\r\n` + header + '\r\n' + '\r\n \t'.repeat(225_000);
    const before = process.cpuUsage();
    const results = await verify(text, zone);
    assert.equal(results.length, 10);
    assert.ok(process.cpuUsage(before).user < 500_000);
  });

  it('needs a key that is for the signature', async () => {
    const signed = (await signatureOf({ keys })) + mail;
    const under = async (edit: (record: string) => string, text = signed) =>
      told(await verify(text, zoneWith({ ...keys, record: edit(keys.record) })))[0];
    const extended = signed.replace(/d=example\.org;/, 'd=example.org; i=@mail.example.org;');
    assert.deepEqual(await under(record => record.replace('v=DKIM1;', 'v=DKIM1; h=sha1;')), [
      'permerror',
      'the key is not for this hash (h=)',
    ]);
    assert.deepEqual(await under(record => record.replace('v=DKIM1;', 'v=DKIM1; t=s;'), extended), [
      'permerror',
      'the key is not for sub-domains (t=s)',
    ]);
    assert.deepEqual(await under(record => record.replace('v=DKIM1;', 'v=DKIM1; g=;')), ['pass', '']);
    assert.deepEqual(await under(() => 'v=DKIM1; p='), ['permerror', 'the key was revoked']);
    assert.deepEqual(await under(record => record.replace('v=DKIM1', 'v=DKIM2')), [
      'permerror',
      'the key record has another version',
    ]);
  });

  it('takes the key that serves, where a domain has several at one name', async () => {
    const signed = (await signatureOf({ keys })) + mail;
    const zone = { 's1._domainkey.example.org': { TXT: ['v=spf1 -all', ed25519Keys().record, keys.record] } };
    assert.deepEqual(told(await verify(signed, zone)), [['pass', '']]);
  });

  it('is early for what is signed in the future, beyond what clocks differ by', async () => {
    const signed = (await signatureOf({ keys })) + mail;
    const at = (ms: number) => {
      const clock = new TestClock(ms);
      return verifyDkim(message(signed), { dns: zoneDns(zoneWith(keys)), clock });
    };
    const signedAt = Date.UTC(2025, 11, 31);
    assert.deepEqual(told(await at(signedAt - 300_000)), [['pass', '']]);
    assert.deepEqual(told(await at(signedAt - 301_000)), [['neutral', 'signed in the future']]);
  });

  it('does not go into ARC', async () => {
    const set =
      'ARC-Seal: i=1; cv=none\r\nARC-Message-Signature: i=1; h=from\r\nARC-Authentication-Results: i=1; a\r\n';
    assert.deepEqual(told(await verify(set + (await signatureOf({ keys })) + mail)), [['pass', '']]);
  });

  it('verifies a message that is longer than what is kept in memory, in whatever pieces it comes', async () => {
    const text = `${header}\r\n${'All work and no play makes a long message.\r\n'.repeat(5_000)}`;
    const all = Buffer.from((await signatureOf({ keys, text })) + text);
    const long: Message = {
      ...message(''),
      sizeBytes: all.length,
      bytes: all.subarray(0, 10_000),
      isWhole: false,
      async *stream() {
        for (let at = 0; at < all.length; at += 77_777) yield all.subarray(at, at + 77_777);
      },
    };
    assert.deepEqual(told(await verify(long)), [['pass', '']]);
  });

  it('leaves the message as it was', async () => {
    const bytes = Buffer.from('DKIM-Signature: v=1\r\n'.repeat(12) + mail);
    const before = Buffer.from(bytes);
    await verify({
      ...message(''),
      sizeBytes: bytes.length,
      bytes,
      async *stream() {
        yield bytes;
      },
    });
    assert.deepEqual(bytes, before);
  });

  it('stops reading when it is told to', async () => {
    const signed = (await signatureOf({ keys })) + mail + 'x\r\n'.repeat(100_000);
    const options = { dns: zoneDns({}), clock: new TestClock(), signal: AbortSignal.abort() };
    await assert.rejects(async () => verifyDkim(message(signed), options), { code: 'cancelled' });
  });
});
