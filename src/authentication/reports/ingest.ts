// SPDX-License-Identifier: Apache-2.0
/**
 * Ingest — takes in reports that others sent: aggregate and failure reports of DMARC, reports about TLS; as the files they are, or in the message that
 * brought them. A message is believed only if its own DMARC passes: anybody can write a report about anybody. Fails with `bad-input`
 * where nothing is there to be taken in.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { ReceivedReport } from '../../core/received-report.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { readFeedbackReport } from '../../wire/arf/feedback-report.ts';
import { readAggregate } from '../../wire/dmarc/read-aggregate.ts';
import { unpack, unpackedLimitBytes } from '../../wire/dmarc/unpack.ts';
import { parseAddressList } from '../../wire/mime/addresses.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import type { Part } from '../../wire/mime/types.ts';
import { readTlsReport } from '../../wire/tlsrpt/tls-report.ts';
import { fromAggregate, fromFeedback, fromTlsReport, keepReport } from './received.ts';

export interface IngestParts {
  readonly state: StateStore;
  readonly clock: Clock;
  /** Whether the author of a message is proven: DMARC passes for it. */
  readonly isProven: (message: Buffer) => Promise<boolean>;
}

export interface Ingested {
  readonly report: ReceivedReport;
  readonly isNew: boolean;
}

/** A report as read, under the id that tells it from others of its reporter. */
interface Read {
  readonly report: ReceivedReport;
  readonly id: string;
}

export async function ingest(bytes: Buffer, { state, clock, isProven }: IngestParts): Promise<readonly Ingested[]> {
  const now = clock.now();
  const reads = isFile(bytes) ? await readFile(bytes) : await readMail(bytes, isProven, now);
  if (reads.length === 0) throw new Fault('bad-input', { detail: 'it holds no report' });
  const ingested: Ingested[] = [];
  for (const { report, id } of reads) ingested.push({ report, isNew: await keepReport(state, report, id, now) });
  return ingested;
}

/** What an operator has taken out of its message stands on his word. */
function isFile(bytes: Buffer): boolean {
  const beginning = bytes.subarray(0, 64).toString('latin1');
  return /^(?:\x1f\x8b|PK\x03\x04|(?:\xef\xbb\xbf)?\s*[<{])/.test(beginning);
}

async function readFile(bytes: Buffer): Promise<readonly Read[]> {
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

async function readMail(bytes: Buffer, isProven: IngestParts['isProven'], now: number): Promise<readonly Read[]> {
  const mime = parseMessage(bytes);
  const [author] = parseAddressList(mime.headers.first('from')?.raw ?? '');
  const parts = mime.parts.filter(part => kindOf(part) !== undefined).slice(0, partsAtMost);
  if (parts.length === 0) return [];
  if (!(await isProven(bytes)))
    throw new Fault('bad-input', { detail: 'nothing proves who sent it (its own DMARC does not pass)' });
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

function kindOf(part: Part): 'file' | 'feedback' | undefined {
  const type = `${part.type}/${part.subtype}`;
  if (type === 'message/feedback-report') return 'feedback';
  const isNamed = /\.(?:xml|json|gz|zip)$/i.test(part.fileName);
  const isTyped =
    /^(?:application\/(?:gzip|x-gzip|zip|x-zip-compressed|xml|tlsrpt\+gzip|tlsrpt\+json)|text\/xml)$/.test(type);
  return part.children.length === 0 && (isNamed || isTyped) ? 'file' : undefined;
}
