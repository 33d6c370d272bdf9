// SPDX-License-Identifier: Apache-2.0
// A thousand messages at once before two name servers that lose 30 % and forge, cut and refuse much of the rest; then the same with truthful ones.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { countOf, lettersAndZone, lies, openPost, sufferAll } from './hostile-dns.ts';

const count = process.env['SEKISHO_QUICK'] === '1' ? 200 : 1_000;

for (const seed of [1, 2])
  it(`${count} messages at once come to the truth or to no result, seed ${seed}`, { timeout: 600_000 }, async test => {
    const { letters, zone } = await lettersAndZone(count);
    const post = await openPost(zoneDns(zone));
    const truth = await Promise.all(letters.map(letter => post.judge(letter)));
    const socketsAtMost = 128;
    const came = await sufferAll({ letters, zone, seed, haste: 4, options: { socketsAtMost } });
    const wrong: string[] = [];
    for (const when of ['cold', 'warm', 'past', 'mended'] as const) {
      for (const [i, one] of came[when].entries())
        wrong.push(...lies(one, truth[i] ?? one).map(lie => `${when}, ${i}: ${lie}`));
      test.diagnostic(`${when}: ${JSON.stringify(countOf(came[when], truth))}`);
    }
    test.diagnostic(`${came.queries} queries, ${came.mostSockets} sockets at most`);
    assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} wrong`);
    assert.equal(countOf(came.mended, truth).unknown, 0);
    assert.ok(countOf(came.past, truth).true > 0);
    assert.ok(came.mostSockets <= socketsAtMost);
  });

it(
  `${count} messages at once are all judged where the name servers tell the truth, by 128 sockets`,
  { timeout: 600_000 },
  async test => {
    const { letters, zone } = await lettersAndZone(count);
    const post = await openPost(zoneDns(zone));
    const truth = await Promise.all(letters.map(letter => post.judge(letter)));
    const came = await sufferAll({ letters, zone, seed: 3, haste: 1, options: {}, isFriendly: true });
    for (const when of ['cold', 'warm', 'past'] as const) assert.equal(countOf(came[when], truth).unknown, 0, when);
    test.diagnostic(`${came.queries} queries, ${came.mostSockets} sockets at most`);
    assert.ok(came.mostSockets <= 128);
  },
);
