// SPDX-License-Identifier: Apache-2.0
/** Before suite — a resolver before real name servers on the loopback, for tests; time passes only when the test says so. */
import { TestClock } from '../../core/clock.ts';
import type { DnsAnswer } from '../../core/dns.ts';
import { seededRandom } from '../../core/random.ts';
import type { WireRecord } from '../../wire/dns/types.ts';
import { NameServer, type Asked, type Told } from '../name-server.suite.ts';
import { Resolver, type ResolverOptions } from './resolver.ts';

export type Tell = (asked: Asked, count: number) => Told;

export const servfail: Told = { responseCode: 2 };
export const found: DnsAnswer = { kind: 'found', records: [{ data: '192.0.2.1', ttlSeconds: 60 }] };

/** Everything is closed at the end. */
export async function before<T>(
  tells: readonly Tell[],
  work: (given: { resolver: Resolver; servers: readonly NameServer[]; clock: TestClock }) => Promise<T>,
  options: Partial<ResolverOptions> = {},
): Promise<T> {
  const clock = new TestClock();
  const servers = await Promise.all(tells.map(tell => NameServer.start(tell)));
  const resolver = new Resolver({
    servers: servers.map(one => one.address),
    clock,
    random: seededRandom(7),
    ...options,
  });
  try {
    return await work({ resolver, servers, clock });
  } finally {
    await resolver.close();
    await Promise.all(servers.map(one => one.close()));
  }
}

export const a = (name: string, ttlSeconds = 60, data = '192.0.2.1'): WireRecord => ({
  name,
  type: 'A',
  ttlSeconds,
  data,
});
export const anA: Tell = ({ question }) => ({ answers: [a(question.name)] });
