// SPDX-License-Identifier: Apache-2.0
/** SUBMITTER — the parameter of MAIL that says before the message who its header will name as responsible (RFC 4405). */
import { formatAddress, type Address } from '../../core/address.ts';
import { parseMailbox } from '../smtp/path.ts';
import { decodeXtext, encodeXtext } from './xtext.ts';

/** `bob@example.jp` in xtext, also as `<bob@example.jp>`, which textbooks show. Undefined if it is no mailbox with a domain. */
export function parseSubmitter(value: string): Address | undefined {
  const decoded = decodeXtext(value) ?? '';
  const isBracketed = decoded.startsWith('<') && decoded.endsWith('>');
  const address = parseMailbox(isBracketed ? decoded.slice(1, -1) : decoded);
  return address?.domain === '' ? undefined : address;
}

/** Never in angle brackets: RFC 4405 has none. */
export function formatSubmitter(address: Address): string {
  return `SUBMITTER=${encodeXtext(formatAddress(address))}`;
}
