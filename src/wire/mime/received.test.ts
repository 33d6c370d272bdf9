// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseReceived } from './received.ts';

const date = { at: Date.UTC(2026, 10, 24, 3), zoneMinutes: 540, isStrict: true };
const when = '; Tue, 24 Nov 2026 12:00:00 +0900 (JST)';

describe('parseReceived', () => {
  it('reads Postfix', () => {
    assert.deepEqual(
      parseReceived(
        `from mail.example.org (mx.example.org [192.0.2.1])\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\tby mx.example.jp (Postfix) with ESMTPS id 4ABC\tfor <bob@example.jp>${when}`,
      ),
      {
        from: 'mail.example.org',
        helo: 'mail.example.org',
        name: 'mx.example.org',
        ip: '192.0.2.1',
        by: 'mx.example.jp',
        with: 'ESMTPS',
        id: '4ABC',
        for: 'bob@example.jp',
        hasTls: true,
        date,
      },
    );
  });

  it('reads qmail, Exim, sendmail and Exchange', () => {
    const pick = (text: string) => {
      const { helo, name, ip, by } = parseReceived(text + when) ?? {};
      return [helo, name, ip, by];
    };
    assert.deepEqual(pick('from mx.example.org (HELO mail.example.org) (192.0.2.1) by example.jp with SMTP'), [
      'mail.example.org',
      'mx.example.org',
      '192.0.2.1',
      'example.jp',
    ]);
    assert.deepEqual(
      pick('from mx.example.org ([192.0.2.1] helo=mail.example.org) by example.jp with esmtp (Exim 4.96) id 1a-b'),
      ['mail.example.org', 'mx.example.org', '192.0.2.1', 'example.jp'],
    );
    assert.deepEqual(pick('from [2001:db8::1] (helo=mail.example.org) by example.jp with esmtp'), [
      'mail.example.org',
      undefined,
      '2001:db8::1',
      'example.jp',
    ]);
    assert.deepEqual(
      pick('from mail (root@mx.example.org [192.0.2.1] (may be forged)) by example.jp (8.17/8.17) with ESMTP id x'),
      ['mail', 'mx.example.org', '192.0.2.1', 'example.jp'],
    );
    assert.deepEqual(
      pick('from A.example.org (192.0.2.1) by B.example.jp (192.0.2.2) with Microsoft SMTP Server (TLS) id 15.0'),
      ['A.example.org', undefined, '192.0.2.1', 'B.example.jp'],
    );
    assert.deepEqual(pick('from localhost by example.jp with local'), [undefined, undefined, undefined, 'example.jp']);
  });

  it('takes the address the server saw, not one the client says', () => {
    const { ip } =
      parseReceived(`from 198.51.100.9 (HELO [198.51.100.8]) (unknown [192.0.2.1]) by example.jp${when}`) ?? {};
    assert.equal(ip, '192.0.2.1');
    assert.equal(
      parseReceived(`from x (helo=[198.51.100.8] [::ffff:192.0.2.1]:25) by example.jp${when}`)?.helo,
      '[198.51.100.8]',
    );
  });

  it('gives nothing for what says nothing', () => {
    assert.equal(parseReceived(''), undefined);
    assert.equal(parseReceived('hello there'), undefined);
  });
});
