// SPDX-License-Identifier: Apache-2.0
// A name server that loses, forges and cuts: no message comes to another result than the truth or `temperror`; hostile-dns.all.ts has a thousand at once.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { countOf, lettersAndZone, lies, openPost, sufferAll } from './hostile-dns.ts';

it('a hostile name service leads to the truth or to no result, never to another, and refuses nothing', async test => {
  const { letters, zone } = await lettersAndZone(32);
  const post = await openPost(zoneDns(zone));
  const truth = await Promise.all(letters.map(letter => post.judge(letter)));
  const socketsAtMost = 40;
  const came = await sufferAll({ letters, zone, seed: 1, haste: 40, options: { socketsAtMost } });
  for (const when of ['cold', 'warm', 'past', 'mended'] as const) {
    for (const [i, one] of came[when].entries()) assert.deepEqual(lies(one, truth[i] ?? one), [], `${when}, ${i}`);
    test.diagnostic(`${when}: ${JSON.stringify(countOf(came[when], truth))}`);
  }
  const { unknown } = countOf(came.cold, truth);
  assert.ok(unknown > 0 && came.queries > 200);
  assert.equal(countOf(came.mended, truth).unknown, 0);
  assert.ok(came.mostSockets > 0 && came.mostSockets <= socketsAtMost, `${came.mostSockets} sockets`);
});
