// SPDX-License-Identifier: Apache-2.0
/** Fetched — what is looked up in the web about domains, put together: marks of brands and dates of registrations. Fails with `bad-configuration`. */
import type { Services } from '../check/services.ts';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Errands } from '../net/errands.ts';
import type { StateStore } from '../store/state/contract.ts';
import { Marks } from './bimi/marks.ts';
import type { BimiOptions } from './bimi/options.ts';
import type { RdapOptions } from './rdap-options.ts';
import { Registrations } from './registrations.ts';
import { readRoots } from './smime-roots.ts';

export interface FetchedParts {
  readonly state: StateStore;
  readonly dns: Dns;
  readonly clock: Clock;
  /** Absent in commands: they fetch nothing by themselves. */
  readonly errands: Errands | undefined;
}

export interface FetchedSettings {
  readonly bimi: BimiOptions;
  readonly rdap: RdapOptions;
}

export function fetchedOf(
  parts: FetchedParts,
  { bimi, rdap }: FetchedSettings,
): Pick<Services, 'registrations'> & { readonly marks: Marks } {
  const roots = bimi.isOn ? readRoots(bimi.roots, 'authentication.bimi.roots') : [];
  return {
    registrations: new Registrations(parts, rdap),
    marks: new Marks({ ...parts, roots, isOn: bimi.isOn }),
  };
}
