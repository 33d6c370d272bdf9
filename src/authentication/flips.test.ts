// SPDX-License-Identifier: Apache-2.0
// A hundred flips of one bit in each of 20 letters for DKIM and for ARC; flips.all.ts tries every one.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '../core/random.ts';
import { flips, sealed, signedByDkim } from './flips.suite.ts';

for (const [name, make] of [
  ['signature', signedByDkim],
  ['chain of seals', sealed],
] as const)
  it(`a ${name} holds after a flip of one bit only if what is signed is still the same`, async () => {
    const random = seededRandom(6_376);
    let [same, other] = [0, 0];
    for (let i = 0; i < 20; i++) {
      const signed = await make(random, i);
      assert.equal(await signed.holds(signed.text), true);
      for (const { changed, isSame, where } of flips(signed, random, 100)) {
        if (isSame) same++;
        else other++;
        assert.equal(await signed.holds(changed), isSame, `${signed.name}, ${where} of ${JSON.stringify(signed.text)}`);
      }
    }
    assert.ok(same > 10 && other > 1_000, `${same} the same, ${other} not`);
  });
