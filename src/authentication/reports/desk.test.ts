// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { evaluateDmarc } from '../dmarc.ts';
import type { DmarcMeasured } from '../facts/dmarc.ts';
import { ReportDesk } from './desk.ts';

async function reported(send: boolean): Promise<number> {
  const clock = new TestClock();
  const dns = zoneDns({ '_dmarc.bank.example': { TXT: 'v=DMARC1; p=none; rua=mailto:r@bank.example' } });
  let sent = 0;
  const desk = new ReportDesk({
    state: memoryStateStore(),
    dns,
    clock,
    log: silentLog,
    hostName: 'mx.example.net',
    holder: '0',
    options: () => ({ send }),
    submit: async () => void sent++,
  });
  const result = await evaluateDmarc({ domain: 'bank.example', spf: [], dkim: [], dns });
  const dmarc: DmarcMeasured = { kind: 'one', result };
  desk.see({
    fact: name => (name === 'dmarc' ? dmarc : undefined),
    sourceIp: '192.0.2.1',
    sender: { local: 'alice', domain: 'bank.example' },
    disposition: 'none',
  });
  await setImmediate();
  desk.start();
  clock.advance(86_400_000);
  await desk.close();
  return sent;
}

it('reports once it is switched on, and not before', async () => {
  assert.equal(await reported(true), 1);
  assert.equal(await reported(false), 0);
});
