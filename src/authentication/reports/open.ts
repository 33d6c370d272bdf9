// SPDX-License-Identifier: Apache-2.0
/** Open reports — the reports of others as commands use them. */
import type { ReceivedReports } from '../../core/received-report.ts';
import { ingest, type IngestParts } from './ingest.ts';
import { receivedReports } from './received.ts';

export function openReceivedReports(parts: IngestParts): ReceivedReports {
  return {
    ingest: bytes => ingest(bytes, parts),
    since: (since, domain) =>
      receivedReports(parts.state, { since, ...(domain === undefined ? {} : { domain }) }, parts.clock.now()),
  };
}
