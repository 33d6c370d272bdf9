// SPDX-License-Identifier: Apache-2.0
/** Needs restart — which settings differ between two configurations and are read only at the start; a reload says so by name. */
import type { Config } from '../config.ts';

const readAtStart = [
  'server.hostname',
  'server.processes',
  'server.user',
  'server.group',
  'listen.http',
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

function valueAt(config: object, key: string): unknown {
  let at: unknown = config;
  for (const word of key.split('.'))
    at = typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(word) : undefined;
  return at;
}
