// SPDX-License-Identifier: Apache-2.0
/** Write aggregate — a report as XML (RFC 9990 appendix A). */
import type { AggregateReport, AuthenticatedDomain, ReportRow } from './aggregate.ts';
import { escapeXml } from './xml.ts';

const namespace = 'urn:ietf:params:xml:ns:dmarc-2.0';

export function writeAggregate(report: AggregateReport): string {
  const { published } = report;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<feedback xmlns="${namespace}">`,
    element('version', '1.0'),
    '<report_metadata>',
    element('org_name', report.reporter),
    element('email', report.email),
    element('report_id', report.id),
    `<date_range>${element('begin', report.begin)}${element('end', report.end)}</date_range>`,
    '</report_metadata>',
    '<policy_published>',
    element('domain', published.domain),
    element('discovery_method', 'treewalk'),
    element('p', published.p),
    element('sp', published.sp),
    element('np', published.np),
    element('adkim', published.dkimAlignment === 'strict' ? 's' : 'r'),
    element('aspf', published.spfAlignment === 'strict' ? 's' : 'r'),
    element('testing', published.isTest ? 'y' : 'n'),
    '</policy_published>',
    ...report.rows.map(writeRow),
    '</feedback>',
    '',
  ]
    .filter(line => line !== undefined)
    .join('\n');
}

function writeRow(row: ReportRow): string {
  const reasons = row.overrides.map(type => `<reason>${element('type', type)}</reason>`).join('');
  return [
    '<record><row>',
    element('source_ip', row.sourceIp),
    element('count', row.count),
    '<policy_evaluated>',
    element('disposition', row.disposition),
    element('dkim', row.dkim),
    element('spf', row.spf),
    `${reasons}</policy_evaluated></row><identifiers>`,
    element('header_from', row.headerFrom),
    element('envelope_from', row.envelopeFrom),
    '</identifiers><auth_results>',
    ...row.dkimResults.map(one => writeResult('dkim', one)),
    ...row.spfResults.map(one => writeResult('spf', one)),
    '</auth_results></record>',
  ].join('');
}

function writeResult(method: 'dkim' | 'spf', { domain, selector, result }: AuthenticatedDomain): string {
  const middle = method === 'dkim' ? element('selector', selector ?? '') : element('scope', 'mfrom');
  return `<${method}>${element('domain', domain)}${middle}${element('result', result)}</${method}>`;
}

/** Nothing where there is nothing to say. */
function element(name: string, value: string | number): string {
  return value === '' ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
}
