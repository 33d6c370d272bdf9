// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { TestClock } from '../../core/clock.ts';
import { zoneDns } from '../../net/zone-dns.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import type { DkimResult } from '../dkim-result.ts';
import { domainAgeSchema } from '../domain-age-options.ts';
import { firstDaysMs } from '../domain-age.ts';
import domainAgeFact from '../facts/domain-age.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import domainAge from './domain-age.ts';

const signed = (domain: string, result: DkimResult['result'] = 'pass'): DkimResult => ({
  result,
  domain,
  selector: 's',
  algorithm: 'rsa-sha256',
  identity: `@${domain}`,
  signature: 'abc',
  signedFields: ['from'],
  isTest: false,
});
const passed = { result: 'pass', identity: 'mailfrom', domain: 'mail.example.org' } as const;
const author = parseMessage(Buffer.from('From: Bob <bob@example.org>\r\n\r\nHello.\r\n'));

function server() {
  const clock = new TestClock();
  const services = {
    clock,
    state: memoryStateStore(),
    dns: zoneDns({}),
    domainAgeOptions: domainAgeSchema.parse({}),
    registrations: { of: async () => undefined },
  };
  const ask = (dkim: readonly DkimResult[], isOurs = false, language: 'en' | 'ja' = 'en') =>
    desk(
      domainAge,
      {},
      {
        measure: [domainAgeFact, ...given({ mime: author, spf: passed, dkim })],
        services,
        language,
      },
    ).ask({ client: clientAt('203.0.113.9', 25, isOurs) });
  return { clock, ask };
}

/** Facts with these values. */
function given(values: Readonly<Record<string, unknown>>) {
  return Object.entries(values).map(([name, value]) => ({
    name,
    scope: 'message' as const,
    summary: { en: '', ja: '' },
    needs: [],
    deadlineMs: 1_000,
    read: () => value,
  }));
}

it('is silent while the server is young, and says then which proven domain is new', async () => {
  const { clock, ask } = server();
  assert.deepEqual(await ask([signed('example.org')]), []);
  clock.advance(firstDaysMs);
  assert.deepEqual(await ask([signed('example.org')]), []);
  assert.deepEqual(await ask([signed('example.com')]), [
    'DOMAIN_NEW_SIGNER: The domain example.com has signed (DKIM), but is new here (0 days, domain): the signature earns nothing yet, and costs nothing.',
  ]);
  assert.deepEqual(await ask([signed('example.com'), signed('example.org')]), []);
});

it('knows only what was proven: a signature that does not hold makes nobody known', async () => {
  const { clock, ask } = server();
  await ask([signed('example.com', 'fail')]);
  clock.advance(firstDaysMs);
  const [says = ''] = await ask([signed('example.com')], false, 'ja');
  assert.match(says, /^DOMAIN_NEW_SIGNER: ドメイン example\.com の署名（DKIM）は正しいが、ここでは新しい（0 日/);
});

it('says nothing of our own senders', async () => {
  const { clock, ask } = server();
  await ask([]);
  clock.advance(firstDaysMs);
  assert.deepEqual(await ask([signed('example.com')], true), []);
});

it('adds no points of its own', () => {
  assert.deepEqual(
    Object.values(domainAge.symbols).map(({ weight }) => weight),
    [0, 0, 0],
  );
});
