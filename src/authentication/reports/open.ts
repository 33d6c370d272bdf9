// SPDX-License-Identifier: Apache-2.0
/** Open reports — the reports of others, put together for commands and for mail that arrives. */
import type { ReceivedReports } from '../../core/received-report.ts';
import { ingest, type IngestParts } from './ingest.ts';
import { ReportIntake, type IntakeParts } from './intake.ts';
import type { ReportOptions } from './options.ts';
import { OwnReportAddresses, type OwnAddressParts } from './own-addresses.ts';
import { readAside } from './read-aside.ts';
import { receivedReports } from './received.ts';
import { refusedReports } from './refused.ts';

export function openReceivedReports(parts: IngestParts): ReceivedReports {
  return {
    ingest: bytes => ingest(bytes, parts),
    since: (since, domain) =>
      receivedReports(parts.state, { since, ...(domain === undefined ? {} : { domain }) }, parts.clock.now()),
    refused: since => refusedReports(parts.state, since, parts.clock.now()),
  };
}

export interface OpenIntakeParts
  extends Pick<IntakeParts, 'state' | 'clock' | 'log'>, Omit<OwnAddressParts, 'clock' | 'named'> {
  readonly options: () => ReportOptions;
}

/** The reports of others as they arrive. */
export function openIntake({ options, ...parts }: OpenIntakeParts): ReportIntake {
  const addresses = new OwnReportAddresses({ ...parts, named: () => options().received });
  return new ReportIntake({ ...parts, addresses, read: readAside });
}
