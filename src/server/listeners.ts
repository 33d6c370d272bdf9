// SPDX-License-Identifier: Apache-2.0
/** Listeners — from the configuration, or from descriptors that systemd opened (LISTEN_FDS), to what the server listens on; and its TLS. */
import type { Config } from '../config.ts';
import { Fault } from '../core/faults.ts';
import { isInAny } from '../core/ip.ts';
import type { SmtpChange } from '../envelope/dialogue/serve.ts';
import type { WayParts } from '../way.ts';
import type { Host } from './host.ts';
import { networksOf, readAddress } from '../net/listen-address.ts';
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

export function tlsOf(config: Config, dataPath: string, hostName: string): Promise<ServerTls> {
  const { certificate, key } = config.tls;
  if ((certificate === undefined) !== (key === undefined))
    throw new Fault('bad-configuration', { detail: 'tls: certificate and key belong together' });
  const files =
    certificate !== undefined && key !== undefined ? { certificateFile: certificate, keyFile: key } : undefined;
  return openServerTls({ files, dataFolder: dataPath, hostname: hostName, clock: systemClock, random: systemRandom });
}

/** Whose clients count as ours, and who is believed about other clients. */
export function knownPeers({
  server,
}: Config): Required<Pick<SmtpChange, 'relayFrom' | 'xclientFrom' | 'trustedRelays'>> {
  return {
    relayFrom: networksOf(server.relayFrom),
    xclientFrom: networksOf(server.xclientFrom),
    trustedRelays: networksOf(server.trustedRelays),
  };
}

/** Whose Received fields are believed: of trusted relays, and of our own senders' servers. As of now. */
export function relaysOf(config: () => Config): NonNullable<WayParts['relays']> {
  return {
    isTrusted(ip) {
      const { relayFrom, trustedRelays } = config().server;
      return isInAny(networksOf([...trustedRelays, ...relayFrom]), ip);
    },
  };
}
