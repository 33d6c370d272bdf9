// SPDX-License-Identifier: Apache-2.0
/** PSL — the Public Suffix List's own tests: which domain was registered, or that none was. */
import { readFile } from 'node:fs/promises';
import { organisationOf } from '../../src/core/organisation.ts';
import { toALabels } from '../../src/core/domain.ts';
import { parseDomain } from '../../src/wire/smtp/path.ts';
import type { Miss } from './run.ts';
import { suiteFiles } from './where.ts';

/** `path` is a file of lines `name expected`, or the folder of one; the same tests as calls of a function are read too. */
export async function run(path: string) {
  const misses: Miss[] = [];
  let total = 0;
  const files = await suiteFiles(path, '.txt');
  const plain = files.filter(file => !file.endsWith('test_psl.txt'));
  for (const file of plain.length > 0 ? plain : files) {
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      const test = readTest(line);
      if (!test) continue;
      total++;
      const ours = registered(test.name);
      if (ours !== test.expected)
        misses.push({
          name: test.name,
          why: `${ours}, expected ${test.expected}`,
        });
    }
  }
  return { passed: total - misses.length, total, misses };
}

function readTest(line: string): { readonly name: string; readonly expected: string } | undefined {
  if (/^\s*(\/\/|$)/.test(line)) return undefined;
  const call = /^checkPublicSuffix\((.+), (.+)\);/.exec(line);
  const [name, expected] = call ? call.slice(1).map(text => text.replace(/'/g, '')) : line.trim().split(/\s+/);
  return name === undefined || expected === undefined ? undefined : { name, expected: toALabels(expected) };
}

/** `null` where nothing can have been registered: the name is a suffix, or none. */
function registered(name: string): string {
  if (name === 'null') return name;
  // What is no domain at our border (`.com`) was registered by nobody.
  const asked = parseDomain(name);
  if (asked === undefined) return 'null';
  return organisationOf(`a.${asked}`) === `a.${asked}` ? 'null' : organisationOf(asked);
}
