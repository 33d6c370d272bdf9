// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { kinds, type Kind } from '../core/kinds.ts';
import { mix } from './features/hash.ts';
import { KindModel, kindModelBytes } from './kind-model.ts';

/** Thirty words of the kind, and thirty that all mail has. */
const words = (kind: Kind, seed: number): Uint32Array =>
  Uint32Array.from({ length: 60 }, (_, i) => mix(i < 30 ? 1_000 * kinds.indexOf(kind) + ((seed * 7 + i) % 50) : i));

function taught(counts: Partial<Record<Kind, number>>): KindModel {
  const model = new KindModel();
  const most = Math.max(...Object.values(counts));
  for (let i = 0; i < most; i += 1)
    for (const kind of kinds) if (i < (counts[kind] ?? 0)) model.train(words(kind, i), kind);
  return model;
}

function best(scores: ReadonlyMap<Kind, number>): Kind | undefined {
  return [...scores].sort((a, b) => b[1] - a[1])[0]?.[0];
}

it('tells each kind it was taught, of messages it never saw', () => {
  const model = taught({ phishing: 40, fraud: 40, advertising: 40 });
  for (const kind of ['phishing', 'fraud', 'advertising'] as const)
    for (let i = 100; i < 120; i += 1) assert.equal(best(model.score(words(kind, i))), kind);
});

it('says nothing where nothing was taught, and of no kind where one alone was', () => {
  assert.equal(new KindModel().score(words('fraud', 1)).size, 0);
  assert.deepEqual([...taught({ fraud: 40 }).score(words('fraud', 1))], [['fraud', 0]]);
});

it('says little after few labels', () => {
  const weight = (labels: number) =>
    taught({ fraud: labels, adult: labels }).score(words('fraud', 1)).get('fraud') ?? 0;
  assert.ok(weight(2) > 0 && weight(2) < weight(40) / 4, `${weight(2)} ${weight(40)}`);
});

it('leaves the same bytes after the same labels', () => {
  const bytes = () => {
    const buffer = new ArrayBuffer(kindModelBytes);
    const model = new KindModel(buffer);
    for (let i = 0; i < 30; i += 1) model.train(words(i % 2 ? 'fraud' : 'adult', i), i % 2 ? 'fraud' : 'adult');
    return new Uint8Array(buffer);
  };
  assert.deepEqual(bytes(), bytes());
});
