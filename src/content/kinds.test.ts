// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Kind } from '../core/kinds.ts';
import { kindOf, type KindSigns } from './kinds.ts';

const told = (folded: string, more: Partial<KindSigns> = {}): Kind =>
  kindOf({ folded, attachments: [], isReport: false, canUnsubscribe: false, ...more });

for (const [text, kind] of [
  ['please verify the details of your account within 24 hours', 'phishing'],
  ['お客様のアカウントは利用制限されています。カードのご利用を確認してください。', 'phishing'],
  ['有料動画サイトの利用料金が未納となっており、法的措置に移行します。', 'fictitious-bill'],
  ['i am the next of kin of the late client, the sum of us$ 12 million will be transferred to your account', 'fraud'],
  ['在宅勤務に適したアルバイトです', 'fraud'],
  ['free adult videos, you must be 18', 'adult'],
  ['replica rolex watches, 80% off, free shipping', 'advertising'],
  ['lunch on tuesday?', 'other'],
  ['来週の会議の資料を送ります。ご確認ください。', 'other'],
] as const)
  it(`tells ${kind} by "${text.slice(0, 30)}"`, () => assert.equal(told(text), kind));

it('tells a virus by what is attached, whatever is said', () => {
  assert.equal(told('replica watches', { attachments: ['invoice.pdf.scr'] }), 'virus');
  assert.equal(told('replica watches', { attachments: ['invoice.pdf'] }), 'advertising');
});

it('tells a report by a machine', () => {
  assert.equal(told('your message about replica watches could not be delivered', { isReport: true }), 'bounce');
});

it('takes the way out of a list for a sign of advertising, and not for proof', () => {
  assert.equal(told('the minutes of our meeting', { canUnsubscribe: true }), 'other');
});

it('takes no more time for what was made to take it', () => {
  const started = process.cpuUsage().user;
  for (const piece of ['million account ', 'verify account ', '未納 訴訟 ', 'a'.repeat(100)])
    told(piece.repeat(20_000));
  assert.ok(process.cpuUsage().user - started < 2_000_000);
});
