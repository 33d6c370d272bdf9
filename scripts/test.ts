// SPDX-License-Identifier: Apache-2.0
/** Test — runs every *.test.ts with Node's own runner; arguments narrow it: `npm test -- src/envelope`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const places = process.argv.slice(2).filter(arg => !arg.startsWith('-'));
const options = process.argv.slice(2).filter(arg => arg.startsWith('-'));
const globs = (places.length > 0 ? places : ['src', 'test']).map(place =>
  place.endsWith('.ts') ? place : `${place}/**/*.test.ts`,
);
const run = spawnSync(process.execPath, ['--test', '--test-timeout=120000', ...options, ...globs], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
