// SPDX-License-Identifier: Apache-2.0
/**
 * Breadth — whether what a record allows is so much that a pass says nothing of the client: `+all`, networks that together hold as many addresses
 * as nobody on earth has, and `exists` of a name that is the same for every client. Pure.
 */
import type { Mechanism } from '../../wire/spf/record.ts';

/**
 * A /7 of IPv4, which is two /8: the registries give out /8 at most, and the widest that any sender of mail lists are /14. Of IPv6 as much as two /16,
 * the widest ever assigned (ARIN, 2023); Google and Microsoft list /32 and longer.
 */
const widestPrefix = { 4: 7, 16: 15 } as const;

export function isTooWide(prefix: number, addressBytes: number): boolean {
  return prefix <= widestPrefix[addressBytes === 4 ? 4 : 16];
}

/** The networks of that family together: two halves of the world are as much as the whole. Overlaps count twice; real records have none so wide. */
export function holdsTooMuch(mechanisms: readonly Mechanism[], addressBytes: number): boolean {
  let share = 0;
  for (const one of mechanisms)
    if (one.kind === 'ip' && one.qualifier === '+' && one.network.bytes.length === addressBytes)
      share += 2 ** -one.network.prefix;
  return share >= 2 ** -widestPrefix[addressBytes === 4 ? 4 : 16];
}

/**
 * Whether the name that `exists` asks for depends on the client's address or its name (RFC 7208 7.2). One that depends on the sender alone lets in everybody
 * who writes that sender, and it is the sender that is forged.
 */
export function asksOfClient(spec: string): boolean {
  return /%\{[ipc]/i.test(spec);
}

/** Whether a name is another one for each client or sender. */
export function dependsOnQuestion(spec: string): boolean {
  return /%\{[ipclsh]/i.test(spec);
}
