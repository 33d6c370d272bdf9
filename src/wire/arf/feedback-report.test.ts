// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { readFeedbackReport } from './feedback-report.ts';

it('reads a report of a failed authentication', () => {
  const text =
    'Feedback-Type: auth-failure\r\nUser-Agent: Someone/1\r\nVersion: 1\r\nAuth-Failure: dmarc\r\nDelivery-Result:\r\n reject\r\nReported-Domain: Example.ORG\r\nSource-IP: 192.0.2.1\r\nArrival-Date: Tue, 24 Nov 2026 10:00:00 +0900\r\n';
  assert.deepEqual(readFeedbackReport(text), {
    type: 'auth-failure',
    domain: 'example.org',
    failure: 'dmarc',
    delivery: 'reject',
    sourceIp: '192.0.2.1',
    arrivedAt: Date.UTC(2026, 10, 24, 1),
  });
});

it('knows what is none, and never fails', () => {
  assert.equal(readFeedbackReport('Subject: x'), undefined);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => void readFeedbackReport(`Feedback-Type: abuse\n${text}`)),
  );
});
