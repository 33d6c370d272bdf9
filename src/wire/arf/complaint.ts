// SPDX-License-Identifier: Apache-2.0
/**
 * Complaint — a report about a message in the Abuse Reporting Format (RFC 5965; sent to a CFBL-Address: RFC 9477 3.5), as a whole message.
 * The message lies in it as it came, so that Message-ID and CFBL-Feedback-ID do; one that no 8-bit way takes lies in it as its header. Pure.
 */
import { formatAddress, type Address } from '../../core/address.ts';
import { lines, oneLine, textPart } from '../dsn/compose.ts';
import { headerOf } from '../dsn/dsn.ts';
import { encodeWords } from '../mime/encode-words.ts';
import { quotedPrintable } from '../mime/transfer-encode.ts';
import { formatDate } from '../mime/trace.ts';

export interface Complaint {
  /** Letters and digits that are in no message: it makes the boundary and the Message-ID. */
  readonly id: string;
  readonly from: Address;
  readonly to: Address;
  readonly reportingHost: string;
  /** When it is written, and when the message came; Unix milliseconds. */
  readonly at: number;
  readonly arrivedAt: number;
  readonly sourceIp: string;
  /** Empty where nothing was proven. */
  readonly domain: string;
  /** null: the null return path; undefined: not known. */
  readonly mailFrom: string | null | undefined;
  /** What this server found of the sender, the value of its Authentication-Results. */
  readonly results: string | undefined;
  readonly text: readonly string[];
  readonly message: Buffer;
}

export function composeComplaint(complaint: Complaint): Buffer {
  const { id, from, to, reportingHost, at, domain, sourceIp, text } = complaint;
  const boundary = `=_${id}`;
  const head = lines([
    `From: <${oneLine(formatAddress(from))}>`,
    `To: <${oneLine(formatAddress(to))}>`,
    `Subject: ${encodeWords(`Complaint about a message of ${oneLine(domain === '' ? sourceIp : domain)}`)}`,
    `Date: ${formatDate(at)}`,
    `Message-ID: <${id}@${reportingHost}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=feedback-report;\r\n\tboundary="${boundary}"`,
    '',
  ]);
  const parts = [textPart(text), fieldsPart(complaint), messagePart(complaint.message)];
  const body = parts.flatMap(part => [Buffer.from(`--${boundary}\r\n`), part, crlf]);
  return Buffer.concat([head, ...body, Buffer.from(`--${boundary}--\r\n`)]);
}

const crlf = Buffer.from('\r\n');
const longestValue = 900;

/** RFC 5965 3: the three that must be there, then what is known. */
function fieldsPart(complaint: Complaint): Buffer {
  const { mailFrom, results, domain } = complaint;
  const fields: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Feedback-Type', 'abuse'],
    ['User-Agent', 'Sekisho'],
    ['Version', '1'],
    ['Original-Mail-From', mailFrom === undefined ? undefined : `<${mailFrom ?? ''}>`],
    ['Arrival-Date', formatDate(complaint.arrivedAt)],
    ['Reporting-MTA', `dns; ${complaint.reportingHost}`],
    ['Source-IP', complaint.sourceIp],
    ['Reported-Domain', domain === '' ? undefined : domain],
    ['Authentication-Results', results],
  ];
  const written = fields.flatMap(([name, value]) => {
    const text = value === undefined ? '' : oneLine(value).trim();
    // ASCII alone, and whole or not at all.
    return text === '' || text.length > longestValue || !/^[\x20-\x7e]*$/.test(text) ? [] : [fold(`${name}: ${text}`)];
  });
  return lines(['Content-Type: message/feedback-report', '', ...written]);
}

/** At blanks, so that lines stay readable. */
function fold(line: string): string {
  return line.replace(/(.{40,72}?) (?=\S)/g, '$1\r\n\t');
}

/** RFC 2046 5.2.1 lets message/rfc822 be 8-bit, and not encoded. */
function messagePart(message: Buffer): Buffer {
  const text = message.toString('latin1');
  const isPlain =
    !text.includes('\0') && text.split('\n').every(line => line.length <= 999) && !/[^\r]\n|\r[^\n]/.test(text);
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  if (isPlain) {
    const encoding = isAscii ? [] : ['Content-Transfer-Encoding: 8bit'];
    return Buffer.concat([lines(['Content-Type: message/rfc822', ...encoding, '']), message]);
  }
  const head = ['Content-Type: text/rfc822-headers', 'Content-Transfer-Encoding: quoted-printable', ''];
  return Buffer.concat([lines(head), quotedPrintable(headerOf(message))]);
}
