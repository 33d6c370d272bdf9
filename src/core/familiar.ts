// SPDX-License-Identifier: Apache-2.0
/**
 * Familiar — by what a sender is known again: who it proved to be. The organisation of a domain that let it send (SPF), so that a pool of addresses is
 * one sender; where nothing is proven, its neighbourhood (/24, /64) with the organisation it greets as, or with the whole name where that
 * was made for a line. Never the recipient, and never the whole
 * sender address, which mailing lists change for each recipient. Pure; strangers' texts throw nothing.
 */
import { toALabels } from './domain.ts';
import { organisationOf } from './organisation.ts';

/** One sender as it was seen once. */
export interface Sighting {
  readonly identity: string;
  /** The domain that was proven, whose record tells of its other addresses. */
  readonly domain?: string;
  /** The address, where nothing but it is known. */
  readonly ip?: string;
}

const longestName = 253;
/** With so many digits below its domain a name was made for one line of many: what the lines of a provider share is not who sends. */
const lineDigits = 3;

export function domainIdentity(domain: string): string {
  return `domain:${organisationOf(domain.toLowerCase()).slice(0, longestName)}`;
}

/** `network` is that of core/client.ts; `hello` whatever the client called itself. */
export function networkIdentity(network: string, hello: string): string {
  const name = toALabels(hello.slice(0, longestName));
  const word = name.includes('.') ? ownerOf(name) : hello.toLowerCase().slice(0, longestName);
  return `network:${network} ${word.replace(/[^a-z0-9.:_[\]-]/g, '?')}`;
}

export function sightingOfDomain(domain: string): Sighting {
  return { identity: domainIdentity(domain), domain: domain.toLowerCase() };
}

export function sightingOfNetwork(network: string, hello: string, ip: string): Sighting {
  return { identity: networkIdentity(network, hello), ip };
}

function ownerOf(name: string): string {
  const organisation = organisationOf(name);
  const below = name.slice(0, name.length - organisation.length);
  return (below.match(/\d/g)?.length ?? 0) < lineDigits ? organisation : name.slice(0, longestName);
}
