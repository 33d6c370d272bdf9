// SPDX-License-Identifier: Apache-2.0
/** Aggregate report — what receivers tell the owner of a domain about a day's mail in its name, as a value (RFC 9990, RFC 7489 C). */
import type { DmarcPolicy } from './record.ts';

export interface AggregateReport {
  readonly reporter: string;
  /** Where the reporter can be asked. */
  readonly email: string;
  readonly id: string;
  /** Unix seconds. */
  readonly begin: number;
  readonly end: number;
  /** As published, where the reporter found it. */
  readonly published: PublishedPolicy;
  readonly rows: readonly ReportRow[];
}

export interface PublishedPolicy {
  readonly domain: string;
  readonly p: string;
  readonly sp: string;
  readonly np: string;
  readonly dkimAlignment: 'relaxed' | 'strict';
  readonly spfAlignment: 'relaxed' | 'strict';
  readonly isTest: boolean;
}

export interface ReportRow {
  readonly sourceIp: string;
  readonly count: number;
  /** What the receiver did. */
  readonly disposition: DmarcPolicy | 'pass';
  /** Whether each proved the author's domain, aligned. */
  readonly dkim: 'pass' | 'fail';
  readonly spf: 'pass' | 'fail';
  /** Why it was not done as asked: `mailing_list`, `local_policy`, … */
  readonly overrides: readonly string[];
  readonly headerFrom: string;
  readonly envelopeFrom: string;
  readonly dkimResults: readonly AuthenticatedDomain[];
  readonly spfResults: readonly AuthenticatedDomain[];
}

export interface AuthenticatedDomain {
  readonly domain: string;
  readonly result: string;
  /** Of DKIM. */
  readonly selector?: string;
}
