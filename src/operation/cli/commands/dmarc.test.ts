// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReceivedReport, ReceivedReports } from '../../../core/received-report.ts';
import { Fault } from '../../../core/faults.ts';
import { fill, type Language } from '../../../core/sentence.ts';
import type { Workplace } from '../../ports.ts';
import type { Context } from '../command.ts';
import { dmarcCommands } from './dmarc.ts';

const common = { domain: 'example.org', day: '2026-01-02', reporter: 'example.net\u001b[2J' };
const told: readonly ReceivedReport[] = [
  {
    ...common,
    kind: 'dmarc',
    policy: 'none',
    sources: [
      { ip: '192.0.2.1', count: 3, dkim: 'pass', spf: 'fail', disposition: 'none' },
      { ip: '', count: 1, dkim: 'fail', spf: 'fail', disposition: 'quarantine' },
    ],
  },
  { ...common, kind: 'tls', policy: 'sts', successes: 5, failures: 2, kinds: { 'certificate-expired': 2 } },
];

async function run(
  name: string,
  args: readonly string[],
  reports: Partial<ReceivedReports>,
  options: Readonly<Record<string, string | boolean>> = {},
  language: Language = 'en',
) {
  let stdout = '';
  let stderr = '';
  const place = { reports: { refused: async () => [], ...reports }, close: async () => {} } as unknown as Workplace;
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out: text => void (stdout += text),
    err: text => void (stderr += text),
    json: value => void (stdout += JSON.stringify(value)),
    now: () => Date.UTC(2026, 0, 3),
    input: async () => Buffer.from('x'),
    open: async () => place,
  } satisfies Partial<Context> as unknown as Context;
  const code = await dmarcCommands.find(one => one.name === name)?.run(context, args, options);
  return { code, stdout, stderr };
}

describe('dmarc report', () => {
  it('shows how much is proven and from where the rest comes, in both languages', async () => {
    const asked: unknown[] = [];
    const since: ReceivedReports['since'] = async (...of) => {
      asked.push(of);
      return told;
    };
    const { code, stdout } = await run('dmarc report', ['Example.org'], { since }, { days: '2' });
    assert.deepEqual([code, asked], [0, [['2026-01-01', 'example.org']]]);
    assert.match(stdout, /4 messages in 1 reports .*; 3 proven \(75 %\), 1 set aside, 0 refused/);
    assert.match(stdout, /2026-01-02 {2}4 +75 % +█{18}░{6}/);
    assert.match(stdout, /\(others\) +1 +0 % +0 % +0 %/);
    assert.match(stdout, /TLS: 5 connections, 2 failed \(certificate-expired 2\)/);
    assert.ok(!stdout.includes('\u001b'));
    assert.match((await run('dmarc report', [], { since }, {}, 'ja')).stdout, /メール 4 通。証明済み 3 通（75 %）/);
  });

  it('lists the reports, and what was not taken in', async () => {
    const refused = async () => [
      { day: '2026-01-02', attemptId: 'a1', from: 'evil.example', to: 'r@example.org', reason: 'it holds no report' },
    ];
    const both = { since: async () => told, refused };
    const { stdout } = await run('dmarc report', [], both);
    assert.match(stdout, /2026-01-02 +DMARC +example\.net.* +4\n/);
    assert.match(stdout, /2026-01-02 +TLS +example\.net.* +7\n/);
    assert.match(stdout, /Not taken in, 1 in all.*\n {2}2026-01-02 {2}a1 {2}evil\.example {2}it holds no report/);
    assert.match((await run('dmarc report', [], both, {}, 'ja')).stdout, /evil\.example {2}報告が含まれていない/);
    assert.equal((await run('dmarc report', [], { since: async () => [], refused })).code, 0);
  });

  it('says when there is nothing', async () => {
    const { code, stderr } = await run('dmarc report', [], { since: async () => [] });
    assert.deepEqual([code, stderr], [1, 'No reports of the last 30 days.\n']);
  });
});

describe('dmarc ingest', () => {
  it('says what was taken in, and what was not', async () => {
    const [report] = told;
    assert.ok(report);
    const taken = await run('dmarc ingest', ['-'], { ingest: async () => [{ report, isNew: false }] });
    assert.deepEqual(taken.code, 0);
    assert.match(taken.stdout, /example.org, 2026-01-02, was known already/);
    const ingest = async (): Promise<never> => {
      throw new Fault('bad-input', { detail: 'it holds no report' });
    };
    const { code, stderr } = await run('dmarc ingest', ['-'], { ingest });
    assert.deepEqual([code, stderr], [65, '- is not taken in: it holds no report\n']);
  });
});
