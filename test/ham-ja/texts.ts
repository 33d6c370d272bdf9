// SPDX-License-Identifier: Apache-2.0
/** Texts — the Japanese ham of `fixtures/ham-ja`, read: what each message says and what kind of message it is. Fails on a text that is not written as its README says. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/core/random.ts';

export interface HamText {
  readonly name: string;
  /** `From`, `Subject`, and the kind: see `fixtures/ham-ja/README.md`. */
  readonly fields: ReadonlyMap<string, string>;
  readonly text: string;
  /** Tells variations of two messages apart; the same in each run. */
  readonly seed: number;
}

const folder = join(import.meta.dirname, '../../fixtures/ham-ja');
const known = new Set('From To Subject Reply List News Html Phone Auto Calendar Bounce'.split(' '));

export function hamTexts(): readonly HamText[] {
  const files = readdirSync(folder)
    .filter(name => name.endsWith('.txt'))
    .sort();
  return files
    .flatMap(file => readFileSync(join(folder, file), 'utf8').split(/^=== /m).slice(1))
    .map((entry, i) => readEntry(entry, i));
}

function readEntry(entry: string, seed: number): HamText {
  const [name = '', ...lines] = entry.trimEnd().split('\n');
  const empty = lines.indexOf('');
  assert.ok(empty > 0, `${name}: no empty line between fields and text`);
  const fields = lines.slice(0, empty).map(line => {
    const [, key = '', value = ''] = /^([A-Z][a-z]+): ?(.*)$/.exec(line) ?? [];
    assert.ok(known.has(key), `${name}: not a field: ${line}`);
    return [key, filled(value, seed)] as const;
  });
  return { name, fields: new Map(fields), text: filled(lines.slice(empty + 1).join('\n'), seed), seed };
}

/** Numbers, days and months in place of their names. */
function filled(text: string, seed: number): string {
  const random = seededRandom(seed + 1);
  const upTo = (most: number) => 1 + Math.floor(random.next() * most);
  const month = upTo(12);
  return text
    .replaceAll('{番号}', String(10_000_000 + upTo(89_999_999)))
    .replaceAll('{日}', `${month}月${upTo(28)}日`)
    .replaceAll('{月}', String(month));
}
