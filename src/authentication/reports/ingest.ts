// SPDX-License-Identifier: Apache-2.0
/**
 * Ingest — takes in reports that others sent: aggregate and failure reports of DMARC, reports about TLS; as the files they are, or in the message that
 * brought them. A message is believed only if its own DMARC passes: anybody can write a report about anybody. Fails with `bad-input`
 * where nothing is there to be taken in.
 */
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { ReceivedReport } from '../../core/received-report.ts';
import type { StateStore } from '../../store/state/contract.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { isFile, mayHoldReport, readFile, readMail, type Read } from './read.ts';
import { keepReport } from './received.ts';

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

export async function ingest(bytes: Buffer, { state, clock, isProven }: IngestParts): Promise<readonly Ingested[]> {
  const now = clock.now();
  if (isFile(bytes)) return keepAll(await readFile(bytes), state, now);
  if (mayHoldReport(parseMessage(bytes)) && !(await isProven(bytes))) throw notProven();
  return keepAll(await readMail(bytes, now), state, now);
}

/** Fails with `bad-input` if there are none. */
export async function keepAll(reads: readonly Read[], state: StateStore, now: number): Promise<readonly Ingested[]> {
  if (reads.length === 0) throw new Fault('bad-input', { detail: 'it holds no report' });
  const ingested: Ingested[] = [];
  for (const { report, id } of reads) ingested.push({ report, isNew: await keepReport(state, report, id, now) });
  return ingested;
}

export function notProven(): Fault {
  return new Fault('bad-input', { detail: 'nothing proves who sent it (its own DMARC does not pass)' });
}
