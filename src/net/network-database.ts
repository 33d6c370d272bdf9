// SPDX-License-Identifier: Apache-2.0
/**
 * Network database — country and network of addresses from files in MaxMind's format: the one shipped as an npm package, or the operator's. Nothing is loaded
 * unless it is configured: library and country file take 15 MB and an eighth of a second. Fails with `bad-configuration` where a file cannot be used.
 */
import { fileURLToPath } from 'node:url';
import { describeFault, Fault } from '../core/faults.ts';
import { isInside, parseIp } from '../core/ip.ts';
import { noNetworks, type NetworkInfo, type Networks } from '../core/networks.ts';

export interface NetworkDatabaseOptions {
  /** `off`, `package`, or a file. */
  readonly country: string;
  readonly asn?: string | undefined;
}

/** What this needs of the library: whatever a file holds of an address. */
interface Database {
  get(ip: string): unknown;
}

const shipped = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

export async function openNetworkDatabase({ country, asn }: NetworkDatabaseOptions): Promise<Networks> {
  const databases = await Promise.all([
    country === 'off' ? undefined : open('country', country === 'package' ? shippedFile() : country),
    asn === undefined ? undefined : open('asn', asn),
  ]);
  const opened = databases.filter(one => one !== undefined);
  if (opened.length === 0) return noNetworks;
  return {
    of(ip) {
      if (!parseIp(ip) || isInside(ip)) return {};
      return opened.reduce<NetworkInfo>((known, one) => ({ ...readEntry(one.get(ip)), ...known }), {});
    },
  };
}

/** What an entry says, in the forms of MaxMind (country and ASN) and of the shipped file. */
export function readEntry(entry: unknown): NetworkInfo {
  const flat = fieldsOf(entry);
  const nested = fieldsOf(flat['country'] ?? flat['registered_country']);
  const code = flat['country_code'] ?? nested['iso_code'];
  const number = flat['autonomous_system_number'];
  const organisation = flat['autonomous_system_organization'];
  return {
    ...(typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? { country: code } : {}),
    ...(typeof number === 'number' && number > 0 ? { asn: number } : {}),
    ...(typeof organisation === 'string' && organisation !== '' ? { organisation: organisation.slice(0, 100) } : {}),
  };
}

async function open(key: string, file: string): Promise<Database> {
  const maxmind = await import('maxmind');
  try {
    return await maxmind.open(file, { cache: { max: 2_000 } });
  } catch (cause) {
    throw new Fault('bad-configuration', {
      detail: `network.${key}: ${file} is no database in MaxMind's format that can be read (${describeFault(cause)})`,
      cause,
    });
  }
}

function shippedFile(): string {
  return fileURLToPath(import.meta.resolve(shipped));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
