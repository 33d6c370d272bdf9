// SPDX-License-Identifier: Apache-2.0
/**
 * Test — runs every *.test.ts with Node's own runner; arguments narrow it: `npm test -- src/envelope`.
 * Files of `src` and `test/conformance` share a process, up to twenty neighbours: most need less time than loading the program does. The others of `test`, which start
 * servers, have one each; with `--alone` every file has, which shows whether one leans on another.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const filesOfALot = 20;
const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const places = args.filter(arg => !arg.startsWith('-'));
const options = args.filter(arg => arg.startsWith('-') && arg !== '--alone');
const globs = (places.length > 0 ? places : ['src', 'test']).map(place =>
  place.endsWith('.ts') ? place : `${place}/**/*.test.ts`,
);
const files = globSync(globs, { cwd: root }).sort();
if (files.length === 0) throw new Error(`No test is found in ${globs.join(' or ')}.`);

const folder = mkdtempSync(join(tmpdir(), 'sekisho-test-'));
try {
  process.exitCode = test(args.includes('--alone') ? files : together(files));
} finally {
  rmSync(folder, { recursive: true });
}

/** What the runner is given: files that stay alone, and files made here that import others. */
function together(all: readonly string[]): readonly string[] {
  const neighbours = all.filter(file => /^(src|test\/conformance)\//.test(file));
  const lots = Array.from({ length: Math.ceil(neighbours.length / filesOfALot) }, (_, i) => {
    const path = join(folder, `lot-${i + 1}.mjs`);
    const lot = neighbours.slice(i * filesOfALot, (i + 1) * filesOfALot);
    writeFileSync(path, lot.map(file => `import ${JSON.stringify(pathToFileURL(join(root, file)).href)};\n`).join(''));
    return path;
  });
  return [...all.filter(file => !neighbours.includes(file)), ...lots];
}

function test(given: readonly string[]): number {
  // One more than there are cores: whoever waits for a server leaves a core free.
  const concurrency = availableParallelism() + 1;
  const runner = ['--test', '--test-timeout=120000', `--test-concurrency=${concurrency}`];
  const run = spawnSync(process.execPath, [...runner, ...options, ...given], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'node-compile-cache'),
    },
  });
  return run.status ?? 1;
}
