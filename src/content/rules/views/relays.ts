// SPDX-License-Identifier: Apache-2.0
/**
 * Relays — the way a message took, from its Received fields, in the textual form rules look at: `[ ip=… rdns=… helo=… by=… ]`.
 * Trusted is the unbroken row of relays in the trusted networks from the top on; the first below it is the one that handed over.
 */
import type { RelayHop } from './received.ts';

export interface Networks {
  contains(ip: string): boolean;
}

export type Side = 'trusted' | 'untrusted' | 'internal' | 'external';

export class Relays {
  readonly trusted: readonly RelayHop[];
  readonly untrusted: readonly RelayHop[];
  readonly internal: readonly RelayHop[];
  readonly external: readonly RelayHop[];
  /** How many Received fields stand before the first that an untrusted relay, or one outside, handed on. */
  readonly trustedFields: number;
  readonly internalFields: number;
  readonly #texts = new Map<Side, string>();

  /** `fields`: the hop each Received field tells of, in order; `client` handed the message to us. */
  constructor(
    fields: readonly (RelayHop | undefined)[],
    client: RelayHop | undefined,
    networks: { readonly trusted: Networks; readonly internal: Networks },
  ) {
    const hops = [...(client ? [client] : []), ...fields.flatMap(hop => hop ?? [])];
    const stranger = hops.findIndex(hop => hop.auth === '' && !networks.trusted.contains(hop.ip));
    const trustedCount = stranger < 0 ? hops.length : stranger;
    const outsider = hops.findIndex(
      (hop, index) => index >= trustedCount || (hop.auth === '' && !networks.internal.contains(hop.ip)),
    );
    const internalCount = outsider < 0 ? hops.length : outsider;
    this.trusted = hops.slice(0, trustedCount);
    this.untrusted = hops.slice(trustedCount);
    this.internal = hops.slice(0, internalCount);
    this.external = hops.slice(internalCount);
    const placeOf = (hop: RelayHop | undefined): number => (hop === client ? 0 : fields.indexOf(hop));
    this.trustedFields = this.untrusted.length > 0 ? placeOf(this.untrusted[0]) : fields.length;
    this.internalFields = this.external.length > 0 ? placeOf(this.external[0]) : fields.length;
  }

  text(side: Side): string {
    let text = this.#texts.get(side);
    if (text === undefined) {
      text = this[side].map(hop => written(hop, this.internal.includes(hop))).join(' ');
      this.#texts.set(side, text);
    }
    return text;
  }
}

function written(hop: RelayHop, isInternal: boolean): string {
  return `[ ip=${hop.ip} rdns=${hop.rdns} helo=${hop.helo} by=${hop.by} ident=${hop.ident} envfrom=${hop.envelopeFrom} intl=${isInternal ? 1 : 0} id=${hop.id} auth=${hop.auth} msa=0 ]`;
}
