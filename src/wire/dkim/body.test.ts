// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BodyHashes, type BodyHashKind } from './body-hashes.ts';
import { BodyCanonicalizer, canonicalizeBody } from './body.ts';
import type { Canonicalization } from './values.ts';

/** The words of RFC 6376 3.4.3 and 3.4.4, one after the other. */
function asTheRfcSays(body: string, how: Canonicalization): string {
  if (how === 'simple') return `${body.replace(/(?:\r\n)+$/, '')}\r\n`;
  const lines = body.split('\r\n').map(line => line.replace(/[ \t]+$/, '').replace(/[ \t]+/g, ' '));
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}

const bodies = fc
  .array(fc.constantFrom('\r\n', '\r', '\n', ' ', '\t', 'a', 'bc', '\u00e9', '\0', '\r\n\r\n', ' \r\n'), {
    maxLength: 40,
  })
  .map(parts => parts.join(''));
const forms = ['simple', 'relaxed'] as const;

describe('canonical bodies', () => {
  it('are as RFC 6376 says, in one piece and in any pieces', () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(9), { maxLength: 20 }), (body, cuts) => {
        for (const how of forms) {
          const expected = asTheRfcSays(body, how);
          const bytes = Buffer.from(body, 'latin1');
          assert.equal(canonicalizeBody(bytes, how).toString('latin1'), expected, how);
          const canonicalizer = new BodyCanonicalizer(how);
          let [at, out] = [0, ''];
          for (const cut of [...cuts, bytes.length]) {
            out += canonicalizer.update(bytes.subarray(at, at + cut)).toString('latin1');
            at = Math.min(bytes.length, at + cut);
          }
          assert.equal(out + canonicalizer.end().toString('latin1'), expected, `${how} in pieces`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('take no longer for a megabyte of what may be the end than for text', () => {
    const usage = (text: string): number => {
      const bytes = Buffer.from(text, 'latin1');
      const before = process.cpuUsage();
      for (const how of forms) {
        const canonicalizer = new BodyCanonicalizer(how);
        for (let at = 0; at < bytes.length; at += 1_000) canonicalizer.update(bytes.subarray(at, at + 1_000));
        canonicalizer.end();
      }
      return process.cpuUsage(before).user / 1_000;
    };
    for (const part of ['\r\n', ' ', '\t \r\n', '\r', '\n', ' \r', '\r\na'])
      assert.ok(usage(part.repeat(900_000 / part.length)) < 500, JSON.stringify(part));
  });
});

describe('body hashes', () => {
  it('hash what each kind covers, and say what it does not', () => {
    const body = Buffer.from('one \r\ntwo\t\tthree\r\n\r\n');
    const kinds: BodyHashKind[] = forms.flatMap(canonicalization =>
      (['sha1', 'sha256'] as const).flatMap(hash =>
        [undefined, 0, 1, 5, 16, 17, 18, 19, 400].map(limit => ({
          canonicalization,
          hash,
          ...(limit === undefined ? {} : { limit }),
        })),
      ),
    );
    for (const size of [1, 3, 100]) {
      const hashes = new BodyHashes(kinds);
      for (let at = 0; at < body.length; at += size) hashes.update(body.subarray(at, at + size));
      hashes.end();
      for (const kind of kinds) {
        const canonical = canonicalizeBody(body, kind.canonicalization);
        const { limit = canonical.length } = kind;
        assert.deepEqual(
          hashes.get(kind),
          {
            digest: createHash(kind.hash).update(canonical.subarray(0, limit)).digest(),
            unsignedBytes: Math.max(0, canonical.length - limit),
            isShort: limit > canonical.length,
          },
          JSON.stringify(kind),
        );
      }
    }
  });

  it('hash a body that comes in one piece alike', () => {
    const kind = { canonicalization: 'relaxed', hash: 'sha256' } as const;
    const hashes = new BodyHashes([kind]);
    hashes.update(Buffer.from('a  b'), true);
    assert.deepEqual(hashes.get(kind).digest, createHash('sha256').update('a b\r\n').digest());
    assert.throws(() => hashes.get({ ...kind, hash: 'sha1' }), RangeError);
  });
});
