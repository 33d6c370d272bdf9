// SPDX-License-Identifier: Apache-2.0
/**
 * Resent — the lines that say who sent a message on (RFC 5322 3.6.6): the address of ours that forwards. They are the purported responsible
 * address of Sender ID (RFC 4407). Left out where a signature covers them as absent: adding them would break it.
 */
import { formatAddress, type Address } from '../../core/address.ts';
import type { QueuedMessage } from '../../store/queue/contract.ts';
import { namedFields } from '../../wire/mime/named-fields.ts';
import { formatDate } from '../../wire/mime/trace.ts';
import { derivedId } from '../derived-id.ts';
import { readHeaderOf } from '../header-of.ts';

/** More of a header is not looked at; signatures stand on top. */
const mostHeaderBytes = 65_536;
const names = ['resent-from', 'resent-date', 'resent-message-id'];
const findSignatures = namedFields(['dkim-signature', 'domainkey-signature', 'arc-message-signature']);

/** The same at each try. Empty for an address that needs SMTPUTF8. */
export function resentFields(message: QueuedMessage, by: Address, hostName: string): Buffer {
  const text = formatAddress(by);
  if (!/^[\x20-\x7e]+$/.test(text)) return Buffer.alloc(0);
  const id = derivedId(message.id, `resent ${text}`);
  return Buffer.from(
    `Resent-From: <${text}>\r\nResent-Date: ${formatDate(message.acceptedAt)}\r\nResent-Message-ID: <${id}@${hostName}>\r\n`,
  );
}

/** Whether a signature in the message says that there is none of these fields, or no more than there are. */
export async function forbidsResent(message: AsyncIterable<Buffer>): Promise<boolean> {
  const { bytes } = await readHeaderOf(message, mostHeaderBytes);
  return findSignatures(bytes).some(({ raw }) => {
    const signed = /(?:^|;)\s*h\s*=([^;]*)/i.exec(raw)?.[1] ?? '';
    return signed.split(':').some(name => names.includes(name.trim().toLowerCase()));
  });
}
