// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../core/faults.ts';
import { readTlsReport } from './tls-report.ts';

const report = {
  'organization-name': 'Example Inc.',
  'report-id': '1@example.net',
  'date-range': { 'start-datetime': '2026-11-23T00:00:00Z', 'end-datetime': '2026-11-23T23:59:59Z' },
  policies: [
    {
      policy: { 'policy-type': 'sts', 'policy-domain': 'example.org' },
      summary: { 'total-successful-session-count': 10, 'total-failure-session-count': 2 },
      'failure-details': [{ 'result-type': 'certificate-expired', 'failed-session-count': 2 }],
    },
    { policy: {} },
  ],
};

it('reads a TLS report, and passes over policies of nobody', () => {
  assert.deepEqual(readTlsReport(JSON.stringify(report)), {
    reporter: 'Example Inc.',
    id: '1@example.net',
    begin: 1_795_392_000,
    end: 1_795_478_399,
    policies: [
      {
        domain: 'example.org',
        type: 'sts',
        successes: 10,
        failures: 2,
        kinds: [{ type: 'certificate-expired', count: 2 }],
      },
    ],
  });
});

it('takes what is no TLS report for a fault and nothing else', () => {
  for (const text of ['', '{', '[]', 'null', '{"report-id":"x"}', JSON.stringify({ ...report, 'report-id': '' })])
    assert.throws(() => readTlsReport(text), Fault, text);
  fc.assert(
    fc.property(fc.json(), json => {
      const text = JSON.stringify({ ...report, policies: JSON.parse(json) });
      assert.ok(readTlsReport(text).policies.length <= 1_000);
    }),
  );
});
