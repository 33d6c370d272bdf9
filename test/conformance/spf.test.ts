// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { run } from './spf.ts';
import { suiteFiles } from './where.ts';

const published = join(process.env.SEKISHO_SHARED ?? '../shared', 'conformance/spf');

it(
  'reads every record as RFC 7208 does',
  { skip: existsSync(published) ? false : `${published} is not here` },
  async () => {
    const { passed, total, misses } = await run(published);
    assert.deepEqual(misses, []);
    assert.ok(total >= 203 && passed === total);
  },
);

it(
  'comes to the same whatever the domains are called',
  { skip: existsSync(published) ? false : `${published} is not here` },
  async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'sekisho-spf-'));
    const seed = Math.floor(Math.random() * 1_000_000);
    let names = 0;
    for (const [i, file] of (await suiteFiles(published, '.yml', '.yaml')).entries()) {
      const { text, count } = renamed(await readFile(file, 'utf8'), seed);
      names += count;
      writeFileSync(join(folder.path, `${i}.yml`), text);
    }
    const { passed, total, misses } = await run(folder.path);
    assert.deepEqual(misses, [], `seed ${seed}`);
    assert.ok(passed === total && total >= 203 && names > 500, `${passed}/${total}, ${names} names, seed ${seed}`);
  },
);

/** Every domain, and what stands for a host of it, gets other letters, as many as before: the suite tests lengths, and letters that macros cut and turn. */
function renamed(text: string, seed: number): { readonly text: string; readonly count: number } {
  let state = seed + 1;
  const others = new Map<string, string>();
  const letters = (label: string): string =>
    label.replace(/[a-z]/g, () => {
      state = (state * 48_271) % 2_147_483_647;
      return String.fromCharCode(0x61 + (state % 26));
    });
  const otherFor = (label: string): string => {
    const known = others.get(label.toLowerCase());
    if (known !== undefined) return label === label.toLowerCase() ? known : capitalised(known);
    let other = letters(label.toLowerCase());
    while ([...others.values()].includes(other)) other = letters(label.toLowerCase());
    others.set(label.toLowerCase(), other);
    return otherFor(label);
  };
  let count = 0;
  const name =
    /(?<![%a-z0-9_-])((?:(?:mail|hosed|loop|e)\d*[a-z]?\.)?)(example\d?|openspf|pair)\.(com|net|org|foo)(?![a-z0-9_-])/gi;
  const out = text.replace(name, (_, below: string, domain: string, top: string) => {
    count++;
    const first = below === '' ? '' : `${otherFor(below.slice(0, -1))}.`;
    return `${first}${otherFor(domain)}.${otherFor(top)}`;
  });
  return { text: out, count };
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
