// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatAddress } from '../../core/address.ts';
import { parseAddressList } from './addresses.ts';

function read(text: string): string[] {
  return parseAddressList(Buffer.from(text).toString('latin1')).map(
    ({ name, address }) => `${name}|${address ? formatAddress(address) : ''}`,
  );
}

describe('parseAddressList', () => {
  it('reads names, quotes, comments and bare addresses', () => {
    assert.deepEqual(
      read('Alice <alice@example.org>, "Bob, \\"B\\"" <bob@Example.ORG>, carol@example.net (Carol C.)'),
      ['Alice|alice@example.org', 'Bob, "B"|bob@example.org', 'Carol C.|carol@example.net'],
    );
  });

  it('puts the members of groups into the list, and nothing for an empty group', () => {
    assert.deepEqual(read('Friends: alice@example.org, Bob <bob@example.org>; carol@example.net'), [
      '|alice@example.org',
      'Bob|bob@example.org',
      '|carol@example.net',
    ]);
    assert.deepEqual(read('undisclosed-recipients:;'), []);
  });

  it('decodes names, also inside quotes and from raw bytes', () => {
    assert.deepEqual(read('=?utf-8?B?5bGx55Sw?= =?utf-8?B?5aSq6YOO?= <yamada@example.jp>'), [
      '山田太郎|yamada@example.jp',
    ]);
    assert.deepEqual(read('"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=" <yamada@example.jp>'), ['山田|yamada@example.jp']);
    assert.deepEqual(read('山田 <yamada@example.jp>'), ['山田|yamada@example.jp']);
  });

  it('keeps characters whose bytes look like white space', () => {
    assert.deepEqual(read('だ à <a@example.org>, à@example.org'), ['だ à|a@example.org', '|à@example.org']);
  });

  it('lets old addresses of Japanese telephones through', () => {
    assert.deepEqual(read('a..b.@docomo.ne.jp, <.taro.@ezweb.ne.jp>'), ['|a..b.@docomo.ne.jp', '|.taro.@ezweb.ne.jp']);
  });

  it('reads what lacks brackets or quotes, and old forms', () => {
    assert.deepEqual(read('Alice A. alice@example.org; Bob bob@example.org'), [
      'Alice A.|alice@example.org',
      'Bob|bob@example.org',
    ]);
    assert.deepEqual(read('"no end <alice@example.org>'), ['"no end|alice@example.org']);
    assert.deepEqual(read('Mary <@node.example,@other.example:mary@example.net>'), ['Mary|mary@example.net']);
    assert.deepEqual(read('alice (at home) @ example . org'), ['at home|alice@example.org']);
    assert.deepEqual(read('"a b"@example.org'), ['|"a b"@example.org']);
  });

  it('says that an entry has no address instead of making one up', () => {
    assert.deepEqual(read('Just a name, <>, <not an address>'), ['Just a name|', '|', '|']);
  });

  it('shows an address in the name as a name', () => {
    assert.deepEqual(read('"service@bank.example" <x@example.net>'), ['service@bank.example|x@example.net']);
  });

  it('reads no more entries than it is asked for', () => {
    const all = 'a@b.example, c@d.example;, <e@f.example>';
    for (const atMost of [0, 1, 2, 3, 4]) assert.equal(parseAddressList(all, { atMost }).length, Math.min(atMost, 3));
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '"', '(', ')', '\\', ',', ':', ';', '@', 'a', '.', ' ', '=?utf-8?q?', '?=')),
        signs => {
          for (const entry of parseAddressList(signs.join(''))) assert.equal(typeof entry.name, 'string');
        },
      ),
    );
  });

  it('takes time that grows with the length only', () => {
    for (const sign of ['<', '(', '"', '\\', '<"', '(<', '=?a?q?', ' ', 'a@', 'a ', '@ ']) {
      const started = process.cpuUsage();
      parseAddressList(sign.repeat(200_000 / sign.length));
      const { user } = process.cpuUsage(started);
      assert.ok(user < 1_500_000, `${sign}: ${user} µs`);
    }
  });
});
