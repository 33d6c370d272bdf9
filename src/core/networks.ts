// SPDX-License-Identifier: Apache-2.0
/** Networks — in which country an address is registered and whose network it belongs to, as far as a database on this machine says. */
export interface NetworkInfo {
  /** ISO 3166-1, two capitals. */
  readonly country?: string;
  /** The number of the autonomous system. */
  readonly asn?: number;
  readonly organisation?: string;
}

export interface Networks {
  /** From memory. Empty where nothing is known or no database is configured. */
  of(ip: string): NetworkInfo;
}

export const noNetworks: Networks = { of: () => ({}) };
