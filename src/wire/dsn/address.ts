// SPDX-License-Identifier: Apache-2.0
/** DSN addresses — mailboxes as delivery status fields write them: always ASCII (RFC 3464 2.3.2, RFC 6533 3). */
import { formatAddress, type Address } from '../../core/address.ts';

/** `rfc822; bob@example.com`, or for an address outside ASCII `utf-8; \x{592A}@example.com`. */
export function typedAddress(address: Address): string {
  const text = formatAddress(address).replace(/[\x00-\x1f\x7f]/g, '?');
  if (/^[\x20-\x7e]*$/.test(text)) return `rfc822; ${text}`;
  const encoded = Array.from(text)
    .map(sign => (/^[\x21-\x7e]$/.test(sign) && !/[\\+=]/.test(sign) ? sign : hex(sign)))
    .join('');
  return `utf-8; ${encoded}`;
}

function hex(sign: string): string {
  return `\\x{${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}}`;
}
