// SPDX-License-Identifier: Apache-2.0
/** Client — who speaks to us: a value, replaced whole when PROXY, XCLIENT or a trusted relay names another. */
import { neighbourhood, normaliseIp } from './ip.ts';

export interface Client {
  /** Canonical text; IPv4 in IPv6 is IPv4. */
  readonly ip: string;
  readonly port: number;
  /** /24 or /64, as `192.0.2.0/24`. */
  readonly network: string;
  /** Whether it is in `relayFrom` or has authenticated: it may send to anywhere. */
  readonly isOurs: boolean;
  /** The trusted relay that it came by (core/trusted-relay.ts). */
  readonly relay?: { readonly ip: string; readonly port: number };
}

export function clientAt(ip: string, port: number, isOurs = false): Client {
  const canonical = normaliseIp(ip) ?? ip;
  return { ip: canonical, port, network: neighbourhood(canonical), isOurs };
}

/** What counts as one client: an IPv4 address, and of IPv6 the /64, since whoever has one address of it has all. */
export function addressOf({ ip, network }: Pick<Client, 'ip' | 'network'>): string {
  return ip.includes(':') ? network : ip;
}

/** What stands for an address where none is known: nobody has it, so that nobody is judged by it. */
const nowhere = '0.0.0.0';

/** A client of whom a proxy or a trusted relay does not say from where it came. */
export function clientFromNowhere(isOurs = false): Client {
  return clientAt(nowhere, 0, isOurs);
}

/** Whether what goes by addresses, as SPF does, can say nothing of it. */
export function isFromNowhere({ ip }: Client): boolean {
  return ip === nowhere;
}

/** What the TLS handshake came to, for Received (RFC 3848) and the record. */
export interface TlsInfo {
  readonly protocol: string;
  readonly cipher: string;
  readonly serverName?: string;
}
