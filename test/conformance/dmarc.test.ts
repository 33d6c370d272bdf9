// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { it } from 'node:test';
import { run } from './dmarc.ts';
import { sharedPath, skipWithout, suiteFiles } from './where.ts';

const published = sharedPath('conformance', 'dmarc');

it('finds policies and alignment as RFC 9989 does', { skip: skipWithout(published) }, async () => {
  const { passed, total, misses } = await run(published);
  assert.deepEqual(
    misses.filter(({ known }) => known === undefined),
    [],
  );
  assert.ok(total >= 88 && passed >= 83, `${passed}/${total}`);
});

it('comes to the same whatever the domains are called', { skip: skipWithout(published) }, async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'sekisho-dmarc-'));
  const { passed, total } = await run(published);
  for (const file of await suiteFiles(published, '.json'))
    writeFileSync(join(folder.path, basename(file)), renamed(await readFile(file, 'utf8'), 9989));
  const again = await run(folder.path);
  assert.deepEqual([again.passed, again.total], [passed, total]);
});

/** Every label of every name becomes another, the same one wherever it stands. */
function renamed(text: string, seed: number): string {
  const random = seededRandom(seed);
  const labels = new Map<string, string>();
  return text.replace(/[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/g, name =>
    name
      .split('.')
      .map(label => {
        if (/^[\d_]|^(?:rfc|dmarc|get|js)/.test(label)) return label;
        const other = labels.get(label) ?? `${random().toString(36).slice(2, 8)}${labels.size}`;
        labels.set(label, other);
        return other;
      })
      .join('.'),
  );
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
