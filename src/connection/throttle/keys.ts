// SPDX-License-Identifier: Apache-2.0
/** Keys — of whom is counted: an address, its network, its provider, and whom SPF or DKIM proved. */
import { addressOf, type Client } from '../../core/client.ts';

export const scopes = ['address', 'network', 'asn', 'identity'] as const;
export type Scope = (typeof scopes)[number];

export interface Key {
  readonly scope: Scope;
  /** `192.0.2.1`, `2001:db8::/64`, `192.0.2.0/24`, `AS64496`, `example.com`. */
  readonly value: string;
}

/** The client's keys, narrowest first. */
export function keysOf(client: Client, asn?: number): readonly Key[] {
  return [
    { scope: 'address', value: addressOf(client) },
    { scope: 'network', value: client.network },
    ...(asn === undefined ? [] : [{ scope: 'asn', value: `AS${asn}` } as const]),
  ];
}

/** As the state store names what is kept of a key. */
export function nameOf({ scope, value }: Key): string {
  return `${scope}/${value}`;
}
