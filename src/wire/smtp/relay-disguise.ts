// SPDX-License-Identifier: Apache-2.0
/**
 * Relay disguise — the ways to ask for a foreign mailbox behind an address of ours: `victim%foreign@ours`, `foreign!victim@ours`,
 * `"victim@foreign"@ours`. We never reroute such an address; a local part like this is a mailbox only if the directory has it by
 * this very name, and a catch-all must not take it, lest the next hop reads it the old way.
 * Source routes need no rule: they are read over, and what they name at their end is judged.
 */
import type { Address } from '../../core/address.ts';

export interface RelayDisguise {
  readonly kind: 'percent' | 'bang' | 'at' | 'route' | 'literal';
  /** The host that would be asked for, as far as it can be read. */
  readonly host: string;
}

/** Undefined for an ordinary address. An address literal is a disguise too: it names a host and not a domain of ours. */
export function relayDisguise(address: Address): RelayDisguise | undefined {
  const { local, domain } = address;
  if (/^@[^:]+:/.test(local)) return { kind: 'route', host: after(local, ':') };
  if (local.includes('@')) return { kind: 'at', host: after(local, '@') };
  if (local.includes('!')) return { kind: 'bang', host: local.slice(0, local.indexOf('!')) };
  // A % at the end is an ordinary sign (`100%`).
  const percent = /%([A-Za-z0-9_.-]+|\[[^\]]*\])$/.exec(local);
  if (percent) return { kind: 'percent', host: percent[1] ?? '' };
  if (domain.startsWith('[')) return { kind: 'literal', host: domain };
  return undefined;
}

function after(text: string, sign: string): string {
  return text.slice(text.lastIndexOf(sign) + 1).replace(/"/g, '');
}
