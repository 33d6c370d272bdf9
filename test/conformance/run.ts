// SPDX-License-Identifier: Apache-2.0
/**
 * Conformance — `npm run conformance -- SUITE [PATH]` runs a suite of published cases and prints the misses, each with its reason,
 * then `passed/total`. Exit code 0 if nothing was missed but known gaps, 1 if something was, 2 if there is no such suite, no data, none of its cases
 * in the data, or data that cannot be read.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf, sharedPath } from './where.ts';

export interface Outcome {
  readonly passed: number;
  readonly total: number;
  readonly misses: readonly Miss[];
  /** Said before the misses: what else there is to know of the run. */
  readonly notes?: readonly string[];
}

export interface Miss {
  readonly name: string;
  readonly why: string;
  /** Why it is left as it is; a miss without this is a fault. */
  readonly known?: string;
}

interface Suite {
  run(path: string): Promise<Outcome>;
  /** Its folder in the conformance data, if not the suite's name. */
  readonly folder?: string;
  /** Its cases, if they are our own. */
  readonly path?: string;
}

/** The files beside this one, but for tests and what serves the suites. */
function suiteNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'run.ts' && name !== 'where.ts')
    .map(name => name.slice(0, -3))
    .sort();
}

async function main([name = '', given]: readonly string[]): Promise<number> {
  if (!suiteNames().includes(name)) {
    console.error(`usage: npm run conformance -- SUITE [PATH]\nsuites: ${suiteNames().join(', ')}`);
    return 2;
  }
  const suite: Suite = await import(join(import.meta.dirname, `${name}.ts`));
  const path =
    given === undefined
      ? (suite.path ?? sharedPath('conformance', suite.folder ?? name))
      : resolve(process.env.INIT_CWD ?? '.', given); // npm runs scripts in the project's folder
  if (!existsSync(path)) {
    console.error(`${path} is not here; give a path, or set SEKISHO_SHARED`);
    return 2;
  }
  let outcome: Outcome;
  try {
    outcome = await suite.run(path);
  } catch (error) {
    console.error(reasonOf(error));
    return 2;
  }
  const { passed, total, misses, notes = [] } = outcome;
  for (const note of notes) console.log(note);
  for (const { name: miss, why, known } of misses) {
    console.log(
      `${known === undefined ? 'miss ' : 'known'} ${miss}: ${why}${known === undefined ? '' : ` — ${known}`}`,
    );
  }
  // Nothing tried is nothing shown.
  if (total === 0) console.error(`${path} holds no cases of ${name}`);
  console.log(`${passed}/${total}`);
  if (total === 0) return 2;
  return misses.some(miss => miss.known === undefined) ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
