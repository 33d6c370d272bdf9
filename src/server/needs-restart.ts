// SPDX-License-Identifier: Apache-2.0
/** Needs restart — which settings are read only at the start: a reload says by name which of them differ, and leaves them as they are. */
import type { Config } from '../config.ts';

const readAtStart = [
  'server.hostname',
  'server.processes',
  'server.user',
  'server.group',
  'listen.http',
  'listen.dnslist',
  'listen.challenge',
  'challenge.tls',
  'tls.certificate',
  'tls.key',
  'dns.servers',
  'dns.zone',
  'delivery',
  'learning',
  'log',
] as const;

export function needsRestart(before: Config, after: Config): readonly string[] {
  return readAtStart.filter(key => JSON.stringify(valueAt(before, key)) !== JSON.stringify(valueAt(after, key)));
}

/** The next configuration, but for what is read only at the start. */
export function keepStarted(start: Config, next: Config): Config {
  const { hostname, processes, user, group } = start.server;
  return {
    ...next,
    server: { ...next.server, hostname, processes, user, group },
    listen: { ...next.listen, ...fixedListen(start) },
    challenge: { ...next.challenge, tls: start.challenge.tls },
    tls: { ...next.tls, certificate: start.tls.certificate, key: start.tls.key },
    dns: { ...next.dns, servers: start.dns.servers, zone: start.dns.zone },
    delivery: start.delivery,
    learning: start.learning,
    log: start.log,
  };
}

function valueAt(config: object, key: string): unknown {
  let at: unknown = config;
  for (const word of key.split('.'))
    at = typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(word) : undefined;
  return at;
}

function fixedListen({ listen: { http, dnslist, challenge } }: Config) {
  return { http, dnslist, challenge };
}
