// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configSchema } from '../config.ts';
import { readAddress } from '../net/listen-address.ts';
import { listenersOf } from './listeners.ts';

const config = configSchema.parse({ listen: { smtp: ['127.0.0.1:2525', '[::1]:25'], smtps: ['*:465'] } });
const given = (environment: Readonly<Record<string, string>>) =>
  listenersOf(config, { environment }, false).map(({ name, isSecure, ...where }) => [
    name,
    isSecure,
    'fd' in where ? where.fd : `${where.host} ${where.port}`,
  ]);

describe('listeners', () => {
  it('are those of the configuration', () => {
    assert.deepEqual(given({}), [
      ['smtp', false, '127.0.0.1 2525'],
      ['smtp', false, '::1 25'],
      ['smtps', true, ':: 465'],
    ]);
  });

  it('are those that systemd opened, where it did, by the names of their sockets', () => {
    assert.deepEqual(given({ LISTEN_FDS: '3', LISTEN_FDNAMES: 'sekisho-smtp.socket:sekisho-smtps.socket' }), [
      ['smtp', false, 3],
      ['smtps', true, 4],
      ['smtp', false, 5],
    ]);
  });

  it('are those of the configuration where the environment says nonsense', () => {
    for (const LISTEN_FDS of ['0', '-1', '65', 'many', '1.5']) assert.equal(given({ LISTEN_FDS }).length, 3);
  });

  it('share a port only with other processes of the same server', () => {
    const shared = (isOneOfMany: boolean) =>
      listenersOf(config, { environment: {} }, isOneOfMany).map(one => 'reusePort' in one && one.reusePort);
    assert.deepEqual(
      [shared(false), shared(true)],
      [
        [false, false, false],
        [true, true, true],
      ],
    );
  });

  it('have an address and a port', () => {
    assert.deepEqual(readAddress('[2001:db8::1]:65535'), { host: '2001:db8::1', port: 65_535 });
    for (const text of ['127.0.0.1', '127.0.0.1:65536', '2001:db8::1:25', ':25', ''])
      assert.throws(() => readAddress(text), { code: 'bad-configuration' });
  });
});
