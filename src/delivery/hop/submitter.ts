// SPDX-License-Identifier: Apache-2.0
/**
 * Submitter — the parameter by which a next hop that knows it hears at MAIL who is responsible (RFC 4405 4.1): always the purported responsible
 * address of the message as it is sent, read from those very bytes. None where the header names nobody, or one that needs SMTPUTF8.
 */
import { readHeader } from '../../wire/mime/header.ts';
import { limitsFrom } from '../../wire/mime/limits.ts';
import type { Defect } from '../../wire/mime/types.ts';
import { selectPra } from '../../wire/senderid/pra.ts';
import { formatSubmitter } from '../../wire/senderid/submitter.ts';
import { readHeaderOf } from '../header-of.ts';

/** A longer header is not read to its end, and then nothing is said of it. */
const headerAtMost = 262_144;

/** `SUBMITTER=…`; undefined where there is nothing to say. */
export async function submitterOf(message: AsyncIterable<Buffer>): Promise<string | undefined> {
  const { bytes: header, isWhole } = await readHeaderOf(message, headerAtMost);
  if (!isWhole) return undefined;
  const defects = new Set<Defect>();
  const { headers } = readHeader(header, 0, header.length, limitsFrom(), defects);
  // What was not read could be the field that counts.
  if (defects.has('header-too-long') || defects.has('too-many-fields')) return undefined;
  const pra = selectPra(headers);
  if (pra.kind === 'missing' || /[^\x20-\x7e]/.test(pra.address.local)) return undefined;
  return formatSubmitter(pra.address);
}
