// SPDX-License-Identifier: Apache-2.0
/**
 * IP — addresses and networks as values. IPv4 in IPv6 (::ffff:a.b.c.d) is IPv4 everywhere.
 * Unreadable text gives undefined; nothing throws.
 */
export interface Network {
  /** 4 or 16 bytes, host bits zero. */
  readonly bytes: Uint8Array;
  readonly prefix: number;
}

/** The 4 or 16 bytes of an address, or undefined. Zone ids (`%eth0`) are dropped. */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** The canonical text (RFC 5952) of an address in any spelling; undefined if it is none. */
export function normaliseIp(text: string): string | undefined {
  // An IPv4 address that can be read has one spelling.
  if (!text.includes(':')) return parseV4(text) && text;
  const bytes = parseV6(text);
  return bytes && formatIp(bytes);
}

export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { at: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > best.length) best = { at: i, length: end - i };
  }
  const hex = groups.map(group => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}

/** The network people mean by "the same neighbourhood": /24 of IPv4, /64 of IPv6, as `192.0.2.0/24`. */
export function neighbourhood(ip: string): string {
  const bytes = parseIp(ip);
  if (!bytes) return ip;
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.0/24`;
  return `${formatIp(mask(bytes, 64))}/64`;
}

/** The network of a person or a small firm: /24 of IPv4, /48 of IPv6, of which people get a whole one. A text that is no address stays what it is. */
export function premises(ip: string): string {
  const bytes = parseIp(ip);
  if (!bytes || bytes.length === 4) return neighbourhood(ip);
  return `${formatIp(mask(bytes, 48))}/48`;
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or a single address. Host bits are cleared. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const bytes = parseIp(address);
  if (!bytes || rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const bits = bytes.length * 8;
  const mapped = bytes.length === 4 && address.includes(':') ? 96 : 0;
  const prefix = length === undefined ? bits : Number(length) - mapped;
  return prefix < 0 || prefix > bits ? undefined : { bytes: mask(bytes, prefix), prefix };
}

export function networkHas(network: Network, ip: Uint8Array): boolean {
  if (ip.length !== network.bytes.length) return false;
  const whole = network.prefix >> 3;
  for (let i = 0; i < whole; i++) if (ip[i] !== network.bytes[i]) return false;
  const rest = network.prefix & 7;
  return rest === 0 || ((ip[whole] ?? 0) ^ (network.bytes[whole] ?? 0)) >> (8 - rest) === 0;
}

/** Whether one of them has the address; a text that is no address is in none. */
export function isInAny(networks: readonly Network[], ip: string): boolean {
  const bytes = networks.length > 0 ? parseIp(ip) : undefined;
  return bytes !== undefined && networks.some(network => networkHas(network, bytes));
}

/** `other` may be an address that could not be read. */
export function isSameIp(ip: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && networkHas({ bytes: other, prefix: other.length * 8 }, ip);
}

/** The name to ask for an address's PTR record (RFC 1035 3.5, RFC 3596 2.5). */
export function reverseName(ip: Uint8Array): string {
  return `${reversedLabels(ip)}.${ip.length === 4 ? 'in-addr.arpa' : 'ip6.arpa'}`;
}

/** The address turned round as DNS lists and PTR names want it: bytes of IPv4, nibbles of IPv6 (RFC 5782). */
export function reversedLabels(ip: Uint8Array): string {
  if (ip.length === 4) return `${ip[3]}.${ip[2]}.${ip[1]}.${ip[0]}`;
  return [...ip]
    .reverse()
    .flatMap(byte => [(byte & 15).toString(16), (byte >> 4).toString(16)])
    .join('.');
}

/** Loopback, link-local and private space (RFC 1918, 4193, 6598): no stranger on the Internet has such an address. */
export function isPrivate(ip: Uint8Array): boolean {
  return privateNetworks.some(network => networkHas(network, ip));
}

/** The same of a text; one that is no address is not inside. */
export function isInside(text: string): boolean {
  const ip = parseIp(text);
  return ip !== undefined && isPrivate(ip);
}

/** A loop and no expression: it reads the address of every connection. */
function parseV4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4);
  let at = 0;
  let value = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const digit = i < text.length ? text.charCodeAt(i) - 48 : -2;
    if (digit === -2) {
      if (digits === 0 || at > 3) return undefined;
      bytes[at++] = value;
      value = digits = 0;
      continue;
    }
    // 010 is 8 to some and 10 to others.
    if (digit < 0 || digit > 9 || (digits > 0 && value === 0)) return undefined;
    value = value * 10 + digit;
    if (value > 255) return undefined;
    digits++;
  }
  return at === 4 ? bytes : undefined;
}

function parseV6(text: string): Uint8Array | undefined {
  let bare = text.replace(/%.*$/, '');
  const tail = /^(.*:)([\d.]+)$/.exec(bare);
  if (tail?.[2]?.includes('.')) {
    const v4 = parseV4(tail[2]);
    if (!v4) return undefined;
    const hex = (at: number) => (((v4[at] ?? 0) << 8) | (v4[at + 1] ?? 0)).toString(16);
    bare = `${tail[1]}${hex(0)}:${hex(2)}`;
  }
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map(half => (half === '' ? [] : half.split(':')));
  if (!head || [...head, ...(rest ?? [])].some(group => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...(rest ?? [])].map(group =>
    parseInt(group, 16),
  );
  const bytes = Uint8Array.from(groups.flatMap(group => [group >> 8, group & 255]));
  const isMapped = bytes.subarray(0, 10).every(byte => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12) : bytes;
}

function mask(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - i * 8))) & 0xff);
}

const privateNetworks: readonly Network[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
].flatMap(text => parseNetwork(text) ?? []);
