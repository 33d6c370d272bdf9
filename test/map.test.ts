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

interface Import {
  readonly file: string;
  readonly target: string;
}

const importsIn = (file: string, text: string): Import[] =>
  specifiers(text)
    .filter(specifier => specifier.startsWith('.'))
    .map(specifier => ({ file, target: relative(src, join(src, dirname(file), specifier)) }));

const imports = sources.flatMap(file => importsIn(file, readFileSync(join(src, file), 'utf8')));

it('has every folder on the map, and nothing else', () => {
  const folders = readdirSync(src, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
  assert.deepEqual([...rows.keys()].sort(), folders.sort());
});

it('has every file of the root on the map, and nothing else', () => {
  const listed = [...map.matchAll(/^\| ((?:[\w.-]+\.ts(?:, )?)+) \|/gm)].flatMap(([, names]) => names!.split(', '));
  const files = sources.filter(file => !file.includes('/') && !isTestOnly(file));
  assert.deepEqual(listed.sort(), files.sort());
});

/** Whether a file may not import what it imports. */
function isTrespass({ file, target }: Import): boolean {
  if (!file.includes('/')) return false;
  if (target.startsWith('..')) return !isTestOnly(file);
  const may = rows.get(top(file));
  if (!target.includes('/')) return !may?.has('root') && !isTestOnly(file);
  if (top(file) === top(target) || may?.has(top(target))) return false;
  if (top(target) === 'store') return !(isContract(target) && may?.has('contracts')) && !isTestOnly(file);
  return !isTestOnly(file);
}

/** Checks import no checks, facts neither. */
const isCheckTrespass = ({ file, target }: Import): boolean =>
  /\/(checks|facts)\//.test(file) && !isTestOnly(file) && /\/checks\//.test(target);

it('lets every import follow the map', () => {
  assert.deepEqual(imports.filter(isTrespass), []);
});

it('lets no check import a check, and no fact a check', () => {
  assert.deepEqual(imports.filter(isCheckTrespass), []);
});

it('would see a trespass in every form an import has', () => {
  const forms = [
    `import { a } from '../delivery/agent.ts';`,
    `import type { A } from "../delivery/agent.ts";`,
    `import '../delivery/agent.ts';`,
    `export * from '../delivery/agent.ts';`,
    `export { a } from '../delivery/agent.ts';`,
    `const { a } = await import('../delivery/agent.ts');`,
    'type A = import(`../delivery/agent.ts`).A;',
    `declare module '../delivery/agent.ts' {}`,
    `new Worker(new URL('../delivery/agent.ts', import.meta.url));`,
    `import { sqlite } from '../store/queue/open.ts';`,
    `import { openWay } from '../way.ts';`,
    `import { where } from '../../test/conformance/where.ts';`,
    `import {\n  a,\n  b,\n} from '../delivery/agent.ts';`,
  ];
  const unseen = forms.filter(text => !importsIn('content/fold.ts', text).some(isTrespass));
  assert.deepEqual(unseen, []);
  const fine = [
    `import { a } from '../core/ip.ts';`,
    `import { s } from '../store/sent/contract.ts';`,
    `// from '../way.ts'`,
  ];
  assert.deepEqual(
    fine.filter(text => importsIn('content/fold.ts', text).some(isTrespass)),
    [],
  );
  assert.ok(importsIn('content/facts/text.ts', `import x from '../checks/date.ts';`).some(isCheckTrespass));
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

it('names backends of stores in stores.ts alone', () => {
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

const rootFilesThatWire = new Set(['stores.ts']);
