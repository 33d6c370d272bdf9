// SPDX-License-Identifier: Apache-2.0
// Whoever a reader is shown as the author, no other domain's proof stands for him: by class, as mutt and Dovecot show it (fixtures/composition-kills).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatPath } from '../../src/core/address.ts';
import { toALabels } from '../../src/core/domain.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { openWayWorld } from '../../src/way.suite.ts';
import type { AuthResult } from '../../src/wire/authres/result.ts';
import { parseCommand } from '../../src/wire/smtp/command.ts';
import { judgeFile } from '../../src/workplace/judge-file.ts';
import { cases, type Case } from './composition-kills-cases.ts';
import { domainOf, Forger, readShown } from './composition-kills-mail.ts';

const forger = new Forger();
const shown = readShown();
const { judges } = await openWayWorld({ dns: zoneDns(forger.zone()), domains: ['example.net'], mailboxes: ['bob'] });

/** The results, or `refused` where the dialogue does not take the command. */
async function judged(one: Case): Promise<readonly AuthResult[] | 'refused'> {
  const hello = parseCommand(Buffer.from(`EHLO ${one.helo ?? 'mx.evil.example'}`, 'latin1'));
  const mail = parseCommand(Buffer.from(`MAIL FROM:${one.mail ?? '<x@evil.example>'}`, 'latin1'));
  if (hello.verb !== 'EHLO' || mail.verb !== 'MAIL') return 'refused';
  const { results } = await judgeFile(
    { judges, hostName: 'mx.example.net' },
    Buffer.from(await forger.write(one), 'latin1'),
    {
      client: '203.0.113.9',
      hello: hello.name,
      sender: formatPath(mail.sender.address),
      recipients: ['bob@example.net'],
    },
  );
  return results;
}

describe('composition kills', () => {
  it('has at least 40 letters, each of its own name, of every class', () => {
    assert.ok(cases.length >= 40);
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
    assert.deepEqual(Object.keys(shown).sort(), cases.map(({ name }) => name).sort());
  });

  for (const one of cases)
    it(`${one.class}: ${one.name}`, async () => {
      const results = await judged(one);
      if (results === 'refused') return assert.ok(!one.isHonest);
      for (const method of ['spf', 'dkim'])
        assert.ok(
          results.some(result => result.method === method),
          method,
        );
      const { mutt = '', dovecot = [] } = shown[one.name] ?? {};
      const passed = results.filter(({ method, result }) => method === 'dmarc' && result === 'pass');
      if (one.isHonest) assert.equal(passed.length, 1);
      for (const { properties } of passed) {
        const [, , proven] = properties.find(([, property]) => property === 'from') ?? [];
        // mutt shows nobody of some: then there is no domain to be mistaken for.
        assert.ok(dovecot.length > 0);
        for (const address of [mutt, ...dovecot].filter(Boolean))
          assert.equal(toALabels(domainOf(address)), proven, address);
      }
    });
});
