// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { compareUtf8, SortedKeys } from './sorted-keys.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '~', 'é', '字', '\uffee', '😀'), maxLength: 6 });

it('strings stand in the order of their UTF-8 bytes', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

it('a page has the keys with the prefix after another, as if all were looked at', () => {
  fc.assert(
    fc.property(fc.array(text), fc.array(text), text, text, (come, gone, prefix, after) => {
      const keys = new SortedKeys();
      for (const key of come) keys.add(key);
      for (const key of gone) keys.remove(key);
      const expected = [...new Set(come)]
        .filter(key => !gone.includes(key) && key.startsWith(prefix) && compareUtf8(key, after) > 0)
        .sort(compareUtf8);
      assert.deepEqual([...keys.after(prefix, after)], expected);
    }),
  );
});
