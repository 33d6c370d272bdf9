// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { TestClock } from '../../core/clock.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import type { AggregateReport, ReportRow } from '../../wire/dmarc/aggregate.ts';
import { writeAggregate } from '../../wire/dmarc/write-aggregate.ts';
import { ingest } from './ingest.ts';
import { receivedReports } from './received.ts';

const row: ReportRow = {
  sourceIp: '192.0.2.1',
  count: 2,
  disposition: 'none',
  dkim: 'pass',
  spf: 'fail',
  overrides: [],
  headerFrom: 'example.org',
  envelopeFrom: '',
  dkimResults: [],
  spfResults: [],
};

function xmlOf(more: Partial<AggregateReport> = {}): Buffer {
  const published = {
    domain: 'example.org',
    p: 'reject',
    sp: '',
    np: '',
    dkimAlignment: 'relaxed',
    spfAlignment: 'relaxed',
    isTest: false,
  } as const;
  const report = { reporter: 'example.net', email: 'r@example.net', id: '1', begin: 1_767_139_200, end: 1_767_225_599 };
  return Buffer.from(writeAggregate({ ...report, published, rows: [row], ...more }));
}

function mailWith(type: string, content: Buffer): Buffer {
  return Buffer.from(
    `From: Reports <reports@example.net>\r\nSubject: Report Domain: example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n--b--\r\n`,
  );
}

function place(isProven = true) {
  const parts = { state: memoryStateStore(), clock: new TestClock(), isProven: () => Promise.resolve(isProven) };
  return {
    take: (bytes: Buffer) => ingest(bytes, parts),
    kept: (domain?: string) =>
      receivedReports(parts.state, { ...(domain ? { domain } : {}), since: '2025-01-01' }, parts.clock.now()),
  };
}

describe('reports of others', () => {
  it('are kept by domain and day, once', async () => {
    const { take, kept } = place();
    assert.equal((await take(xmlOf()))[0]?.isNew, true);
    assert.equal((await take(gzipSync(xmlOf())))[0]?.isNew, false);
    assert.deepEqual(await kept('example.org'), [
      {
        kind: 'dmarc',
        domain: 'example.org',
        day: '2025-12-31',
        reporter: 'example.net',
        policy: 'reject',
        sources: [{ ip: '192.0.2.1', count: 2, dkim: 'pass', spf: 'fail', disposition: 'none' }],
      },
    ]);
    assert.deepEqual(await kept('example.com'), []);
  });

  it('in a message are taken only from an author that is proven', async () => {
    const mail = mailWith('application/gzip; name="example.net!example.org!1!2.xml.gz"', gzipSync(xmlOf()));
    await assert.rejects(place(false).take(mail), { code: 'bad-input' });
    const { take, kept } = place();
    assert.equal((await take(mail))[0]?.isNew, true);
    assert.equal((await kept()).length, 1);
  });

  it('may be about TLS, or of one failure', async () => {
    const { take, kept } = place();
    const tls = {
      'organization-name': 'Example',
      'report-id': '7',
      'date-range': { 'start-datetime': '2025-12-31T00:00:00Z', 'end-datetime': '2025-12-31T23:59:59Z' },
      policies: [
        {
          policy: { 'policy-type': 'sts', 'policy-domain': 'example.org' },
          summary: { 'total-successful-session-count': 5, 'total-failure-session-count': 1 },
        },
      ],
    };
    await take(mailWith('application/tlsrpt+gzip', gzipSync(JSON.stringify(tls))));
    const failure = 'Feedback-Type: auth-failure\r\nAuth-Failure: dmarc\r\nReported-Domain: example.org\r\n';
    await take(mailWith('message/feedback-report', Buffer.from(failure)));
    assert.deepEqual((await kept()).map(({ kind }) => kind).sort(), ['failure', 'tls']);
  });

  it('of very many clients stay small, and lose no message', async () => {
    const { take, kept } = place();
    const rows = Array.from({ length: 5_000 }, (_, i) => ({
      ...row,
      sourceIp: `10.1.${i >> 8}.${i & 255}`,
      count: i + 1,
    }));
    await take(xmlOf({ rows }));
    const [report] = await kept();
    assert.ok(report?.kind === 'dmarc' && report.sources.length <= 301);
    assert.equal(
      report.sources.reduce((sum, { count }) => sum + count, 0),
      (5_000 * 5_001) / 2,
    );
  });

  it('that are none are a fault', async () => {
    const { take } = place();
    for (const text of ['Subject: x\r\n\r\nhello', '<html></html>', '{}', '', '<!DOCTYPE a><feedback/>'])
      await assert.rejects(take(Buffer.from(text)), { code: 'bad-input' }, text);
  });
});
