// SPDX-License-Identifier: Apache-2.0
/**
 * Services — what the server lends to checks and facts, each by the name it is needed under.
 * A folder with a port of its own adds it here by declaration merging (`declare module '…/check/services.ts'`), and app.ts fills it.
 */
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Networks } from '../core/networks.ts';
import type { DnsLists } from '../core/dns-lists.ts';
import type { DirectoryStore } from '../store/directory/contract.ts';
import type { SentStore } from '../store/sent/contract.ts';
import type { StateStore } from '../store/state/contract.ts';

export interface Services {
  readonly clock: Clock;
  readonly dns: Dns;
  readonly dnsLists: DnsLists;
  readonly networks: Networks;
  readonly state: StateStore;
  readonly directory: DirectoryStore;
  readonly sent: SentStore;
}
