// SPDX-License-Identifier: Apache-2.0
import { equal, notEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { likeness, readSignature, signatureOf, signatureText } from './signature.ts';
import { linkFamily, subjectFamily, traitsOf } from './traits.ts';

describe('families', () => {
  it('are of subjects what stays when marks, numbers and drawn words are taken off', () => {
    equal(subjectFamily('Re: [list] Fwd: Cheap watches for 19 dollars xkqzrtw'), 'cheap watches for dollars');
    equal(subjectFamily('RE[2]: cheap WATCHES for 99 dollars a81z'), 'cheap watches for dollars');
    equal(
      subjectFamily('【重要】アカウントの確認をお願いします 8812'),
      subjectFamily('Re: 【重要】アカウントの確認をお願いします 41'),
    );
    equal(subjectFamily('Hello'), undefined);
    equal(subjectFamily('Re: 12345'), undefined);
  });

  it('are of links host and path without what is drawn by lot', () => {
    const family = (url: string) => linkFamily(url, 'shop.example');
    equal(family('http://shop.example/buy/81a9?uid=1'), family('https://SHOP.example/buy/7c31?uid=2#top'));
    notEqual(family('http://shop.example/buy/now'), family('http://shop.example/help/now'));
    notEqual(linkFamily('http://a.example/', 'a.example'), linkFamily('http://b.example/', 'b.example'));
  });

  it('can be read of any text without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.webUrl(), (text, url) => {
        traitsOf({ subject: text, folded: text.repeat(20), links: [{ url, host: 'x.example' }], hello: text });
      }),
    );
  });
});

describe('signature', () => {
  const words = (from: number, count: number): string =>
    Array.from(
      { length: count },
      (_, i) => `word${String.fromCharCode(97 + ((from + i) % 26), 97 + (((from + i) / 26) % 26))}`,
    ).join(' ');

  it('is alike as far as the texts are', () => {
    const [whole, most, other] = [words(0, 200), words(40, 200), words(300, 200)].map(text => signatureOf(text));
    ok(whole && most && other);
    ok(Math.abs(likeness(whole, most) - 159 / 239) < 0.2);
    ok(likeness(whole, other) < 0.1);
  });

  it('is of Japanese as good', () => {
    const text =
      'このたびはお客様のアカウントに不審なログインが確認されましたので、利用を一時停止しております。下記の手続きを完了してください。期限を過ぎますと永久に利用できなくなります。';
    const [one, two] = [signatureOf(`山田様 ${text}`), signatureOf(`${text} 管理番号 88121`)];
    ok(one && two && likeness(one, two) > 0.7);
  });

  it('is not made of short texts', () => {
    equal(signatureOf('see you at lunch then, best regards from the office'), undefined);
  });

  it('is the same again when read', () => {
    const made = signatureOf(words(5, 100));
    ok(made);
    equal(likeness(made, readSignature(signatureText(made)) ?? new Uint32Array(64)), 1);
    equal(readSignature('nonsense'), undefined);
  });
});
