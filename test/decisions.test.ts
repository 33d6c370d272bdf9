// SPDX-License-Identifier: Apache-2.0
// Decisions are numbered without gap or double, and the list of them names each by its title.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

const folder = join(import.meta.dirname, '../docs/decisions');

it('lists every decision once, in order, by its title', () => {
  const pages = readdirSync(folder)
    .filter(name => /^\d{4}-/.test(name))
    .sort();
  const told = pages.map(page => {
    const [, number = '', title = ''] = /^# (\d+)\. (.+)$/m.exec(readFileSync(join(folder, page), 'utf8')) ?? [];
    assert.equal(Number(page.slice(0, 4)), Number(number), page);
    return `${number}. [${title}](${page})`;
  });
  assert.deepEqual(
    told.map(line => Number.parseInt(line, 10)),
    told.map((_, i) => i + 1),
  );
  const listed = readFileSync(join(folder, 'README.md'), 'utf8').match(/^\d+\. \[.*?\]\([^)]*\)/gm);
  assert.deepEqual(listed, told);
});
