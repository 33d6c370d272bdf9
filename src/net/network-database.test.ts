// SPDX-License-Identifier: Apache-2.0
import { deepEqual, rejects } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../core/faults.ts';
import { noNetworks } from '../core/networks.ts';
import { openNetworkDatabase, readEntry } from './network-database.ts';

describe('network database', () => {
  it('loads nothing unless it is told to', async () => {
    deepEqual(await openNetworkDatabase({ country: 'off' }), noNetworks);
  });

  it('knows countries from the database that comes with the program, IPv4 and IPv6', async () => {
    const networks = await openNetworkDatabase({ country: 'package' });
    // A root name server and a provider of long standing, which do not move.
    deepEqual(networks.of('202.12.30.33'), { country: 'JP' });
    deepEqual(networks.of('2001:240::1'), { country: 'JP' });
    for (const ip of ['10.0.0.1', '127.0.0.1', 'fd00::1', 'nonsense', '']) deepEqual(networks.of(ip), {}, ip);
  });

  it('reads entries in each of their forms', () => {
    deepEqual(readEntry({ country_code: 'JP' }), { country: 'JP' });
    deepEqual(readEntry({ country: { iso_code: 'DE', names: { en: 'Germany' } } }), { country: 'DE' });
    deepEqual(readEntry({ registered_country: { iso_code: 'FR' } }), { country: 'FR' });
    deepEqual(readEntry({ autonomous_system_number: 64_500, autonomous_system_organization: 'Example' }), {
      asn: 64_500,
      organisation: 'Example',
    });
    for (const nonsense of [null, undefined, 7, 'JP', { country_code: 'Japan' }, { country: 'JP' }])
      deepEqual(readEntry(nonsense), {});
  });

  it('names the setting whose file cannot be used', async () => {
    const isFault = (key: string) => (error: unknown) =>
      error instanceof Fault && error.code === 'bad-configuration' && error.detail.startsWith(`network.${key}: `);
    await rejects(openNetworkDatabase({ country: '/nowhere/file.mmdb' }), isFault('country'));
    await rejects(openNetworkDatabase({ country: 'off', asn: import.meta.filename }), isFault('asn'));
  });
});
