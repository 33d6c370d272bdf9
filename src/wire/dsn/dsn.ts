// SPDX-License-Identifier: Apache-2.0
/**
 * DSN — a delivery status notification as a message (RFC 3464 in the multipart/report of RFC 6522): words for people, fields for programs,
 * and what is left of the original. All of it is 7-bit but the header of one to an address outside ASCII, so that it passes any server.
 */
import { formatAddress, type Address } from '../../core/address.ts';
import { formatDate } from '../mime/trace.ts';
import { base64Lines, encodingFor, quotedPrintable } from '../mime/transfer-encode.ts';
import { typedAddress } from './address.ts';
import { encodeWords } from '../mime/encode-words.ts';
import { lines, oneLine, textPart } from './compose.ts';
import { subjectOf, textOf } from './words.ts';

export interface DsnRecipient {
  /** As the sender gave it: where aliases of ours lead is not told (RFC 3464 4.2). */
  readonly address: Address;
  /** RFC 3463. */
  readonly status: string;
  /** In a sentence. */
  readonly says: string;
  readonly remote?: string;
  /** The reply of `remote`: one line of printable ASCII. */
  readonly reply?: string;
  readonly lastTriedAt: number;
}

export interface Dsn {
  readonly kind: 'failed' | 'delayed';
  /** Unique: it makes the Message-ID and the boundary. */
  readonly id: string;
  readonly reportingHost: string;
  readonly to: Address;
  readonly at: number;
  /** Of the message it is about. */
  readonly queueId: string;
  readonly arrivedAt: number;
  readonly messageId: string;
  readonly willRetryUntil?: number;
  /** At least one. */
  readonly recipients: readonly DsnRecipient[];
  /** The message as it came: `whole`, or its header alone. */
  readonly returned: { readonly isWhole: boolean; readonly bytes: Buffer };
}

export function composeDsn(dsn: Dsn): Buffer {
  const boundary = `=_${dsn.id}`;
  const parts = [textPart(textOf(dsn)), statusPart(dsn), returnedPart(dsn)];
  const body = parts.flatMap(part => [Buffer.from(`--${boundary}\r\n`), part, crlf]);
  return Buffer.concat([header(dsn, boundary), crlf, ...body, Buffer.from(`--${boundary}--\r\n`)]);
}

const crlf = Buffer.from('\r\n');

function header(dsn: Dsn, boundary: string): Buffer {
  const reference = /^<[\x21-\x7e]{3,250}>$/.test(dsn.messageId)
    ? [`In-Reply-To: ${dsn.messageId}`, `References: ${dsn.messageId}`]
    : [];
  return lines([
    `From: "Mail Delivery System" <MAILER-DAEMON@${dsn.reportingHost}>`,
    `To: <${oneLine(formatAddress(dsn.to))}>`,
    `Subject: ${encodeWords(subjectOf(dsn.kind))}`,
    `Date: ${formatDate(dsn.at)}`,
    `Message-ID: <${dsn.id}@${dsn.reportingHost}>`,
    ...reference,
    // RFC 3834 5.1: nobody's vacation program answers this.
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
  ]);
}

function statusPart(dsn: Dsn): Buffer {
  const perMessage = [
    `Reporting-MTA: dns; ${dsn.reportingHost}`,
    `X-Sekisho-Queue-Id: ${dsn.queueId}`,
    `Arrival-Date: ${formatDate(dsn.arrivedAt)}`,
  ];
  const perRecipient = dsn.recipients.flatMap(recipient => ['', ...recipientFields(dsn, recipient)]);
  return lines(['Content-Type: message/delivery-status', '', ...perMessage, ...perRecipient]);
}

function recipientFields(dsn: Dsn, recipient: DsnRecipient): string[] {
  const { remote, reply } = recipient;
  return [
    `Final-Recipient: ${typedAddress(recipient.address)}`,
    `Action: ${dsn.kind}`,
    `Status: ${recipient.status}`,
    ...(remote === undefined ? [] : [`Remote-MTA: dns; ${oneLine(remote)}`]),
    `Diagnostic-Code: ${reply === undefined ? 'X-Sekisho' : 'smtp'}; ${fold(oneLine(reply ?? recipient.says))}`,
    `Last-Attempt-Date: ${formatDate(recipient.lastTriedAt)}`,
    ...(dsn.kind === 'delayed' && dsn.willRetryUntil !== undefined
      ? [`Will-Retry-Until: ${formatDate(dsn.willRetryUntil)}`]
      : []),
  ];
}

function returnedPart({ returned: { isWhole, bytes } }: Dsn): Buffer {
  const encoding = encodingFor(bytes);
  // message/rfc822 may not be encoded (RFC 2046 5.2.1): what is not 7-bit comes back as its header, encoded.
  if (isWhole && encoding === '7bit') return Buffer.concat([lines(['Content-Type: message/rfc822', '']), bytes]);
  const fields = isWhole ? headerOf(bytes) : bytes;
  const way = encodingFor(fields);
  const head = ['Content-Type: text/rfc822-headers', `Content-Transfer-Encoding: ${way}`, ''];
  return Buffer.concat([
    lines(head),
    way === '7bit' ? fields : way === 'base64' ? base64Lines(fields) : quotedPrintable(fields),
  ]);
}

/** Up to and with the line end before the empty line. */
export function headerOf(message: Buffer): Buffer {
  const end = message.indexOf('\r\n\r\n', 0, 'latin1');
  return end < 0 ? message : message.subarray(0, end + 2);
}

function fold(text: string): string {
  return text.replace(/(.{60,}?) /g, '$1\r\n\t');
}
