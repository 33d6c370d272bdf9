// SPDX-License-Identifier: Apache-2.0
/** Received report — what another server told of mail in our names on one day, as it is kept: mail as DMARC counts it, TLS towards us, one failure. */

/** Mail of one client as a report counts it. */
export interface ReportedSource {
  /** Empty: all clients that are not listed one by one. */
  readonly ip: string;
  readonly count: number;
  readonly dkim: 'pass' | 'fail';
  readonly spf: 'pass' | 'fail';
  readonly disposition: string;
}

export type ReceivedReport = {
  readonly domain: string;
  /** `2026-11-24`, in UTC. */
  readonly day: string;
  readonly reporter: string;
} & (
  | { readonly kind: 'dmarc'; readonly policy: string; readonly sources: readonly ReportedSource[] }
  | {
      readonly kind: 'tls';
      readonly policy: string;
      readonly successes: number;
      readonly failures: number;
      readonly kinds: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'failure'; readonly failure: string; readonly delivery: string; readonly ip: string }
);

/** Mail to an address for reports that was not taken in as one. */
export interface RefusedReport {
  readonly day: string;
  readonly attemptId: string;
  /** The author's domain, which nothing may prove; empty where there is none. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Reports that others sent us: taking them in, and what they told. */
export interface ReceivedReports {
  /** Fails with `bad-input` where there is no report, or nothing proves who sent it. */
  ingest(bytes: Buffer): Promise<readonly { readonly report: ReceivedReport; readonly isNew: boolean }[]>;
  /** Of one domain or all, from a day on. */
  since(day: string, domain?: string): Promise<readonly ReceivedReport[]>;
  /** What arrived to be taken in and was not, from a day on. */
  refused(day: string): Promise<readonly RefusedReport[]>;
}
