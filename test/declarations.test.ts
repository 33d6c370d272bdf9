// SPDX-License-Identifier: Apache-2.0
/** What holds for every declaration: generated files are fresh, both languages tell the same details, no check is without a test. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AnyCheck } from '../src/check/check.ts';
import type { AnyFact } from '../src/check/fact.ts';
import { checks } from '../src/checks.generated.ts';
import { facts } from '../src/facts.generated.ts';

const root = join(import.meta.dirname, '..');
const allChecks: readonly AnyCheck[] = checks;
const allFacts: readonly AnyFact[] = facts;
const detailsIn = (says: string): readonly string[] =>
  [...new Set([...says.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort();

describe('declarations', () => {
  it('have fresh lists, reference pages and schema', () => {
    const run = spawnSync(process.execPath, ['scripts/generate.ts', '--check'], { cwd: root, encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
  });

  it('tell the same details in English and in Japanese', () => {
    const unlike = allChecks.flatMap(({ symbols = {} }) =>
      Object.entries(symbols).filter(([, { says }]) => detailsIn(says.en).join() !== detailsIn(says.ja).join()),
    );
    assert.deepEqual(unlike, []);
  });

  it('have a sentence in each language, the Japanese one in Japanese', () => {
    const sentences = [
      ...[...allChecks, ...allFacts].map(({ summary }) => summary),
      ...allChecks.flatMap(({ symbols = {} }) => Object.values(symbols).map(({ says }) => says)),
    ];
    assert.deepEqual(
      sentences.filter(({ en, ja }) => !/^[A-Z{].*[.]$/.test(en) || !/[\u3040-\u30ff].*[。]$/.test(ja)),
      [],
    );
  });

  it('name symbols in capitals', () => {
    const names = allChecks.flatMap(({ symbols = {} }) => Object.keys(symbols));
    assert.deepEqual(
      names.filter(name => !/^[A-Z][A-Z0-9_]*$/.test(name)),
      [],
    );
  });

  it('of facts that need each other are measured within 20 s, or given up', () => {
    const byName = new Map(allFacts.map(fact => [fact.name, fact]));
    const longest = (fact: AnyFact): number =>
      fact.deadlineMs + Math.max(0, ...fact.needs.flatMap(need => byName.get(need) ?? []).map(longest));
    const late = allFacts.filter(fact => longest(fact) > 20_000).map(({ name }) => name);
    assert.deepEqual(late, []);
  });

  it('of checks have a test beside them', () => {
    const untested = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter(file => /\/checks\/[\w-]+\.ts$/.test(file))
      .filter(file => !existsSync(join(root, 'src', file.replace(/\.ts$/, '.test.ts'))));
    assert.deepEqual(untested, []);
  });
});
