// SPDX-License-Identifier: Apache-2.0
/** Bearing — the conduct of one client, as it is noted while the connection lasts. */
import type { Conduct, Oddity } from '../core/conduct.ts';

export class Bearing implements Conduct {
  readonly oddities = new Set<Oddity>();
  greetMs = 0;
  hasWaited = false;
}
