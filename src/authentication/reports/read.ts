// SPDX-License-Identifier: Apache-2.0
/**
 * Read — the reports in a file or a message: aggregate and failure reports of DMARC, reports about TLS. Whom to believe is not asked here.
 * Fails with `bad-input` where one cannot be read; a report of ten megabytes takes seconds, which is why arriving ones are read on a thread of their own.
 */
import { createHash } from 'node:crypto';
import type { ReceivedReport } from '../../core/received-report.ts';
import { readFeedbackReport } from '../../wire/arf/feedback-report.ts';
import { readAggregate } from '../../wire/dmarc/read-aggregate.ts';
import { unpack, unpackedLimitBytes } from '../../wire/dmarc/unpack.ts';
import { parseAddressList } from '../../wire/mime/addresses.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import type { MimeMessage, Part } from '../../wire/mime/types.ts';
import { readTlsReport } from '../../wire/tlsrpt/tls-report.ts';
import { fromAggregate, fromFeedback, fromTlsReport } from './received.ts';

/** A report as read, under the id that tells it from others of its reporter. */
export interface Read {
  readonly report: ReceivedReport;
  readonly id: string;
}

/** What an operator has taken out of its message stands on his word. */
export function isFile(bytes: Buffer): boolean {
  const beginning = bytes.subarray(0, 64).toString('latin1');
  return /^(?:\x1f\x8b|PK\x03\x04|(?:\xef\xbb\xbf)?\s*[<{])/.test(beginning);
}

export async function readFile(bytes: Buffer): Promise<readonly Read[]> {
  const reads: Read[] = [];
  for (const file of await unpack(bytes)) {
    const text = file.toString('utf8');
    if (/^\ufeff?\s*\{/.test(text)) {
      const report = readTlsReport(text.replace(/^\ufeff/, ''));
      reads.push(...fromTlsReport(report).map((one, i) => ({ report: one, id: `${report.id} ${i}` })));
    } else if (/^\ufeff?\s*</.test(text)) {
      const report = readAggregate(text);
      reads.push({ report: fromAggregate(report), id: report.id });
    }
  }
  return reads;
}

/** More attachments than these no reporter sends. */
const partsAtMost = 20;

/** Those in a message; whether it is proven who sent it is for others to say. */
export async function readMail(bytes: Buffer, now: number): Promise<readonly Read[]> {
  const mime = parseMessage(bytes);
  const [author] = parseAddressList(mime.headers.first('from')?.raw ?? '');
  const parts = mime.parts.filter(part => kindOf(part) !== undefined).slice(0, partsAtMost);
  const reads: Read[] = [];
  for (const part of parts) {
    const content = part.content(unpackedLimitBytes);
    if (kindOf(part) === 'file') {
      reads.push(...(await readFile(content)));
      continue;
    }
    const feedback = readFeedbackReport(content.toString('utf8'));
    const report = feedback && fromFeedback(feedback, author?.address?.domain ?? '', now);
    if (report) reads.push({ report, id: createHash('sha256').update(bytes).digest('hex') });
  }
  return reads;
}

/** Whether it has a part in which a report could be. */
export function mayHoldReport(mime: MimeMessage): boolean {
  return mime.parts.some(part => kindOf(part) !== undefined);
}

function kindOf(part: Part): 'file' | 'feedback' | undefined {
  const type = `${part.type}/${part.subtype}`;
  if (type === 'message/feedback-report') return 'feedback';
  const isNamed = /\.(?:xml|json|gz|zip)$/i.test(part.fileName);
  const isTyped =
    /^(?:application\/(?:gzip|x-gzip|zip|x-zip-compressed|xml|tlsrpt\+gzip|tlsrpt\+json)|text\/xml)$/.test(type);
  return part.children.length === 0 && (isNamed || isTyped) ? 'file' : undefined;
}
