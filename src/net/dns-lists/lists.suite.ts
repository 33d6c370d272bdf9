// SPDX-License-Identifier: Apache-2.0
/** Lists suite — for tests: lists as configuration makes them, and a name service whose zones can fall ill and heal. */
import { TestClock } from '../../core/clock.ts';
import type { DnsListSpec, ListStatus } from '../../core/dns-lists.ts';
import type { Dns, DnsAnswer } from '../../core/dns.ts';
import { zoneDns, type Zone } from '../zone-dns.ts';
import { AskedDnsLists } from './dns-lists.ts';

export function listSpec(zone: string, more: Partial<DnsListSpec> = {}): DnsListSpec {
  const usual = {
    kind: 'block',
    asks: ['client'],
    mode: 'enforce',
    ipv6: true,
    codes: {},
    points: 2,
    timeout: 3_000,
  } as const;
  return { zone, name: zone.split('.', 1)[0] ?? zone, tests: 'rfc5782', ...usual, ...more };
}

/** A list that lists its test entries and these names. */
export function healthyZone(zone: string, listed: Readonly<Record<string, string>> = {}): Zone {
  const v6 = `2.0.0.0.0.0.f.7.f.f.f.f${'.0'.repeat(20)}.${zone}`;
  return {
    [`2.0.0.127.${zone}`]: { A: '127.0.0.2' },
    [v6]: { A: '127.0.0.2' },
    [`test.${zone}`]: { A: '127.0.0.2' },
    ...Object.fromEntries(Object.entries(listed).map(([name, code]) => [`${name}.${zone}`, { A: code.split(' ') }])),
  };
}

/** Nothing is in its cache; the zone may be exchanged, or a zone go silent for ever. */
export class ChangingDns implements Dns {
  zone: Zone = {};
  readonly silent = new Set<string>();
  readonly asked: string[] = [];

  constructor(zone: Zone) {
    this.zone = zone;
  }

  ask(name: string): Promise<DnsAnswer> {
    this.asked.push(name);
    if ([...this.silent].some(one => name.endsWith(one))) return new Promise(() => {});
    return zoneDns(this.zone).ask(name, 'A');
  }

  cached(): undefined {
    return undefined;
  }
}

export function seatedLists(
  lists: readonly DnsListSpec[],
  dns: Dns,
  more: { decideAt?: number; testEvery?: number } = {},
) {
  const clock = new TestClock();
  const changes: ListStatus[] = [];
  const asked = new AskedDnsLists(
    { lists, testEvery: 30_000, decideAt: 5, ...more },
    { dns, clock, onChange: one => changes.push(one) },
  );
  return { clock, changes, lists: asked };
}

/** Lets everything run that only waits for promises. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
