// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestClock } from '../core/clock.ts';
import type { Message } from '../core/message.ts';
import { zoneDns, type Zone } from '../net/zone-dns.ts';
import { verifyDkim, type DkimResult } from './dkim.ts';
import { Engine } from './engine.ts';
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
    assert.deepEqual([await of(at), await of(at - 1_000)], [[['pass', '']], [['neutral', 'expired']]]);
  });

  it('finds no key where there is none, and concludes nothing where the name service fails', async () => {
    const signed = (await signatureOf({ keys })) + mail;
    assert.deepEqual(told(await verify(signed, {})), [['neutral', 'no key']]);
    const [ill] = await verify(signed, { 's1._domainkey.example.org': { fails: 'SERVFAIL' } });
    assert.equal(ill?.result, 'temperror');
  });

  it('asks for the key of every message, though it has made one of the record before', async () => {
    const engine = new Engine();
    const [rsa, others] = [rsaKeys(1024), rsaKeys(1024)];
    const signed = message((await signatureOf({ keys: rsa })) + mail);
    const under = async (zone: Zone) =>
      told(await verifyDkim(signed, { dns: zoneDns(zone), clock: new TestClock(), engine }));
    const passed = [['pass', '']];
    assert.deepEqual(await under(zoneWith(rsa)), passed);
    assert.deepEqual(await under(zoneWith(rsa)), passed);
    assert.deepEqual(await under(zoneWith(others)), [['fail', 'bad signature']]);
    assert.deepEqual(await under({}), [['neutral', 'no key']]);
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

  it('loses no signature to one that the engine stumbles over', async () => {
    const stumble = (await signatureOf({ keys })).replace('c=relaxed/relaxed', 'c=/relaxed');
    assert.deepEqual(told(await verify(stumble + mail)), [['neutral', 'the signature cannot be read']]);
    const results = await verify(`${stumble + (await signatureOf({ keys }))}DKIM-Signature: nonsense\r\n${mail}`);
    assert.deepEqual(
      results.map(({ result }) => result),
      ['neutral', 'pass', 'neutral'],
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

  it('looks at the uppermost ten signatures and at no more', async () => {
    const broken = 'DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=s1; h=from; bh=AA==; b=AA==\r\n';
    const signature = await signatureOf({ keys });
    const at = async (before: number) =>
      (await verify(broken.repeat(before) + signature + broken.repeat(30) + mail)).map(({ result }) => result);
    const nine = await at(9);
    assert.deepEqual([nine.length, nine.filter(result => result === 'pass').length], [10, 1]);
    const ten = await at(10);
    assert.deepEqual([ten.length, ten.includes('pass')], [10, false]);
  });

  it('does not read a signature longer than any real one, nor lets it take the others with it', async () => {
    const signature = await signatureOf({ keys });
    const padded = (length: number) => `DKIM-Signature: v=1; z=${'x'.repeat(length - 24)}\r\n`;
    assert.deepEqual(told(await verify(padded(10_241) + mail)), [['neutral', 'the signature cannot be read']]);
    assert.deepEqual(told(await verify(padded(10_241) + signature + mail)), [['pass', '']]);
    assert.equal((await verify(padded(10_240) + signature + mail)).length, 2);
    const folded = `DKIM-Signature: v=1;\r\n${' z=x;\r\n'.repeat(1_500)}`;
    assert.deepEqual(told(await verify(folded + mail)), [['neutral', 'the signature cannot be read']]);
    const naming = `DKIM-Signature: v=1; h=${'x:'.repeat(120)}from\r\n`;
    assert.deepEqual(told(await verify(naming + signature + mail)), [['pass', '']]);
  });

  it('looks at fewer signatures below a long header, and at none below an endless one', async () => {
    const signatures = (await signatureOf({ keys })).repeat(10);
    const under = async (more: string) => told(await verify(signatures + more + mail));
    const line = `X-Long: ${'x'.repeat(90)}\r\n`;
    assert.equal((await under(line)).length, 10);
    assert.deepEqual(await under(line.repeat(2_000)), [['pass', '']]);
    const tooLong = [['neutral', 'the header is too long']];
    assert.deepEqual(await under(line.repeat(3_000)), tooLong);
    assert.deepEqual(await under(`X-Long: ${'x'.repeat(262_144)}\r\n`), tooLong);
    assert.deepEqual(await under(`From: ${'a:b;'.repeat(2_600)}\r\n`), tooLong);
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
