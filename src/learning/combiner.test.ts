// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { seededRandom } from '../core/random.ts';
import { systemClock } from '../core/clock.ts';
import { memoryLearningStore } from '../store/learning/memory.ts';
import type { LearningStore, NewTraining } from '../store/learning/contract.ts';
import { sqliteLearningStore } from '../store/learning/sqlite.ts';
import { inlineWriter } from '../store/thread/writer.ts';
import { combine, type CombinerOptions } from './combiner.ts';
import { probabilityOf } from './logistic.ts';
import type { Declared } from './score-fit.ts';

const scores: Readonly<Record<string, number>> = { LEARNED_SPAM: 10, WEAK: 3, STRONG: 2, SET: 2, GOOD: -1.5 };
const declared: Declared = { scoreOf: symbol => scores[symbol], isFixed: symbol => symbol === 'SET' };
const day = 86_400_000;
const all: CombinerOptions = { before: 10 * day, fits: true, pause: async () => {} };

/** Of mail in which WEAK says nothing and STRONG much. */
function labels(count: number, seed: number, by = 'alice@example.org'): readonly NewTraining[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i): NewTraining => {
    const isSpam = random.next() < 0.5;
    const has = (ofSpam: number, ofHam: number): boolean => random.next() < (isSpam ? ofSpam : ofHam);
    const findings = [
      ...(has(0.3, 0.3) ? [{ symbol: 'WEAK', share: 1 }] : []),
      ...(has(0.4, 0.01) ? [{ symbol: 'STRONG', share: 1 }] : []),
      ...(has(0.2, 0.2) ? [{ symbol: 'SET', share: 1 }] : []),
      ...(has(0.1, 0.5) ? [{ symbol: 'GOOD', share: 1 }] : []),
      ...(has(0.6, 0.02) ? [{ symbol: 'LEARNED_SPAM', share: Math.round(random.next() * 100) / 100 }] : []),
    ];
    const label = isSpam ? 'spam' : 'ham';
    return { at: i, by, source: 'person', label, messageId: `${by}-${seed}-${i}`, extractors: {}, findings };
  });
}

async function teach(store: LearningStore, entries: readonly NewTraining[]): Promise<void> {
  for (const entry of entries) await store.append(entry);
}

const memory = () => memoryLearningStore({ keepsFeatures: false });

describe('combiner', () => {
  it('lowers what says nothing, raises what tells spam, within half, and leaves what was set by hand', async () => {
    const store = memory();
    await teach(store, labels(1_500, 1));
    const { scores: moved, map } = await combine(store, declared, all);
    const of = new Map(moved.map(({ symbol, fitted }) => [symbol, fitted]));
    assert.equal(of.get('WEAK'), 1.5);
    assert.ok((of.get('STRONG') ?? 0) > 2 && (of.get('STRONG') ?? 0) <= 3);
    assert.equal(of.has('SET'), false);
    assert.ok(map);
  });

  it('moves nothing, and calls nothing probable, before 200 labels of each kind', async () => {
    const store = memory();
    const some = labels(1_500, 2);
    await teach(store, [
      ...some.filter(({ label }) => label === 'spam'),
      ...some.filter(({ label }) => label === 'ham').slice(0, 199),
    ]);
    const { scores: moved, map, ham } = await combine(store, declared, all);
    assert.deepEqual([moved, map, ham], [[], undefined, 199]);
  });

  it('is, once labels were taken back, what it would be had they never been given', async () => {
    const [poisoned, clean] = [memory(), memory()];
    const [first, last] = [labels(400, 3), labels(300, 4)];
    const flipped = labels(500, 5, 'bob@example.org').map((entry): NewTraining => {
      return { ...entry, label: entry.label === 'spam' ? 'ham' : 'spam' };
    });
    await teach(poisoned, [...first, ...flipped, ...last]);
    await teach(clean, [...first, ...last]);
    const expected = (await combine(clean, declared, all)).digest;
    assert.notEqual((await combine(poisoned, declared, all)).digest, expected);
    await poisoned.revoke({ at: day, by: 'operator', revoke: { user: 'bob@example.org' } });
    assert.equal((await combine(poisoned, declared, all)).digest, expected);
  });

  it('goes by the labels before the instant alone', async () => {
    const [one, more] = [memory(), memory()];
    await teach(one, labels(900, 6));
    await teach(more, [...labels(900, 6), ...labels(300, 7).map(entry => ({ ...entry, at: 11 * day }))]);
    assert.equal((await combine(more, declared, all)).digest, (await combine(one, declared, all)).digest);
  });

  it('gives evidence no weight from the labels it made itself', async () => {
    const [by, without] = [memory(), memory()];
    const some = labels(900, 8);
    const evidence = (entry: NewTraining): NewTraining =>
      entry.label === 'spam' ? { ...entry, source: 'automatic', evidence: ['STRONG'] } : entry;
    const unseen = (entry: NewTraining): NewTraining =>
      entry.label === 'spam'
        ? { ...entry, findings: (entry.findings ?? []).filter(({ symbol }) => symbol !== 'STRONG') }
        : entry;
    await teach(by, some.map(evidence));
    await teach(without, some.map(unseen));
    assert.equal((await combine(by, declared, all)).digest, (await combine(without, declared, all)).digest);
  });

  it('calls probable what it then is', async () => {
    const store = memory();
    await teach(store, labels(4_000, 9));
    const { map } = await combine(store, declared, { ...all, fits: false });
    const [low, high] = [map?.[0]?.[1] ?? 0, map?.at(-1)?.[1] ?? 0];
    assert.ok(probabilityOf(low) < 0.12 && probabilityOf(high) > 0.98, `${low} ${high}`);
  });

  it('is the same in four processes', async t => {
    const folder = mkdtempSync(join(tmpdir(), 'combiner-'));
    const path = join(folder, 'learning.db');
    const store = await sqliteLearningStore(path, inlineWriter(systemClock));
    t.after(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });
    await teach(store, labels(500, 10));
    await teach(store, labels(30, 11, 'bob@example.org'));
    await store.revoke({ at: day, by: 'operator', revoke: { user: 'bob@example.org' } });
    const clean = memory();
    await teach(clean, labels(500, 10));
    const expected = (await combine(clean, declared, all)).digest;
    const said = await Promise.all(Array.from({ length: 4 }, () => digestElsewhere(path)));
    assert.deepEqual(said, [expected, expected, expected, expected]);
  });
});

async function digestElsewhere(path: string): Promise<string> {
  const at = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const code = `
    import { combine } from ${at('./combiner.ts')};
    import { systemClock } from ${at('../core/clock.ts')};
    import { inlineWriter } from ${at('../store/thread/writer.ts')};
    import { sqliteLearningStore } from ${at('../store/learning/sqlite.ts')};
    const store = await sqliteLearningStore(${JSON.stringify(path)}, inlineWriter(systemClock));
    const scores = ${JSON.stringify(scores)};
    const declared = { scoreOf: symbol => scores[symbol], isFixed: symbol => symbol === 'SET' };
    const { digest } = await combine(store, declared, { before: ${all.before}, fits: true, pause: async () => {} });
    process.stdout.write(digest);
    await store.close();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await once(child, 'close');
  return said;
}
