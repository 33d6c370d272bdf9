// SPDX-License-Identifier: Apache-2.0
/** Listeners — from the configuration, or from descriptors that systemd opened (LISTEN_FDS), to what the server listens on; and its TLS. */
import type { Config } from '../config.ts';
import { Fault } from '../core/faults.ts';
import { parseNetwork, type Network } from '../core/ip.ts';
import type { Host } from './host.ts';
import type { ListenerSpec } from '../net/server.ts';
import { openServerTls, type ServerTls } from '../net/tls.ts';
import { systemClock } from '../core/clock.ts';
import { systemRandom } from '../core/random.ts';

export function listenersOf(
  config: Config,
  host: Pick<Host, 'environment'>,
  isOneOfMany: boolean,
): readonly ListenerSpec[] {
  const proxyFrom = networksOf(config.server.proxyFrom);
  const { connections, connectionsPerClient } = config.smtp;
  const common = { proxyFrom, connections, connectionsPerClient };
  const given = inheritedDescriptors(host);
  if (given.length > 0) return given.map(({ fd, name }) => ({ ...common, name, fd, isSecure: name === 'smtps' }));
  const spec = (name: string, isSecure: boolean) => (text: string) => ({
    ...common,
    name,
    ...readAddress(text),
    isSecure,
    reusePort: isOneOfMany,
  });
  return [...config.listen.smtp.map(spec('smtp', false)), ...config.listen.smtps.map(spec('smtps', true))];
}

/** Descriptors from systemd, by the names of their sockets (LISTEN_FDNAMES); a name that says nothing means SMTP. */
export function inheritedDescriptors(
  host: Pick<Host, 'environment'>,
): readonly { readonly fd: number; readonly name: string }[] {
  const count = Number(host.environment['LISTEN_FDS'] ?? 0);
  if (!Number.isInteger(count) || count < 1 || count > 64) return [];
  const names = (host.environment['LISTEN_FDNAMES'] ?? '').split(':');
  return Array.from({ length: count }, (_, i) => ({ fd: 3 + i, name: names[i]?.includes('smtps') ? 'smtps' : 'smtp' }));
}

/** Listeners that are the same are left alone: a port 0 would be another one each time. */
export function sameListeners(before: Config, after: Config): boolean {
  const of = ({ listen, server, smtp }: Config) =>
    JSON.stringify([listen.smtp, listen.smtps, server.proxyFrom, smtp.connections, smtp.connectionsPerClient]);
  return of(before) === of(after);
}

export function networksOf(texts: readonly string[]): readonly Network[] {
  return texts.flatMap(text => parseNetwork(text) ?? []);
}

/** `127.0.0.1:2525`, `[::1]:25`, `*:25`. */
export function readAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (!host || !(port <= 65_535))
    throw new Fault('bad-configuration', { detail: `${text} is not an address and a port` });
  return { host: host === '*' ? '::' : host, port };
}

/** Why a port could not be had, and what to do; anything else stays what it was. */
export function cannotListen(error: unknown, setting = 'listen.smtp'): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const place = /(\S+:\d+)$/.exec(error.message)?.[1] ?? 'a port';
  switch (error.code) {
    case 'EADDRINUSE':
      return new Fault('bad-configuration', {
        detail: `${place} is in use by another program: stop that one, or set ${setting} to another port`,
      });
    case 'EACCES':
      return new Fault('bad-configuration', {
        detail: `${place} may not be used without root: set ${setting} to a port from 1024 on, or start as root with server.user`,
      });
    case 'EADDRNOTAVAIL':
      return new Fault('bad-configuration', { detail: `${place} is not an address of this machine: see ${setting}` });
    default:
      return error;
  }
}

export function tlsOf(config: Config, dataPath: string, hostName: string): Promise<ServerTls> {
  const { certificate, key } = config.tls;
  if ((certificate === undefined) !== (key === undefined))
    throw new Fault('bad-configuration', { detail: 'tls: certificate and key belong together' });
  const files =
    certificate !== undefined && key !== undefined ? { certificateFile: certificate, keyFile: key } : undefined;
  return openServerTls({ files, dataFolder: dataPath, hostname: hostName, clock: systemClock, random: systemRandom });
}
