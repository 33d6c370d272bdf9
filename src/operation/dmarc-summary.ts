// SPDX-License-Identifier: Apache-2.0
/** DMARC summary — many reports of many reporters as what an owner asks: how much mail goes out in his name, how much of it is proven, and from where the rest comes. Pure. */
import type { ReceivedReport, ReportedSource } from '../core/received-report.ts';

export interface DomainSummary {
  readonly domain: string;
  readonly reports: number;
  readonly reporters: readonly string[];
  /** Messages. */
  readonly total: number;
  readonly proven: number;
  readonly quarantined: number;
  readonly rejected: number;
  readonly days: readonly DaySummary[];
  /** Most messages first. */
  readonly sources: readonly SourceSummary[];
  readonly tls: {
    readonly successes: number;
    readonly failures: number;
    readonly kinds: Readonly<Record<string, number>>;
  };
  readonly failureReports: number;
}

export interface DaySummary {
  readonly day: string;
  readonly total: number;
  readonly proven: number;
}

export interface SourceSummary {
  readonly ip: string;
  readonly total: number;
  readonly dkim: number;
  readonly spf: number;
  readonly proven: number;
}

export function summarise(reports: readonly ReceivedReport[]): readonly DomainSummary[] {
  const domains = Map.groupBy(reports, ({ domain }) => domain);
  return [...domains].map(([domain, own]) => summaryOf(domain, own)).sort((a, b) => b.total - a.total);
}

function summaryOf(domain: string, reports: readonly ReceivedReport[]): DomainSummary {
  const mail = reports.flatMap(report =>
    report.kind === 'dmarc' ? report.sources.map(source => ({ day: report.day, source })) : [],
  );
  const sources = mail.map(({ source }) => source);
  const tls = reports.filter(report => report.kind === 'tls');
  const kinds = new Map<string, number>();
  for (const report of tls)
    for (const [kind, count] of Object.entries(report.kinds)) kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  return {
    domain,
    reports: reports.filter(({ kind }) => kind === 'dmarc').length,
    reporters: [...new Set(reports.map(({ reporter }) => reporter))].sort(),
    total: sum(sources),
    proven: sum(sources.filter(isProven)),
    quarantined: sum(sources.filter(({ disposition }) => disposition === 'quarantine')),
    rejected: sum(sources.filter(({ disposition }) => disposition === 'reject')),
    days: [...Map.groupBy(mail, ({ day }) => day)]
      .map(([day, of]) => {
        const on = of.map(({ source }) => source);
        return { day, total: sum(on), proven: sum(on.filter(isProven)) };
      })
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
    sources: [...Map.groupBy(sources, ({ ip }) => ip)]
      .map(([ip, of]) => ({
        ip,
        total: sum(of),
        dkim: sum(of.filter(({ dkim }) => dkim === 'pass')),
        spf: sum(of.filter(({ spf }) => spf === 'pass')),
        proven: sum(of.filter(isProven)),
      }))
      .sort((a, b) => b.total - a.total),
    tls: {
      successes: tls.reduce((all, { successes }) => all + successes, 0),
      failures: tls.reduce((all, { failures }) => all + failures, 0),
      kinds: Object.fromEntries(kinds),
    },
    failureReports: reports.filter(({ kind }) => kind === 'failure').length,
  };
}

function isProven({ dkim, spf }: ReportedSource): boolean {
  return dkim === 'pass' || spf === 'pass';
}

function sum(sources: readonly ReportedSource[]): number {
  return sources.reduce((all, { count }) => all + count, 0);
}
