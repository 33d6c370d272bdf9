// SPDX-License-Identifier: Apache-2.0
/**
 * Read aggregate — a report's XML into a value: RFC 9990 and RFC 7489, with or without namespace, and what real reporters leave out.
 * A row without an address or a number is passed over. Fails with `bad-input` where there is no report.
 */
import { toALabels } from '../../core/domain.ts';
import { Fault } from '../../core/faults.ts';
import { normaliseIp } from '../../core/ip.ts';
import type { AggregateReport, AuthenticatedDomain, ReportRow } from './aggregate.ts';
import { child, children, readXml, textOf, type Element } from './xml.ts';

const rowsAtMost = 100_000;

export function readAggregate(xml: string): AggregateReport {
  const root = readXml(xml);
  const metadata = child(root, 'report_metadata');
  const policy = child(root, 'policy_published');
  const domain = toALabels(textOf(policy, 'domain').toLowerCase());
  if (root.name !== 'feedback' || !metadata || domain === '') throw bad('it is no DMARC report');
  const range = child(metadata, 'date_range');
  const [begin, end] = [textOf(range, 'begin'), textOf(range, 'end')].map(Number);
  if (!isTime(begin) || !isTime(end) || end < begin) throw bad('it does not say which time it is about');
  const id = textOf(metadata, 'report_id');
  if (id === '') throw bad('it has no id');
  const mode = (name: string) => (textOf(policy, name) === 's' ? 'strict' : 'relaxed');
  return {
    reporter: textOf(metadata, 'org_name'),
    email: textOf(metadata, 'email'),
    id,
    begin,
    end,
    published: {
      domain,
      p: textOf(policy, 'p').toLowerCase(),
      sp: textOf(policy, 'sp').toLowerCase(),
      np: textOf(policy, 'np').toLowerCase(),
      dkimAlignment: mode('adkim'),
      spfAlignment: mode('aspf'),
      isTest: textOf(policy, 'testing') === 'y',
    },
    rows: children(root, 'record')
      .slice(0, rowsAtMost)
      .flatMap(record => readRow(record) ?? []),
  };
}

function readRow(record: Element): ReportRow | undefined {
  const row = child(record, 'row');
  const evaluated = child(row, 'policy_evaluated');
  const identifiers = child(record, 'identifiers') ?? child(record, 'identities');
  const results = child(record, 'auth_results');
  const sourceIp = normaliseIp(textOf(row, 'source_ip'));
  const count = Number(textOf(row, 'count'));
  if (sourceIp === undefined || !Number.isSafeInteger(count) || count < 1) return undefined;
  return {
    sourceIp,
    count,
    disposition: dispositionOf(textOf(evaluated, 'disposition').toLowerCase()),
    dkim: passOrFail(textOf(evaluated, 'dkim')),
    spf: passOrFail(textOf(evaluated, 'spf')),
    overrides: children(evaluated, 'reason')
      .slice(0, 8)
      .map(reason => textOf(reason, 'type', 64)),
    headerFrom: textOf(identifiers, 'header_from').toLowerCase(),
    envelopeFrom: textOf(identifiers, 'envelope_from').toLowerCase(),
    dkimResults: authenticated(results, 'dkim'),
    spfResults: authenticated(results, 'spf'),
  };
}

function authenticated(results: Element | undefined, method: string): readonly AuthenticatedDomain[] {
  return children(results, method)
    .slice(0, 100)
    .map(one => {
      const selector = textOf(one, 'selector');
      return {
        domain: textOf(one, 'domain').toLowerCase(),
        result: textOf(one, 'result', 32).toLowerCase(),
        ...(selector === '' ? {} : { selector }),
      };
    });
}

function dispositionOf(word: string): ReportRow['disposition'] {
  return word === 'quarantine' || word === 'reject' || word === 'pass' ? word : 'none';
}

function passOrFail(word: string): 'pass' | 'fail' {
  return word.toLowerCase() === 'pass' ? 'pass' : 'fail';
}

function isTime(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isFinite(seconds) && seconds > 0 && seconds < 100_000_000_000;
}

function bad(detail: string): Fault {
  return new Fault('bad-input', { detail });
}
