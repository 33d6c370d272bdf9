// SPDX-License-Identifier: Apache-2.0
/** Person trust — by whom signatures of persons are believed, read from where the configuration says. Fails with `bad-configuration`. */
import type { Services } from '../check/services.ts';
import type { Log } from '../core/log.ts';
import { OpenpgpKeys } from './openpgp-keys.ts';
import { readSmimeRoots } from './smime-roots.ts';

export interface PersonTrustSettings {
  readonly openpgp: { readonly keys?: string | undefined };
  readonly smime: { readonly roots?: string | undefined };
}

export function personTrustOf(
  { openpgp, smime }: PersonTrustSettings,
  log: Log,
): Pick<Services, 'openpgpKeys' | 'smimeRoots'> {
  return { openpgpKeys: new OpenpgpKeys(openpgp.keys, log), smimeRoots: readSmimeRoots(smime.roots) };
}
