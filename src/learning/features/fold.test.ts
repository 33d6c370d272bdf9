// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fold } from './fold.ts';

for (const [how, disguised, plain] of [
  ['full-width letters', 'Ｖｉａｇｒａ', 'Viagra'],
  ['mathematical letters', '𝐕𝒊𝓪𝖌𝗋𝚊', 'Viagra'],
  ['Cyrillic look-alikes', 'сasinо Рауреr', 'casino Payper'],
  ['Greek look-alikes', 'Βονus', 'Bovus'],
  ['zero-width signs and soft hyphens', 'Vi\u200bag\u00adra\ufeff', 'Viagra'],
  ['combining accents', 'V\u0336i\u0336a\u0336', 'Via'],
  ['half-width kana', 'ｶﾞｲﾄﾞ', 'ガイド'],
  ['the wave dash and the full-width tilde', '10時〜12時', '10時~12時'],
  ['the full-width tilde', '10時～12時', '10時~12時'],
  ['the minus sign of either table', '−－', '--'],
  ['the dash of either table', '―', '—'],
  ['parallel bars of either table', '∥', '‖'],
  ['the yen sign where Windows has a backslash', '￥¥', '\\\\'],
  ['vendor characters', '㈱①', '(株)1'],
] as const) {
  it(`sees through ${how}`, () => assert.equal(fold(disguised), plain));
}

it('leaves plain text and Japanese alone', () => {
  for (const text of ['Dear Alice, 100% free!', '本日の会議は十時からです。', '']) assert.equal(fold(text), text);
});
