// SPDX-License-Identifier: Apache-2.0
/**
 * Received reports — what others have told of mail in our names, kept per domain and day in the state store for 400 days. One that is known
 * already is not counted twice. Of a report's many clients the 300 that sent most are kept one by one, the rest together.
 */
import { createHash } from 'node:crypto';
import type { ReceivedReport, ReportedSource } from '../../core/received-report.ts';
import { storedUnder, type StateStore } from '../../store/state/contract.ts';
import type { FeedbackReport } from '../../wire/arf/feedback-report.ts';
import type { AggregateReport } from '../../wire/dmarc/aggregate.ts';
import type { TlsReport } from '../../wire/tlsrpt/tls-report.ts';

const prefix = 'reports/received/';
const keptMs = 400 * 86_400_000;
const sourcesAtMost = 300;

/** Whether it was new. */
export async function keepReport(state: StateStore, report: ReceivedReport, id: string, now: number): Promise<boolean> {
  const hash = createHash('sha256').update(`${report.kind}\n${report.reporter}\n${id}`).digest('hex').slice(0, 24);
  const key = `${prefix}${report.domain}/${report.day}/${hash}`;
  if ((await state.get(key, now)) !== undefined) return false;
  const value = JSON.stringify(report);
  return (await state.settle(key, value, keptMs, now)) === value;
}

/** Of one domain or all, from a day on (`2026-11-24`), oldest first within a domain. */
export async function receivedReports(
  state: StateStore,
  { domain, since }: { readonly domain?: string; readonly since: string },
  now: number,
): Promise<readonly ReceivedReport[]> {
  const under = domain === undefined ? prefix : `${prefix}${domain}/`;
  const reports: ReceivedReport[] = [];
  for await (const { key, value } of storedUnder(state, under, now)) {
    const [, , , day = ''] = key.split('/');
    // True: nothing else is written under this prefix.
    if (day >= since) reports.push(JSON.parse(value));
  }
  return reports;
}

export function fromAggregate({ reporter, end, published, rows }: AggregateReport): ReceivedReport {
  const bySource = new Map<string, ReportedSource>();
  const add = (source: ReportedSource): void => {
    const key = [source.ip, source.dkim, source.spf, source.disposition].join(' ');
    bySource.set(key, { ...source, count: source.count + (bySource.get(key)?.count ?? 0) });
  };
  for (const { sourceIp: ip, count, dkim, spf, disposition } of rows) add({ ip, count, dkim, spf, disposition });
  const sorted = [...bySource.values()].sort((a, b) => b.count - a.count);
  bySource.clear();
  sorted.forEach((source, i) => add(i < sourcesAtMost ? source : { ...source, ip: '' }));
  return {
    kind: 'dmarc',
    domain: published.domain,
    day: dayOf(end * 1_000),
    reporter,
    policy: published.p,
    sources: [...bySource.values()],
  };
}

/** One for each domain that it is about. */
export function fromTlsReport({ reporter, end, policies }: TlsReport): readonly ReceivedReport[] {
  return policies.map(({ domain, type, successes, failures, kinds }) => {
    const counts = new Map<string, number>();
    for (const kind of kinds.slice(0, 50)) counts.set(kind.type, (counts.get(kind.type) ?? 0) + kind.count);
    const day = dayOf(end * 1_000);
    return { kind: 'tls', domain, day, reporter, policy: type, successes, failures, kinds: Object.fromEntries(counts) };
  });
}

export function fromFeedback(report: FeedbackReport, reporter: string, now: number): ReceivedReport | undefined {
  const { type, domain, failure, delivery, sourceIp = '', arrivedAt = now } = report;
  if (domain === '') return undefined;
  // A date that a stranger wrote must not keep it for ever, or from being found.
  const day = dayOf(Math.min(arrivedAt, now));
  return { kind: 'failure', domain, day, reporter, failure: failure || type, delivery, ip: sourceIp };
}

/** In UTC; years of four digits only. */
function dayOf(ms: number): string {
  return new Date(Math.min(Math.max(0, ms), 253_402_300_799_000)).toISOString().slice(0, 10);
}
