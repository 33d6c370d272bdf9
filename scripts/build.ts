// SPDX-License-Identifier: Apache-2.0
/** Build — the published package: `tsc` into dist/, tests and the test desk left out, and no word of them in what is published. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const config = join(root, 'tsconfig.build.json');
const built = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(built.status ?? 1);
writeFileSync(join(dist, 'package.json'), '{ "type": "module" }\n');
console.log('built into dist/');
