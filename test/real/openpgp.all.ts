// SPDX-License-Identifier: Apache-2.0
/** What gpg signs is read as it was meant: kinds of keys, subkeys, two signers, keys that end or are revoked, texts in the clear. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { OpenpgpKeys } from '../../src/authentication/openpgp-keys.ts';
import { verifyOpenpgp } from '../../src/authentication/openpgp.ts';
import { standingOf } from '../../src/authentication/person-signature.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { Gnupg, whyNoGnupg } from './gnupg.ts';

const text = 'Content-Type: text/plain\r\n\r\nThe meeting is at ten.\r\n';

describe('OpenPGP by gpg', { skip: whyNoGnupg() ?? false }, () => {
  it('is read as it was signed', async t => {
    const gnupg = new Gnupg();
    const folder = mkdtempSync(join(tmpdir(), 'keys-'));
    t.after(() => {
      gnupg.close();
      rmSync(folder, { recursive: true });
    });
    const say = async (signed: string, from: string, later = 0): Promise<string> => {
      const mime = parseMessage(Buffer.from(`From: ${from}\r\n${signed}`, 'latin1'));
      const nowMs = systemClock.now() + later;
      const keys = new OpenpgpKeys(folder, silentLog);
      const found = await verifyOpenpgp(mime, { keys, nowMs, isWhole: true });
      return found.map(one => [standingOf(one, nowMs), one.reason].join(' ').trim()).join();
    };
    for (const algorithm of ['ed25519', 'rsa2048', 'nistp256']) {
      const address = `${algorithm}@example.org`;
      gnupg.person(`Person <${address}>`, algorithm);
      const signed = gnupg.sign(text, [address]);
      if (algorithm === 'ed25519') assert.equal(await say(signed, address), 'unbelieved unknown');
      gnupg.exportTo(folder, address);
      assert.equal(await say(signed, address), 'proven', algorithm);
      assert.equal(await say(gnupg.sign(text, [address], '--textmode'), address), 'proven', `${algorithm}, text`);
      assert.equal(await say(signed.replace('at ten', 'at two'), address), 'broken altered', algorithm);
      assert.equal(
        await say(`\r\n${gnupg.signInClear('- a \r\n\xe6\x97\xa5\r\n', address)}`, address),
        'proven',
        'clear',
      );
    }
    const two = gnupg.sign(text, ['ed25519@example.org', 'rsa2048@example.org']);
    assert.deepEqual((await say(two, 'rsa2048@example.org')).split(',').sort(), ['other', 'proven']);
    gnupg.person('Brief <brief@example.org>', 'ed25519', '1d');
    gnupg.exportTo(folder, 'brief@example.org');
    const brief = gnupg.sign(text, ['brief@example.org']);
    assert.equal(await say(brief, 'brief@example.org'), 'proven');
    assert.equal(await say(brief, 'brief@example.org', 2 * 86_400_000), 'not-valid expired');
    const before = gnupg.sign(text, ['ed25519@example.org']);
    gnupg.revoke('ed25519@example.org');
    gnupg.exportTo(folder, 'ed25519@example.org');
    assert.equal(await say(before, 'ed25519@example.org'), 'not-valid revoked');
  });
});
