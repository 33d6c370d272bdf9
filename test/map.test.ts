// SPDX-License-Identifier: Apache-2.0
// Reads the table in src/README.md and holds every import to it: the map cannot lie.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { it } from 'node:test';

const src = join(import.meta.dirname, '../src');
const map = readFileSync(join(src, 'README.md'), 'utf8');
const rows = new Map(
  [...map.matchAll(/^\| (\w+) \| .+? \| ([\w, ]*)\|$/gm)]
    .filter(([, folder]) => folder !== 'folder')
    .map(([, folder, list]) => [
      folder!,
      new Set(
        list!
          .split(',')
          .map(word => word.trim())
          .filter(Boolean),
      ),
    ]),
);
const isTestOnly = (file: string) => /\.(test|suite)\.ts$/.test(file) || file.endsWith('check/desk.ts');
const isContract = (file: string) => /^store\/\w+\/contract\.ts$/.test(file);
const top = (file: string) => file.split('/')[0]!;
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));

/** Every specifier of a static, dynamic or type-only import, export-from, module augmentation or worker URL. */
function specifiers(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');
  const forms = [
    /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
    /\bdeclare\s+module\s*['"]([^'"]+)['"]/g,
    /\bnew\s+URL\(\s*['"`]([^'"`]+)['"`]/g,
  ];
  return forms.flatMap(form => [...code.matchAll(form)].map(match => match[1]!));
}

const imports = sources.flatMap(file =>
  specifiers(readFileSync(join(src, file), 'utf8'))
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => ({ file, target: relative(src, join(src, dirname(file), specifier)) })),
);

it('has every folder on the map, and nothing else', () => {
  const folders = readdirSync(src, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
  assert.deepEqual([...rows.keys()].sort(), folders.sort());
});

it('lets every import follow the map', () => {
  const trespasses = imports.filter(({ file, target }) => {
    if (!file.includes('/')) return false;
    if (target.startsWith('..')) return !isTestOnly(file);
    if (!target.includes('/')) return !isTestOnly(file);
    const may = rows.get(top(file));
    if (top(file) === top(target) || may?.has(top(target))) return false;
    if (top(target) === 'store') return !(isContract(target) && may?.has('contracts')) && !isTestOnly(file);
    return !isTestOnly(file);
  });
  assert.deepEqual(trespasses, []);
});

it('lets no check import a check, and no fact a check', () => {
  const trespasses = imports.filter(
    ({ file, target }) => /\/(checks|facts)\//.test(file) && !isTestOnly(file) && /\/checks\//.test(target),
  );
  assert.deepEqual(trespasses, []);
});

it('has no circle among folders', () => {
  const visit = (folder: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(folder), `circle: ${[...trail, folder].join(' > ')}`);
    for (const next of rows.get(folder) ?? []) visit(next, [...trail, folder]);
  };
  for (const folder of rows.keys()) visit(folder, []);
});

it('keeps every file within 300 lines', () => {
  const long = sources.filter(
    file => !file.endsWith('.generated.ts') && readFileSync(join(src, file), 'utf8').split('\n').length > 301,
  );
  assert.deepEqual(long, []);
});

it('names backends of stores in app.ts alone', () => {
  const trespasses = imports.filter(
    ({ file, target }) =>
      !file.startsWith('store/') &&
      target.startsWith('store/') &&
      !isContract(target) &&
      !isTestOnly(file) &&
      !rootFilesThatWire.has(file),
  );
  assert.deepEqual(trespasses, []);
});

const rootFilesThatWire = new Set(['app.ts']);
