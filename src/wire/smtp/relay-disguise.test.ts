// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { relayDisguise } from './relay-disguise.ts';

const inDisguise = (local: string, domain = 'example.jp') => relayDisguise({ local, domain });

describe('relayDisguise', () => {
  for (const [local, kind, host] of [
    ['victim%foreign.example', 'percent', 'foreign.example'],
    ['victim%[192.0.2.9]', 'percent', '[192.0.2.9]'],
    ['victim%a.example%b.example', 'percent', 'b.example'],
    ['victim%inner', 'percent', 'inner'],
    ['foreign.example!victim', 'bang', 'foreign.example'],
    ['a!b!victim', 'bang', 'a'],
    ['victim@foreign.example', 'at', 'foreign.example'],
    ['"victim@foreign.example"', 'at', 'foreign.example'],
    ['@example.jp:victim@foreign.example', 'route', 'victim@foreign.example'],
  ] as const) {
    it(`sees ${kind} in ${local}`, () => assert.deepEqual(inDisguise(local), { kind, host }));
  }

  it('sees a host behind an address literal', () => {
    assert.equal(inDisguise('victim', '[192.0.2.9]')?.kind, 'literal');
  });

  for (const local of ['alice', 'a.b+tag', '100%', "o'brien", 'a..b.', 'x=y', '花子']) {
    it(`sees nothing in ${local}`, () => assert.equal(inDisguise(local), undefined));
  }
});
