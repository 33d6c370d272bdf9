// SPDX-License-Identifier: Apache-2.0
/** Record — which record of a domain speaks of which identity (RFC 4406 3.1, 4.4): `spf2.0/mfrom`, `spf2.0/pra`, both, or `v=spf1` where none does. */
import { isVersion1 } from '../spf/record.ts';

export type SenderIdScope = 'pra' | 'mfrom';

export interface ScopedRecord {
  readonly version: 'spf2.0' | 'v=spf1';
  readonly whole: string;
  /** What follows the version. */
  readonly terms: string;
}

/** Those that are left of a domain's texts: one is to be read, none means that the domain says nothing, several that it contradicts itself. */
export function recordsFor(scope: SenderIdScope, texts: readonly string[]): readonly ScopedRecord[] {
  const own: ScopedRecord[] = [];
  const fallBack: ScopedRecord[] = [];
  for (const whole of texts) {
    // A later minor version may add terms and scopes, and must be readable as this one.
    const [start, scopes] = /^spf2\.\d{1,9}\/([a-z][a-z0-9_.-]*(?:,[a-z][a-z0-9_.-]*)*)(?= |$)/i.exec(whole) ?? [];
    if (start !== undefined && scopes?.toLowerCase().split(',').includes(scope))
      own.push({ version: 'spf2.0', whole, terms: whole.slice(start.length) });
    else if (isVersion1(whole)) fallBack.push({ version: 'v=spf1', whole, terms: whole.slice('v=spf1'.length) });
  }
  return own.length > 0 ? own : fallBack;
}
