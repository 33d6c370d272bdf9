// SPDX-License-Identifier: Apache-2.0
import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDelivery, maildirName } from './name.ts';

describe('Maildir name', () => {
  it('says second, queue id, recipient and host', () => {
    equal(
      maildirName('0abcdefgh0000001', 3, 1_767_225_600_999, 'mx.example.com').base,
      '1767225600.0abcdefgh0000001_3.mx.example.com',
    );
  });

  it('writes slash, colon and comma of a host name in octal', () => {
    equal(maildirName('x', 0, 0, 'a/b:c,d').base, '0.x_0.a\\057b\\072c\\054d');
  });

  it('knows its delivery under any size and flags, and no other', () => {
    const name = maildirName('0abcdefgh0000001', 1, 0, 'mx');
    equal(isDelivery('5.0abcdefgh0000001_1.other,S=3,W=4:2,S', name), true);
    equal(isDelivery('0.0abcdefgh0000001_11.mx,S=3', name), false);
    equal(isDelivery('0.0abcdefgh0000002_1.mx,S=3', name), false);
    equal(isDelivery('garbage', name), false);
  });
});
