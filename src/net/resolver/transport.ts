// SPDX-License-Identifier: Apache-2.0
/** Transport — what UDP and TCP are given to carry one query, and what they make of what comes back. */
import type { Clock } from '../../core/clock.ts';
import type { DnsMessage } from '../../wire/dns/types.ts';
import type { ServerAddress } from './server-address.ts';

export interface Transport {
  readonly server: ServerAddress;
  readonly query: Buffer;
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  judge(bytes: Buffer): Judged;
}

/** The reply to our query; or octets that are not it (`other`), or that have its id and cannot be read. */
export type Judged = DnsMessage | 'other' | 'unreadable';

/** So many wrong replies came by UDP that someone seems to guess at ours. */
export const guessed = Symbol('guessed');
