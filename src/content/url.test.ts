// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readWebAddress, webAddressesIn } from './url.ts';

describe('url', () => {
  it('reads the host as browsers do', () => {
    for (const [written, host] of [
      ['http://Example.org/a', 'example.org'],
      ['https:\\\\example.org\\a', 'example.org'],
      ['http:example.org', 'example.org'],
      ['http:////example.org?x', 'example.org'],
      ['http://a.example:8080/', 'a.example'],
      ['http://bank.example@evil.example/', 'evil.example'],
      ['http://%65vil.example/', 'evil.example'],
      ['http://ｅｖｉｌ。example/', 'evil.example'],
      ['http://日本語.example/', 'xn--wgv71a119e.example'],
      ['http://[2001:DB8::1]:80/', '[2001:db8::1]'],
      ['http://192.0.2.1/', '192.0.2.1'],
    ] as const)
      equal(readWebAddress(written)?.host, host, written);
  });

  it('notes user parts, ports and escapes', () => {
    deepEqual(readWebAddress('http://a%40b@evil%2Eexample:81/x'), {
      url: 'http://a%40b@evil%2Eexample:81/x',
      host: 'evil.example',
      hasUserPart: true,
      port: '81',
      isEscaped: true,
    });
  });

  it('reads nothing but web addresses', () => {
    for (const written of ['mailto:a@example.org', 'javascript:x', '/path', '', 'ftp://example.org'])
      equal(readWebAddress(written), undefined);
  });

  it('finds them in text, without what closes the sentence', () => {
    const text = 'See http://example.org/a. (or www.example.net), not a@www.example.com「https://ex.example/」';
    deepEqual(
      webAddressesIn(text, 10).map(({ host }) => host),
      ['example.org', 'www.example.net', 'ex.example'],
    );
    equal(webAddressesIn('http://a.example '.repeat(20), 10).length, 10);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void readWebAddress(`http://${text}`)));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void webAddressesIn(`http://${text}`, 5)));
  });
});
