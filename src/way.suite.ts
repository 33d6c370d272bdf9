// SPDX-License-Identifier: Apache-2.0
/** Way world — the real way on memory stores, a clock to turn and a DNS zone: what tests of the whole way stand on. */
import { assembleFrom, openDryFilter, openDryStores, returnPathsOf, servicesOf } from './app.ts';
import { FamiliarMemory } from './connection/familiar/memory.ts';
import { TestClock } from './core/clock.ts';
import type { Dns } from './core/dns.ts';
import { newId } from './core/ids.ts';
import { silentLog } from './core/log.ts';
import { seededRandom } from './core/random.ts';
import { readSettings } from './index.ts';
import { memoryDirectoryStore } from './store/directory/memory.ts';
import { memorySecretStore } from './store/secrets/memory.ts';
import { memorySentStore } from './store/sent/memory.ts';
import type { StateStore } from './store/state/contract.ts';
import { memoryStateStore } from './store/state/memory.ts';
import { openWay, type WayParts } from './way.ts';

export interface WorldOptions {
  readonly dns: Dns;
  /** Settings as in a configuration file. */
  readonly toml?: string;
  readonly domains: readonly string[];
  /** Local parts that every domain has. */
  readonly mailboxes: readonly string[];
  readonly more?: Partial<WayParts>;
  readonly state?: StateStore;
}

export async function openWayWorld({
  dns,
  toml = '',
  domains,
  mailboxes,
  more = {},
  state = memoryStateStore(),
}: WorldOptions) {
  const clock = new TestClock();
  const random = seededRandom(1);
  const settings = readSettings(toml);
  const directory = memoryDirectoryStore();
  for (const name of domains) {
    await directory.putDomain({ name, transport: { kind: 'maildir' }, verifiesAtNextHop: false });
    for (const local of mailboxes) await directory.putMailbox({ address: { local, domain: name } });
  }
  const stores = {
    state,
    familiar: new FamiliarMemory({ state, clock, random: seededRandom(3), log: silentLog }),
    directory,
    sent: memorySentStore(),
    filter: await openDryFilter(clock, 0.4),
    secrets: memorySecretStore(clock, seededRandom(2)),
  };
  const judges = assembleFrom(settings, await servicesOf(settings, stores, dns, clock, silentLog));
  const returnPaths = returnPathsOf(settings, stores, clock, silentLog);
  const dry = openDryStores(clock);
  const parts: WayParts = {
    ...dry,
    sent: stores.sent,
    directory,
    clock,
    log: silentLog,
    hostname: 'mx.example.jp',
    maxHops: 50,
    newId: () => newId(clock, random),
    current: () => judges,
    isDiskLow: () => false,
    onAttempt: () => {},
    onList: address => void returnPaths.learnList(address),
    onVerdict: () => {},
    ...more,
  };
  const open = openWay(parts);
  return { ...stores, ...dry, open, parts, settings, judges, returnPaths, clock, random };
}
