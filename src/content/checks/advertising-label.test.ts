// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symbols } from '../letter.suite.ts';
import advertisingLabel from './advertising-label.ts';

const having = (text: string) =>
  symbols(
    advertisingLabel,
    `From: alice@example.org\nSubject: =?UTF-8?B?${Buffer.from(text).toString('base64')}?=\n\nHello\n`,
  );

describe('advertising label', () => {
  it('knows the label of the law of 2002', async () => {
    deepEqual(await having('未承諾広告※お得な情報'), ['ADVERTISING_LABEL']);
  });

  it('knows its disguises', async () => {
    for (const text of [
      '末承諾広告※お得',
      '※未詳諾広告※ お得',
      '未 承 諾 広 告 ※ お得',
      '未○承○諾○広○告※',
      '【未承諾広告】お得',
      '※未承諾広告※お得',
      '未・承・諾・広・告',
    ])
      deepEqual(await having(text), ['ADVERTISING_LABEL_DISGUISED'], text);
  });

  it('leaves alone who writes about it, and other words that begin alike', async () => {
    for (const text of [
      'Re: 未承諾広告※の件',
      '法律と未承諾広告について',
      '未掲載広告の確認',
      '未承諾の件',
      '承諾書の送付',
    ])
      deepEqual(await having(text), [], text);
  });

  it('knows the English label', async () => {
    deepEqual(await having('ADV: Cheap loans'), ['ADVERTISING_LABEL']);
    deepEqual(await having('[ADV] Cheap loans'), ['ADVERTISING_LABEL']);
    deepEqual(await having('Advice: read this'), []);
  });
});
