// SPDX-License-Identifier: Apache-2.0
/** DMARC doubt — why a message that fails may still be its author's: what forwarders and lists do to honest mail breaks both SPF and DKIM. Pure. */
import { isWithin } from '../core/domain.ts';
import type { ArcResult } from './arc.ts';
import type { DkimResult } from './dkim.ts';
import type { DmarcResult } from './dmarc.ts';

/** `list`, `resent`: it says of itself that it was handed on. `changed`: a signature of the author's organization is on it and no longer fits. */
export type Doubt = 'list' | 'resent' | 'changed';

export interface Signs {
  readonly handedOn: 'list' | 'resent' | undefined;
  readonly dkim: readonly DkimResult[];
  readonly arc: Pick<ArcResult, 'result'>;
}

/** A forger may arrange each of these: he gets to the weighing of all other checks by it, where he would have been refused. */
export function doubtOf({ domain, organization = domain }: DmarcResult, signs: Signs): Doubt | undefined {
  if (signs.handedOn) return signs.handedOn;
  // Somebody sealed it on the way, and his key cannot be had just now.
  if (signs.arc.result === 'temperror') return 'resent';
  const isChanged = signs.dkim.some(
    one => (one.result === 'fail' || (one.unsignedBytes ?? 0) > 0) && isWithin(one.domain, organization),
  );
  return isChanged ? 'changed' : undefined;
}
