// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import { networkIdentity } from '../../core/familiar.ts';
import type { FamiliarNetworks } from '../../connection/ports.ts';
import type { SpfResult } from '../spf.ts';
import factFamiliar from '../facts/familiar.ts';
import familiar from './familiar.ts';

const pass: SpfResult = { result: 'pass', identity: 'mailfrom', domain: 'mail.example.org' };
const none: SpfResult = { result: 'none', identity: 'mailfrom', domain: 'mail.example.org' };

const knowing = (identities: readonly string[], ips: readonly string[] = []): FamiliarNetworks => ({
  knows: ip => ips.includes(ip),
  knowsIdentity: identity => identities.includes(identity),
});

const found = async (
  spf: SpfResult,
  familiarNetworks: FamiliarNetworks,
  ip = '192.0.2.1',
): Promise<readonly string[]> => {
  const seated = desk(
    familiar,
    {},
    { facts: { spf }, measure: [factFamiliar, spfFact(spf)], services: { familiarNetworks } },
  );
  const symbols = await seated.ask({ client: clientAt(ip, 25), hello: { verb: 'EHLO', name: 'mx.example.net' } });
  return symbols.map(text => text.split(':')[0] ?? '');
};

const spfFact = (value: SpfResult) => ({
  name: 'spf',
  scope: 'transaction' as const,
  summary: { en: 'Set by a test.', ja: '試験で与えた値。' },
  needs: [],
  deadlineMs: 1_000,
  read: () => value,
});

describe('a sender is familiar', () => {
  it('by the domain that SPF proves', async () => {
    assert.deepEqual(await found(pass, knowing(['domain:example.org'])), ['FAMILIAR_DOMAIN']);
  });

  it('not by a domain that it only claims, or whose record lets anyone send', async () => {
    assert.deepEqual(await found(none, knowing(['domain:example.org'])), []);
    assert.deepEqual(await found({ ...pass, passesAnyone: true }, knowing(['domain:example.org'])), []);
  });

  it('by its neighbourhood and greeting where nothing is proven', async () => {
    assert.deepEqual(await found(none, knowing([networkIdentity('192.0.2.0/24', 'mx.example.net')])), [
      'FAMILIAR_NETWORK',
    ]);
  });

  it('in part, where another is familiar whose networks it comes from', async () => {
    assert.deepEqual(await found(pass, knowing([], ['192.0.2.1'])), ['FAMILIAR_ADDRESS']);
  });

  it('never from inside', async () => {
    assert.deepEqual(await found(pass, knowing(['domain:example.org'], ['10.0.0.1']), '10.0.0.1'), []);
  });
});
