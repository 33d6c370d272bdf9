// SPDX-License-Identifier: Apache-2.0
/**
 * Address in name — whether a host name has the client's own address in it, as networks name lines by the thousand: decimal (`192-0-2-1`, `192000002001`),
 * backwards (`1.2.0.192`), hexadecimal (`c0000201`), or most of it (`2-1`). Somebody who names one server does not write its address.
 */
import { parseIp } from '../core/ip.ts';

export interface EmbeddedAddress {
  /** As it stands in the name, digits only. */
  readonly text: string;
  /** Three octets or more of IPv4, the host's 64 bits of IPv6; else only the last two octets. */
  readonly isWhole: boolean;
}

export function addressInName(name: string, ip: string): EmbeddedAddress | undefined {
  const bytes = parseIp(ip);
  if (!bytes) return undefined;
  return bytes.length === 4 ? v4InName(name, bytes) : v6InName(name, bytes);
}

function v4InName(name: string, bytes: Uint8Array): EmbeddedAddress | undefined {
  // Most names have no digit, and few addresses none in hexadecimal.
  if (!/\d/.test(name) && bytes.some(octet => octet < 0xa0 || (octet & 15) < 10)) return undefined;
  const octets = [...bytes];
  const backwards = octets.toReversed();
  const numbers = (name.match(/\d+/g) ?? []).filter(run => run.length <= 3).map(Number);
  for (const order of [octets, backwards])
    for (const part of [order, order.slice(0, 3), order.slice(1)])
      if (new Set(part).size > 1 && hasRun(numbers, part)) return whole(part.join('-'));
  const padded = (order: readonly number[]): string => order.map(octet => String(octet).padStart(3, '0')).join('');
  const hex = (order: readonly number[]): string => order.map(octet => octet.toString(16).padStart(2, '0')).join('');
  // Hexadecimal octets may stand apart; where letters of a word would join them to it, they are looked for as written.
  const compact = name.replace(/[._-]/g, '');
  const forms = [octets, backwards].flatMap(order => [
    padded(order),
    padded(order.slice(1)),
    padded(order.slice(0, 3)),
    order.join(''),
  ]);
  // Few digits may stand there by chance; nine are no accident.
  const decimal = forms.find(form => form.length >= 9 && compact.includes(form));
  if (decimal !== undefined) return whole(decimal);
  const inHex = [hex(octets), hex(backwards)].find(form => compact.includes(form));
  if (inHex !== undefined) return whole(inHex);
  const end = [octets.slice(2), backwards.slice(0, 2)].find(
    part => part.some(octet => octet > 9) && hasRun(numbers, part),
  );
  return end && { text: end.join('-'), isWhole: false };
}

function v6InName(name: string, bytes: Uint8Array): EmbeddedAddress | undefined {
  const nibbles = Buffer.from(bytes).toString('hex');
  const host = nibbles.slice(16);
  // ::1 and its like are written by people.
  if (/^0{8}/.test(host)) return undefined;
  const compact = name.replace(/[._-]/g, '');
  const groups = nibbles.match(/.{4}/g) ?? [];
  const short = groups.map(group => group.replace(/^0{1,3}/, ''));
  const forms = [host, host.split('').toReversed().join(''), short.slice(4).join('')];
  const found = forms.find(form => form.length >= 9 && compact.includes(form));
  return found === undefined ? undefined : whole(found);
}

function whole(text: string): EmbeddedAddress {
  return { text, isWhole: true };
}

/** Whether the numbers have these one after the other. */
function hasRun(numbers: readonly number[], part: readonly number[]): boolean {
  return numbers.some((_, at) => part.every((octet, i) => numbers[at + i] === octet));
}
