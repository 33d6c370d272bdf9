// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageOf } from '../../core/message.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { clientAt } from '../../core/client.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import { proves } from '../../wire/authres/result.ts';
import type { SpfResult } from '../spf.ts';
import dmarc, { type DmarcMeasured } from './dmarc.ts';

const dns = zoneDns({ '_dmarc.bank.example': { TXT: 'v=DMARC1; p=reject; pct=50' } });

/** What DMARC comes to where SPF passes for the forger's own domain. */
async function measure(
  header: string,
  isOurs = false,
  isWhole = true,
  more: Partial<SpfResult> = {},
): Promise<DmarcMeasured> {
  const spf: SpfResult = { result: 'pass', identity: 'mailfrom', domain: 'evil.example', ...more };
  const end = isWhole ? '\r\nPay here.\r\n' : '';
  const message = messageOf(Buffer.from(`${header}\r\nSubject: pay\r\n${end}`, 'latin1'));
  const mime = parseMessage(message.bytes);
  const known = {
    client: clientAt('203.0.113.9', 25, isOurs),
    message: { ...message, isWhole },
    mime,
    spf,
    dkim: [],
    dns,
  };
  // The fact needs no more of what is known of a message.
  return dmarc.read(known as unknown as Parameters<typeof dmarc.read>[0], AbortSignal.timeout(5_000));
}

function passes(measured: DmarcMeasured): boolean {
  return measured.kind === 'one' && measured.result.result === 'pass';
}

describe('fact dmarc', () => {
  it('is of the one author', async () => {
    assert.ok(passes(await measure('From: x@evil.example')) === false);
    const measured = await measure('From: CEO <ceo@bank.example>');
    assert.ok(measured.kind === 'one' && measured.result.result === 'fail');
    assert.deepEqual(dmarc.results?.(measured), [
      {
        method: 'dmarc',
        result: 'fail',
        properties: [
          ['header', 'from', 'bank.example'],
          ['policy', 'dmarc', 'reject'],
        ],
      },
    ]);
    assert.deepEqual(dmarc.record?.(measured), {
      result: 'fail',
      domain: 'bank.example',
      policyDomain: 'bank.example',
      asks: 'reject',
      ignored: ['pct=50'],
    });
  });

  for (const header of [
    'From: ceo@bank.example\r\nFrom: x@evil.example',
    'From: x@evil.example\r\nFrom: ceo@bank.example',
    'From: ceo@bank.example\r\nfrom : x@evil.example',
    'From : ceo@bank.example\r\nFrom: x@evil.example',
    'From: ceo@bank.example, x@evil.example',
    'From: x@evil.example, ceo@bank.example',
    'From: ceo@bank.example\r\n <x@evil.example>',
    'From:\r\n ceo@bank.example\r\nFrom:\r\n\tx@evil.example',
    'From: <@bank.example:x@evil.example>',
    'From: <ceo@bank.example>, <x>',
    'From: <ceo@bank.example@evil.example>',
    'From: group: ceo@bank.example;, x@evil.example',
  ])
    it(`has no result where two authors could be shown: ${JSON.stringify(header)}`, async () => {
      const measured = await measure(header);
      assert.equal(measured.kind, 'several');
      assert.equal(dmarc.results?.(measured)[0]?.result, 'none');
      assert.ok(
        measured.kind === 'several' &&
          measured.results.some(({ domain, result }) => domain === 'bank.example' && result === 'fail'),
      );
    });

  it('says of a pass that anyone would get that it proves nothing', async () => {
    const marks = async (more: Partial<SpfResult>) => {
      const measured = await measure('From: x@bank.example', false, true, { domain: 'bank.example', ...more });
      return dmarc.results?.(measured).map(result => [result.result, proves(result)]);
    };
    assert.deepEqual(await marks({}), [['pass', true]]);
    assert.deepEqual(await marks({ passesAnyone: true }), [['pass', false]]);
  });

  it('finds the author behind a thousand fields and behind a header longer than any, each once', async () => {
    for (const before of ['X-A: b\r\n'.repeat(1_000), `X-A: ${'b'.repeat(300_000)}\r\n`]) {
      const measured = await measure(`${before}From: ceo@bank.example`);
      assert.ok(measured.kind === 'one' && measured.result.result === 'fail');
      assert.equal((await measure(`${before}From: x@evil.example\r\nFrom: ceo@bank.example`)).kind, 'several');
    }
  });

  it('knows no author of a header that goes on beyond what is looked at', async () => {
    assert.equal((await measure('From: x@evil.example', false, false)).kind, 'several');
    assert.deepEqual(await measure('To: bob@example.org', false, false), { kind: 'several', fields: 0, results: [] });
  });

  it('is not asked of our own mail, nor where nobody wrote', async () => {
    assert.deepEqual(await measure('From: ceo@bank.example', true), { kind: 'not-asked' });
    assert.deepEqual(await measure('To: bob@example.org'), { kind: 'not-asked' });
    assert.deepEqual(dmarc.results?.({ kind: 'not-asked' }), []);
  });
});
