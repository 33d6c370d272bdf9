// SPDX-License-Identifier: Apache-2.0
// Every flip of one bit in 20 letters signed by DKIM, with RSA and Ed25519 in all canonical forms; and one flip in every octet of 20 with a chain of seals.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '../core/random.ts';
import { flips, sealed, signedByDkim } from './flips.suite.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';

for (const [name, make, whole] of [
  ['signature', signedByDkim, 'all'],
  ['chain of seals', sealed, 'octets'],
] as const)
  it(`a ${name} holds after any flip of one bit only if what is signed is still the same`, async test => {
    const random = seededRandom(8_617);
    let count = 0;
    const wrong: string[] = [];
    for (let i = 0; i < 20; i++) {
      const signed = await make(random, i);
      for (const { changed, isSame, where } of flips(signed, random, isQuick ? 300 : whole)) {
        count++;
        if ((await signed.holds(changed)) !== isSame)
          wrong.push(`${signed.name}, ${where}, ${isSame ? 'the same' : 'another'}: ${JSON.stringify(signed.text)}`);
      }
    }
    test.diagnostic(`${count} flips`);
    assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} of ${count}`);
  });
