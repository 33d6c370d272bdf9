// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Responsible } from '../../../core/responsible.ts';
import { fill, type Language } from '../../../core/sentence.ts';
import type { RecordEvent } from '../../../store/records/contract.ts';
import type { Workplace } from '../../ports.ts';
import type { Context, Options } from '../command.ts';
import { authComplainCommand } from './auth-complain.ts';

const named: Responsible = {
  proof: 'author-signature',
  domain: 'example.jp',
  ip: '192.0.2.7',
  complain: { kind: 'named', address: 'fbl@example.jp', format: 'xarf', feedbackId: '1:2' },
};
const abuse: Responsible = { ...named, complain: { kind: 'abuse', address: 'abuse@example.jp' } };
const unknown: Responsible = { ...named, proof: 'nothing', domain: '', complain: { kind: 'network' } };
const message = (responsible: Responsible, transaction = 1): readonly RecordEvent[] => [
  { at: 1, kind: 'sender', transaction, address: 'bounce@example.jp' },
  { at: 2, kind: 'message', transaction, facts: { responsible } },
  { at: 3, kind: 'accepted', transaction, queueId: `q${transaction}` },
];

interface Scene {
  readonly events?: readonly RecordEvent[];
  readonly isKept?: boolean;
  readonly options?: Options;
  readonly id?: string;
  readonly language?: Language;
}

async function run({ events = message(named), isKept = true, options = {}, id = 'a1', language = 'en' }: Scene = {}) {
  let stdout = '';
  let stderr = '';
  const record = { id: 'a1', startedAt: 0, keys: { recipients: ['alice@example.net'] }, events };
  const place = {
    ask: async () => true,
    records: { get: async (asked: string) => (/^(?:a1|q\d)$/.test(asked) ? record : undefined) },
    kept: async () =>
      isKept
        ? { bytes: Buffer.from('Message-ID: <1@example.jp>\r\n\r\nhello\r\n'), results: 'mx; spf=pass' }
        : undefined,
    hostName: 'mx.example.net',
    close: async () => {},
  } as unknown as Workplace;
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    outBytes: bytes => void (stdout += Buffer.from(bytes).toString()),
    err: text => void (stderr += text),
    now: () => 5,
    open: async () => place,
  } satisfies Partial<Context> as unknown as Context;
  const code = await authComplainCommand.run(context, [id], options);
  return { code, stdout, stderr };
}

describe('auth complain', () => {
  it('writes the report to the address that the message names, and says that it is not sent', async () => {
    const { code, stdout, stderr } = await run();
    assert.equal(code, 0);
    assert.match(stdout, /^From: <postmaster@example\.net>\r\nTo: <fbl@example\.jp>\r\n/);
    assert.match(stdout, /\r\nOriginal-Mail-From: <bounce@example\.jp>\r\n/);
    assert.match(stdout, /\r\nMessage-ID: <1@example\.jp>\r\n/);
    assert.match(stderr, /written and not sent.*\n.*DKIM signature of example\.net.*\n.*XARF/);
  });

  it('goes to abuse@ where the message names nobody', async () => {
    const { stdout, stderr } = await run({ events: message(abuse), language: 'ja' });
    assert.match(stdout, /To: <abuse@example\.jp>/);
    assert.match(stderr, /^<abuse@example\.jp> 宛の報告を作った。送信はしていない。[^\n]*\n$/);
  });

  it('makes nobody up where nothing was proven', async () => {
    await assert.rejects(run({ events: message(unknown) }), { detail: /no domain is proven.*192\.0\.2\.7.*--to/ });
    const { stdout } = await run({ events: message(unknown), options: { to: 'abuse@net.example' } });
    assert.match(stdout, /To: <abuse@net\.example>[^]*Source-IP: 192\.0\.2\.7/);
    assert.doesNotMatch(stdout, /Reported-Domain/);
  });

  it('says why there is no report', async () => {
    await assert.rejects(run({ isKept: false }), { detail: /not kept here any more/ });
    await assert.rejects(run({ events: [] }), { detail: /does not say who answers/ });
    await assert.rejects(run({ id: 'zzz' }), { detail: /no attempt/ });
    for (const options of [{ to: 'nobody' }, { from: '' }])
      await assert.rejects(run({ options }), { detail: /not an address/ });
  });

  it('asks which, of several messages', async () => {
    const events = [...message(named, 1), ...message(abuse, 2)];
    await assert.rejects(run({ events }), { detail: /q1 q2/ });
    assert.match((await run({ events, id: 'q2' })).stdout, /To: <abuse@example\.jp>/);
  });

  it('writes a new file for its owner alone, and replaces none', async test => {
    const folder = await mkdtemp(join(tmpdir(), 'complain-'));
    test.after(() => rm(folder, { recursive: true }));
    const output = join(folder, 'report.eml');
    assert.equal((await run({ options: { output } })).stdout, '');
    assert.match(await readFile(output, 'utf8'), /report-type=feedback-report/);
    assert.equal((await stat(output)).mode & 0o777, 0o600);
    await assert.rejects(run({ options: { output } }), { detail: /cannot be written \(EEXIST\)/ });
  });
});
