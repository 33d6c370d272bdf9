// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatServerAddress, parseServerAddress, readResolvConf } from './server-address.ts';

describe('server address', () => {
  it('is an address with or without a port', () => {
    const written = ['192.0.2.53', '192.0.2.53:5353', '2001:DB8::53', '[2001:db8::53]:5353', '[::1]'];
    assert.deepEqual(
      written.map(text => formatServerAddress(parseServerAddress(text)!)),
      ['192.0.2.53:53', '192.0.2.53:5353', '[2001:db8::53]:53', '[2001:db8::53]:5353', '[::1]:53'],
    );
  });

  it('is never a name, nor has a port that cannot be', () => {
    const wrong = ['ns.example.org', '', '192.0.2.53:0', '192.0.2.53:65536', '192.0.2.256', '[192.0.2.1', ':53'];
    assert.deepEqual(
      wrong.map(parseServerAddress),
      wrong.map(() => undefined),
    );
    assert.equal(parseServerAddress('192.0.2.53:65535')?.port, 65_535);
  });

  it('keeps the link of a link-local address', () => {
    assert.equal(parseServerAddress('fe80::1%eth0')?.ip, 'fe80::1%eth0');
  });
});

describe('resolv.conf', () => {
  it('names servers in order; all else is passed over', () => {
    const text =
      '# by hand\nsearch example.org\n nameserver 192.0.2.1\nnameserver\t2001:db8::1 \noptions edns0\nnameserver nonsense\n';
    assert.deepEqual(
      readResolvConf(text).map(one => one.ip),
      ['192.0.2.1', '2001:db8::1'],
    );
  });

  it('means this machine when it names none', () => {
    assert.deepEqual(readResolvConf(''), [{ ip: '127.0.0.1', port: 53 }]);
  });
});
