// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desk } from '../../check/desk.ts';
import { clientAt } from '../../core/client.ts';
import type { NetworkInfo } from '../../core/networks.ts';
import network from '../facts/network.ts';
import country from './country.ts';

const known: Readonly<Record<string, NetworkInfo>> = {
  '192.0.2.1': { country: 'AQ' },
  '192.0.2.77': { country: 'AQ' },
  '192.0.2.2': { country: 'JP', asn: 64_500, organisation: 'Example Hosting' },
};
const familiarNetworks = { knows: (ip: string) => ip === '192.0.2.77', knowsIdentity: () => false };
const seat = (settings: object) =>
  desk(
    country,
    { ...settings },
    { services: { networks: { of: ip => known[ip] ?? {} }, familiarNetworks }, measure: [network] },
  );
const at = (ip: string, isOurs = false) => ({ client: clientAt(ip, 1, isOurs) });

describe('country check', () => {
  it('means nothing by default, from wherever a client comes', async () => {
    for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) deepEqual(await seat({}).ask(at(ip)), []);
  });

  it('does what the operator says of a country, with his points', async () => {
    deepEqual(await seat({ countries: { AQ: 'delay' } }).ask(at('192.0.2.1')), [
      'COUNTRY_SUSPECT: The client is in AQ, from where little mail is expected here.',
    ]);
    const outcome = await seat({ countries: { AQ: 'defer' }, points: { AQ: 2 } }).outcome(at('192.0.2.1'));
    const [finding] = outcome?.status === 'done' ? outcome.findings : [];
    equal(finding?.action, 'defer');
    equal((finding?.share ?? 0) * country.symbols.COUNTRY_SUSPECT.weight, 2);
  });

  it('goes by the network before the country', async () => {
    deepEqual(await seat({ countries: { JP: 'none' }, networks: { AS64500: 'score' } }).ask(at('192.0.2.2')), [
      'COUNTRY_SUSPECT: The client is in AS64500 (Example Hosting), from where little mail is expected here.',
    ]);
    deepEqual(await seat({ countries: { JP: 'delay' }, networks: { AS64500: 'none' } }).ask(at('192.0.2.2')), []);
  });

  it('never judges ours and familiar ones', async () => {
    deepEqual(await seat({ countries: { AQ: 'reject' } }).ask(at('192.0.2.77')), []);
    deepEqual(await seat({ countries: { AQ: 'reject' } }).ask(at('192.0.2.1', true)), []);
  });
});
