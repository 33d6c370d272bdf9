// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAddress } from '../../core/address.ts';
import { TestClock } from '../../core/clock.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { evaluateDmarc } from '../dmarc.ts';
import { collect, collectable } from './collected.ts';
import { ingest } from './ingest.ts';
import { sendReports } from './send.ts';

async function place(rua: string, more: Zone = {}) {
  const state = memoryStateStore();
  const clock = new TestClock();
  const dns = zoneDns({ '_dmarc.bank.example': { TXT: `v=DMARC1; p=reject; ${rua}` }, ...more });
  const sent: { readonly to: string; readonly message: Buffer }[] = [];
  const see = async (times: number, spf: string): Promise<void> => {
    const result = await evaluateDmarc({ domain: 'bank.example', spf: [spf], dkim: [], dns });
    const seen = {
      sourceIp: '192.0.2.1',
      envelopeFrom: spf,
      disposition: 'none',
      dkim: [],
      spf: { domain: spf, result: 'pass' },
    } as const;
    const collected = collectable(result, seen);
    for (let i = 0; collected && i < times; i++) await collect(state, collected, clock.now());
  };
  const send = () =>
    sendReports({
      state,
      dns,
      clock,
      hostName: 'mx.example.net',
      from: { local: 'reports', domain: 'example.net' },
      submit: async (to, message) => void sent.push({ to: formatAddress(to), message }),
    });
  return { state, clock, see, send, sent };
}

describe('our reports', () => {
  it('go to the domain’s owner once, on the day after, and can be read', async () => {
    const { state, clock, see, send, sent } = await place('rua=mailto:r@bank.example');
    await see(3, 'bank.example');
    await see(2, 'evil.example');
    assert.equal(await send(), 0);
    clock.advance(86_400_000);
    assert.equal(await send(), 1);
    assert.equal(await send(), 0);
    const [mail] = sent;
    assert.ok(mail && mail.to === 'r@bank.example');
    const [taken] = await ingest(mail.message, { state, clock, isProven: () => Promise.resolve(true) });
    assert.ok(taken?.report.kind === 'dmarc');
    assert.deepEqual(taken.report.sources, [
      { ip: '192.0.2.1', count: 3, dkim: 'fail', spf: 'pass', disposition: 'pass' },
      { ip: '192.0.2.1', count: 2, dkim: 'fail', spf: 'fail', disposition: 'none' },
    ]);
  });

  it('go to another organization only if it agrees', async () => {
    const agreed: Zone = { 'bank.example._report._dmarc.reports.test': { TXT: 'v=DMARC1' } };
    for (const [zone, count] of [
      [{}, 0],
      [agreed, 1],
      [{ 'bank.example._report._dmarc.reports.test': { TXT: 'hello' } }, 0],
      [{ 'bank.example._report._dmarc.reports.test': { fails: 'SERVFAIL' } }, 0],
    ] as const) {
      const { clock, see, send } = await place('rua=mailto:r@reports.test', zone);
      await see(1, 'bank.example');
      clock.advance(86_400_000);
      assert.equal(await send(), count);
    }
  });

  it('are not larger than is wanted, and not sent to whom nobody named', async () => {
    for (const [rua, count] of [
      ['rua=mailto:r@bank.example!100', 0],
      ['rua=mailto:r@bank.example!10k', 1],
      ['ruf=mailto:r@bank.example', 0],
      ['rua=https://bank.example/r', 0],
    ] as const) {
      const { clock, see, send } = await place(rua);
      await see(1, 'bank.example');
      clock.advance(86_400_000);
      assert.equal(await send(), count, rua);
    }
  });
});
