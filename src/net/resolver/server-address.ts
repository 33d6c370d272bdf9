// SPDX-License-Identifier: Apache-2.0
/** Server address — which name servers are asked: as configuration names them, or as /etc/resolv.conf does. */
import { normaliseIp } from '../../core/ip.ts';

export interface ServerAddress {
  readonly ip: string;
  readonly port: number;
}

/** Reads `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`; undefined if it is none of these. */
export function parseServerAddress(text: string): ServerAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text);
  const bare = match ? (match[1] ?? match[2] ?? '') : text;
  const port = Number(match?.[3] ?? 53);
  const ip = normaliseIp(bare);
  if (ip === undefined || port < 1 || port > 65_535) return undefined;
  // A zone id says by which link a link-local address is reached; the canonical form has lost it.
  return { ip: bare.includes('%') ? bare : ip, port };
}

export function formatServerAddress({ ip, port }: ServerAddress): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** The servers of a resolv.conf(5); this machine if it names none, as the C library does. */
export function readResolvConf(text: string): readonly ServerAddress[] {
  const servers = text.split('\n').flatMap(line => {
    const [word, value] = line.trim().split(/\s+/);
    return word === 'nameserver' && value ? (parseServerAddress(value) ?? []) : [];
  });
  return servers.length > 0 ? servers : [{ ip: '127.0.0.1', port: 53 }];
}
