// SPDX-License-Identifier: Apache-2.0
/** Results — an ARC-Authentication-Results as a value: the instance first, then what Authentication-Results says (RFC 8617 4.1.1). */
import { parseAuthenticationResults, type AuthenticationResults } from '../authres/authentication-results.ts';
import type { Read } from '../dkim/tags.ts';
import { readInstance } from './instance.ts';

export interface ArcResults {
  readonly instance: number;
  /** Undefined where nobody is named who says it. */
  readonly told: AuthenticationResults | undefined;
}

const beginning = /^[\t\n\r ]*i[\t\n\r ]*=[\t\n\r ]*(\d{1,3})[\t\n\r ]*;/;

/** The instance alone, without what was found. */
export function instanceOfResults(value: string): number | undefined {
  return readInstance(beginning.exec(value)?.[1]);
}

export function readResults(value: string): Read<ArcResults> {
  const begins = beginning.exec(value);
  const instance = readInstance(begins?.[1]);
  if (!begins || instance === undefined) return { wrong: 'it does not begin with its instance (i=)' };
  // Real ones have some 600 octets; reading is linear, and nobody needs more than this.
  const rest = value.slice(begins[0].length, begins[0].length + longest);
  return { value: { instance, told: parseAuthenticationResults(rest) } };
}

const longest = 16_384;
