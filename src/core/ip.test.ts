// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatIp,
  isInAny,
  neighbourhood,
  normaliseIp,
  parseIp,
  parseNetwork,
  premises,
  reversedLabels,
  reverseName,
} from './ip.ts';

describe('IP', () => {
  it('knows who is in which of some networks, and that a text that is no address is in none', () => {
    const networks = ['192.0.2.0/24', '2001:db8::/32'].flatMap(text => parseNetwork(text) ?? []);
    const ips = ['192.0.2.9', '::ffff:192.0.2.9', '2001:db8:1::1', '198.51.100.1', '', 'mx.example.org'];
    assert.deepEqual(
      ips.map(ip => isInAny(networks, ip)),
      [true, true, true, false, false, false],
    );
    assert.equal(isInAny([], '192.0.2.9'), false);
  });

  it('takes a /24 or a /48 for the premises of one person', () => {
    assert.deepEqual(['192.0.2.9', '::ffff:192.0.2.9', '2001:db8:1:2::3', 'unknown'].map(premises), [
      '192.0.2.0/24',
      '192.0.2.0/24',
      '2001:db8:1::/48',
      'unknown',
    ]);
  });

  it('has one spelling', () => {
    const spellings = ['192.0.2.7', '::ffff:192.0.2.7', '2001:DB8:0:0:0:0:0:1', '::', 'fe80::1%eth0'];
    assert.deepEqual(spellings.map(normaliseIp), ['192.0.2.7', '192.0.2.7', '2001:db8::1', '::', 'fe80::1']);
  });

  it('is none where its text may mean another to others', () => {
    for (const text of ['192.0.2.07', '192.0.2', '192.0.2.256', '192.0.2.7.', '0x7f.0.0.1', '1::2::3', '', ':'])
      assert.deepEqual([text, normaliseIp(text)], [text, undefined]);
  });

  it('reads back as it was written', () => {
    for (let i = 0; i < 256; i++) {
      const bytes = Uint8Array.of(i, 255 - i, i, 0);
      assert.deepEqual(parseIp(formatIp(bytes)), bytes);
    }
  });

  it('has a neighbourhood', () => {
    assert.deepEqual(['192.0.2.255', '10.0.0.1', '2001:db8:1:2:3::4', 'nonsense'].map(neighbourhood), [
      '192.0.2.0/24',
      '10.0.0.0/24',
      '2001:db8:1:2::/64',
      'nonsense',
    ]);
  });

  it('is turned round for DNS', () => {
    const v4 = Uint8Array.of(192, 0, 2, 1);
    assert.deepEqual([reversedLabels(v4), reverseName(v4)], ['1.2.0.192', '1.2.0.192.in-addr.arpa']);
    assert.match(reverseName(parseIp('2001:db8::1') ?? v4), /^1\.(?:0\.){23}8\.b\.d\.0\.1\.0\.0\.2\.ip6\.arpa$/);
  });
});
