// SPDX-License-Identifier: Apache-2.0
/** Report mail — the message that carries an aggregate report, packed (RFC 9990 3.5). Plain ASCII throughout. */
import { formatAddress, type Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { AggregateReport } from '../../wire/dmarc/aggregate.ts';
import { base64Lines } from '../../wire/mime/transfer-encode.ts';

export interface ReportMail {
  /** Of the whole, the receiver's address left out. */
  readonly length: number;
  with(to: Address): Buffer;
}

export function reportMail(
  { published: { domain }, id, begin, end }: AggregateReport,
  packed: Buffer,
  { from, hostName, clock }: { readonly from: Address; readonly hostName: string; readonly clock: Clock },
): ReportMail {
  const file = `${hostName}!${domain}!${begin}!${end}.xml.gz`;
  const boundary = `report-${begin}`;
  const head = [
    `From: ${formatAddress(from)}`,
    `Date: ${new Date(clock.now()).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id.replace(/[^A-Za-z0-9.@_-]/g, '-')}>`,
    // RFC 9990 3.5.3; folded, so that long names stay within a line.
    `Subject: Report Domain: ${domain}\r\n Submitter: ${hostName}\r\n Report-ID: <${id}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `A DMARC aggregate report by ${hostName}`,
    `on mail in the name of ${domain}.`,
    `--${boundary}`,
    `Content-Type: application/gzip;\r\n name="${file}"`,
    `Content-Disposition: attachment;\r\n filename="${file}"`,
    'Content-Transfer-Encoding: base64',
    '',
    '',
  ].join('\r\n');
  const rest = Buffer.concat([Buffer.from(head), base64Lines(packed), Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return {
    length: rest.length,
    with: to => Buffer.concat([Buffer.from(`To: ${formatAddress(to)}\r\n`), rest]),
  };
}
