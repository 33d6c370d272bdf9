// SPDX-License-Identifier: Apache-2.0
// Odd letters, with mailauth as second opinion, and every kind of change of one octet.
import assert from 'node:assert/strict';
import { createHash, createPrivateKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { TestClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';
import { zoneDns } from '../net/zone-dns.ts';
import { canonicalizeBody } from '../wire/dkim/body.ts';
import { readFields } from '../wire/dkim/fields.ts';
import { DkimKeys } from './dkim-keys.ts';
import { verifyDkim } from './dkim.ts';
import { below, oddMail } from './odd-mail.suite.ts';
import { ed25519Keys, message, rsaKeys, signatureOf, zoneWith, type Keys } from './signed.suite.ts';
import { dkimSignature } from './signing/sign.ts';

const ed = ed25519Keys();
const rsa = rsaKeys(1_024);
const zone = { ...zoneWith(ed), ...zoneWith(rsa, 's2._domainkey.example.org') };
const dns = zoneDns(zone);
const dkimKeys = new DkimKeys();

async function ours(text: string): Promise<readonly string[]> {
  const results = await verifyDkim(message(text), { dns, clock: new TestClock(), dkimKeys });
  return results.map(({ result }) => result);
}

async function theirs(text: string): Promise<readonly string[]> {
  const { results } = await dkimVerify(Buffer.from(text, 'latin1'), {
    resolver: async (name: string) => [[String(zone[name]?.TXT)]],
    curTime: new Date(Date.UTC(2026, 0, 1)),
    strict: true,
  });
  return results.map(({ status }) => status.result);
}

function signOurs(text: string, keys: Keys, selector: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const { fields, bodyStart } = readFields(bytes);
  const bodyHash = createHash('sha256')
    .update(canonicalizeBody(bytes.subarray(bodyStart), 'relaxed'))
    .digest();
  const algorithm = keys === ed ? 'ed25519-sha256' : 'rsa-sha256';
  const names = fields.map(({ name }) => name);
  const key = { domain: 'example.org', selector, algorithm, privateKey: createPrivateKey(keys.pem) } as const;
  return dkimSignature({ fields, bodyHash, names, at: Date.UTC(2025, 11, 31) }, key);
}

/** RFC 6376 3.4, said once more and simply. */
function relaxed(header: string, body: string): string {
  const fields = header.split(/(?<=\r\n)(?![ \t])/).map(field => {
    const [, name = '', value = ''] = /^([^:]*):([^]*)$/.exec(field) ?? [];
    return `${name.trimEnd().toLowerCase()}:${value
      .replaceAll('\r\n', '')
      .replace(/[ \t]+/g, ' ')
      .replace(/^ | $/g, '')}`;
  });
  const lines = body.split('\r\n').map(line => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return JSON.stringify([fields, lines]);
}

function simple(header: string, body: string): string {
  return JSON.stringify([header, `${body.replace(/(?:\r\n)+$/, '')}\r\n`]);
}

describe('odd letters', () => {
  it('are good for us and for mailauth, whoever of us signed them', async () => {
    const random = seededRandom(4);
    for (let i = 0; i < 150; i++) {
      const { header, body } = oddMail(random, 'example.org');
      const text = `${header}\r\n${body}`;
      const canonicalization = ['simple/simple', 'relaxed/simple', 'simple/relaxed', 'relaxed/relaxed'][i % 4] ?? '';
      const other = await signatureOf({
        keys: i % 3 === 0 ? rsa : ed,
        selector: i % 3 === 0 ? 's2' : 's1',
        text,
        canonicalization,
      });
      const own = signOurs(text, i % 2 === 0 ? ed : rsa, i % 2 === 0 ? 's1' : 's2');
      const both = ['pass', 'pass'];
      assert.deepEqual(await ours(own + other + text), both, JSON.stringify(text));
      assert.deepEqual(await theirs(own + other + text), both, JSON.stringify(text));
    }
  });

  it('are bad once an octet is another, unless the canonical form is the same', async () => {
    const random = seededRandom(8);
    let equal = 0;
    for (let i = 0; i < 20; i++) {
      const { header, body } = oddMail(random, 'example.org');
      const text = `${header}\r\n${body}`;
      const isRelaxed = i % 2 === 0;
      const canonical = isRelaxed ? relaxed : simple;
      const signature = isRelaxed
        ? signOurs(text, ed, 's1')
        : await signatureOf({ keys: ed, text, canonicalization: 'simple/simple' });
      // mailauth does not sign every field there is.
      const signed = new Set(
        /\sh=([^;]*)/
          .exec(signature)?.[1]
          ?.toLowerCase()
          .split(/[\s:]+/),
      );
      const covered = header
        .split(/(?<=\r\n)(?![ \t])/)
        .filter(field => signed.has(field.slice(0, field.indexOf(':')).toLowerCase()))
        .join('');
      for (let flips = 0; flips < 100; flips++) {
        const whole = `${covered}\r\n${body}`;
        const at = below(random, whole.length);
        const code = whole.charCodeAt(at) ^ (1 << below(random, 8));
        const changed = whole.slice(0, at) + String.fromCharCode(code) + whole.slice(at + 1);
        const isInHeader = at < covered.length;
        // A line end made or unmade in the header makes other fields of it, and the empty line divides.
        const isLine = '\r\n'.includes(whole[at] ?? '') || code === 13 || code === 10;
        if (isLine && at < covered.length + 2) continue;
        if (at >= covered.length && at < covered.length + 2) continue;
        const split = covered.length + 2;
        const isSame = canonical(changed.slice(0, covered.length), changed.slice(split)) === canonical(covered, body);
        if (isSame) equal++;
        const [original] = await ours(`${signature}${whole}`);
        assert.equal(original, 'pass');
        const [result] = await ours(`${signature}${changed}`);
        const where = `${isInHeader ? 'header' : 'body'} ${at} of ${JSON.stringify(whole)}`;
        assert.equal(result === 'pass', isSame, where);
      }
    }
    assert.ok(equal > 0);
  });
});
