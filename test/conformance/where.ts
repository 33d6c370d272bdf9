// SPDX-License-Identifier: Apache-2.0
/** Where — the folder of test data and corpora of others, which is not part of this project: `SEKISHO_SHARED`, else `../shared`. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export function sharedPath(...names: readonly string[]): string {
  return resolve(process.env.SEKISHO_SHARED ?? join(import.meta.dirname, '../../../shared'), ...names);
}

/** For `it`: the reason why a test is left out, or false if its data is there. */
export function skipWithout(path: string): string | false {
  return existsSync(path) ? false : `${path} is not here`;
}
