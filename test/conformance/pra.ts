// SPDX-License-Identifier: Apache-2.0
/** PRA — messages and their purported responsible address (RFC 4407 section 2): a JSON list of {name, message, pra: address or null}. */
import { join } from 'node:path';
import { formatAddress } from '../../src/core/address.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { parsePath } from '../../src/wire/smtp/path.ts';
import { selectPra } from '../../src/wire/senderid/pra.ts';
import { runCases } from './cases.ts';

/** Our own cases; any other file of the format may be named. */
export const path = join(import.meta.dirname, 'pra.json');

interface Case {
  readonly name: string;
  readonly message: string;
  readonly pra: string | null;
}

export function run(from: string) {
  return runCases(from, tryCase);
}

function tryCase(one: Case): string | undefined {
  const { message, pra: expected } = one;
  if (typeof message !== 'string' || (expected !== null && typeof expected !== 'string'))
    return 'a case has a message, and as pra an address or null';
  const pra = selectPra(parseMessage(asArrived(message)).headers);
  const found = pra.kind === 'found' ? formatAddress(pra.address) : null;
  const wanted = expected === null ? null : canonical(expected);
  return found === wanted
    ? undefined
    : `${found ?? `none (${pra.field}: ${JSON.stringify(pra)})`}, expected ${wanted ?? 'none'}`;
}

/** As the wire hands it on: every line ended by CRLF. */
export function asArrived(message: string): Buffer {
  return Buffer.from(message.replace(/\r?\n/g, '\r\n'), 'utf8');
}

/** Domains are compared without case and as A-labels; a text that is no address stays as it is. */
export function canonical(text: string): string {
  const path = parsePath(text.trim());
  return path?.address ? formatAddress(path.address) : text;
}
