// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Judges } from '../app.ts';
import { senderChecks } from './sender-checks.ts';

it('finds the checks that go by who sent the message, through facts made of facts, and no others', () => {
  const facts = [
    { name: 'spf', needs: ['dns'], results: () => [] },
    { name: 'reverseName', needs: ['dns'], results: () => [] },
    { name: 'reputation', needs: ['proven'] },
    { name: 'proven', needs: ['spf', 'mime'] },
    { name: 'mime', needs: [] },
  ];
  const checks = [
    ['spf', ['spf']],
    ['reputation', ['clock', 'reputation']],
    ['host-name', ['reverseName']],
    ['subject', ['mime']],
  ] as const;
  const assembly = {
    facts: new Map(facts.map(fact => [fact.name, fact])),
    factsWithResults: facts.filter(fact => 'results' in fact),
    byName: new Map(checks.map(([name, needs]) => [name, { name, check: { needs } }])),
  };
  assert.deepEqual([...senderChecks({ assembly } as unknown as Judges)], ['spf', 'reputation']);
});
