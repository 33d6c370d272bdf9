// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { processes, settled } from '../../connection/throttle/throttle.suite.ts';
import { clientAt } from '../../core/client.ts';
import harvest from './harvest.ts';

const sender = { address: null, body: '7BIT', isSmtpUtf8: false };

/** What is said of a client after so many different recipients that are not here, and so many that are, were tried from one address. */
async function after(unknown: number, known: number, ip: string, language: 'en' | 'ja' = 'en') {
  const world = processes({ throttle: { unknownRecipients: { delay: '0s' } } });
  const gate = world.one.open(clientAt('198.51.100.7', 1), 'a');
  for (let i = 0; i < known; i++) gate.known();
  for (let i = 0; i < unknown; i++) await gate.unknown(`w${i}@example.jp`, () => []);
  await settled();
  const services = { state: world.store.state, clock: world.clock };
  return desk(harvest, {}, { services, language }).ask({ client: clientAt(ip, 1), sender });
}

describe('harvest', () => {
  it('knows the address that tried many recipients who are not here, and its network less', async () => {
    assert.deepEqual(await after(30, 3, '198.51.100.7'), [
      'HARVEST_CLIENT: The client has lately tried 30 different recipients that are not here, and few others.',
    ]);
    assert.match((await after(90, 3, '198.51.100.8')).join(), /^HARVEST_NETWORK: From the network of the client \d\d /);
    assert.deepEqual(await after(90, 3, '198.51.101.8'), []);
  });

  it('says so in Japanese', async () => {
    assert.deepEqual(await after(30, 3, '198.51.100.7', 'ja'), [
      'HARVEST_CLIENT: 接続元は最近、存在しない受信者を 30 件試し、実在する受信者はわずかだった（辞書攻撃の疑い）。',
    ]);
  });

  it('says nothing of a few typing errors, of a list with dead addresses, and of those inside', async () => {
    assert.deepEqual(await after(5, 0, '198.51.100.7'), []);
    assert.deepEqual(await after(90, 200, '198.51.100.7'), []);
    assert.deepEqual(await after(90, 0, '127.0.0.1'), []);
  });
});
