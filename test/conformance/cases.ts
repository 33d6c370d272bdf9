// SPDX-License-Identifier: Apache-2.0
/** Cases — runs the cases of JSON lists, each with a name. */
import type { Miss } from './run.ts';
import { readJson, reasonOf, suiteFiles } from './where.ts';

/** `tryCase` says why one fails, in words or by throwing; undefined for one that passes. */
export async function runCases<Case extends { readonly name: string }>(
  path: string,
  tryCase: (one: Case) => string | undefined | Promise<string | undefined>,
) {
  const misses: Miss[] = [];
  let total = 0;
  for (const file of await suiteFiles(path, '.json')) {
    const cases = await readJson(file);
    if (!Array.isArray(cases)) throw new Error(`${file} is not a list of cases`);
    for (const [i, one] of cases.entries()) {
      total++;
      const why = await whyOf(tryCase, one);
      if (why !== undefined) misses.push({ name: String(one?.name ?? `case ${i + 1}`), why });
    }
  }
  return { passed: total - misses.length, total, misses };
}

async function whyOf<Case>(
  tryCase: (one: Case) => string | undefined | Promise<string | undefined>,
  one: Case,
): Promise<string | undefined> {
  try {
    return await tryCase(one);
  } catch (error) {
    return reasonOf(error);
  }
}
