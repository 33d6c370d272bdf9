// SPDX-License-Identifier: Apache-2.0
/** TLS report — what senders tell the owner of a domain about TLS towards it (RFC 8460), as a value. Reads JSON; fails with `bad-input`. */
import { toALabels } from '../../core/domain.ts';
import { Fault } from '../../core/faults.ts';

export interface TlsReport {
  readonly reporter: string;
  readonly id: string;
  /** Unix seconds. */
  readonly begin: number;
  readonly end: number;
  readonly policies: readonly TlsPolicyReport[];
}

export interface TlsPolicyReport {
  readonly domain: string;
  /** `sts`, `tlsa`, `no-policy-found`. */
  readonly type: string;
  readonly successes: number;
  readonly failures: number;
  /** Of failures: `certificate-expired`, `starttls-not-supported`, … and how often. */
  readonly kinds: readonly { readonly type: string; readonly count: number }[];
}

const listAtMost = 1_000;

export function readTlsReport(json: string): TlsReport {
  const report = objectOf(parse(json));
  const range = objectOf(report['date-range']);
  const [begin, end] = [range['start-datetime'], range['end-datetime']].map(text => Date.parse(textOf(text)) / 1_000);
  const id = textOf(report['report-id']);
  if (begin === undefined || end === undefined || !(begin > 0) || !(end >= begin) || id === '')
    throw bad('it is no TLS report');
  return {
    reporter: textOf(report['organization-name']),
    id,
    begin,
    end,
    policies: listOf(report['policies']).flatMap(one => readPolicy(objectOf(one)) ?? []),
  };
}

function readPolicy(one: Fields): TlsPolicyReport | undefined {
  const policy = objectOf(one['policy']);
  const summary = objectOf(one['summary']);
  const domain = toALabels(textOf(policy['policy-domain']).toLowerCase());
  if (domain === '') return undefined;
  return {
    domain,
    type: textOf(policy['policy-type']),
    successes: countOf(summary['total-successful-session-count']),
    failures: countOf(summary['total-failure-session-count']),
    kinds: listOf(one['failure-details'])
      .map(objectOf)
      .map(detail => ({
        type: textOf(detail['result-type']).slice(0, 64),
        count: countOf(detail['failed-session-count']),
      })),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Fault('bad-input', { detail: 'it is no JSON', cause });
  }
}

function objectOf(value: unknown): Fields {
  // True: an object that is no list has fields by name.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, listAtMost) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 255) : '';
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function bad(detail: string): Fault {
  return new Fault('bad-input', { detail });
}
