// SPDX-License-Identifier: Apache-2.0
/** Listen address — places to listen at as the configuration writes them, and why one could not be had, in a sentence that says what to do. */
import { Fault } from '../core/faults.ts';
import { parseNetwork, type Network } from '../core/ip.ts';

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

/** Of texts that the schema has looked at. */
export function networksOf(texts: readonly string[]): readonly Network[] {
  return texts.flatMap(text => parseNetwork(text) ?? []);
}
