// SPDX-License-Identifier: Apache-2.0
/**
 * Name service — the resolver that the configuration asks for: a zone file, the servers that it names, or those of the machine.
 * Fails with `bad-configuration` where the file cannot be read or a server is no address.
 */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import { Fault } from '../core/faults.ts';
import type { Log } from '../core/log.ts';
import { Resolver } from './resolver/resolver.ts';
import { parseServerAddress, readResolvConf } from './resolver/server-address.ts';
import { testedDns } from './tested-dns.ts';
import { zoneDns } from './zone-dns.ts';
import { readZone } from './zone-file.ts';

export interface NameServiceOptions {
  readonly servers: readonly string[];
  readonly zone?: string | undefined;
}

export type NameService = Dns & { close?(): Promise<void> | void };

export async function openNameService(
  { servers, zone }: NameServiceOptions,
  clock: Clock,
  log: Log,
): Promise<NameService> {
  if (zone !== undefined) {
    const text = await readFile(zone, 'utf8').catch((cause: unknown) => {
      throw new Fault('bad-configuration', { detail: `dns.zone: ${zone} cannot be read`, cause });
    });
    return zoneDns(readZone(text));
  }
  const resolver = new Resolver({ servers: await serversOf(servers), clock });
  // Servers that an operator named are believed; those that a machine happens to have must show that they know the Internet.
  if (servers.length > 0) return resolver;
  const onBelief = (isBelieved: boolean): void =>
    isBelieved
      ? log.info('name service is believed')
      : log.error('name service denies that com, org and net exist: nothing it denies is believed');
  return Object.assign(testedDns({ dns: resolver, clock, onBelief }), { close: () => resolver.close() });
}

async function serversOf(servers: readonly string[]) {
  if (servers.length === 0) return readResolvConf(await readFile('/etc/resolv.conf', 'utf8').catch(() => ''));
  return servers.map(text => {
    const server = parseServerAddress(text);
    if (!server) throw new Fault('bad-configuration', { detail: `dns.servers: ${text} is not an address` });
    return server;
  });
}
