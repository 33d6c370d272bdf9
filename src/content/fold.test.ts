// SPDX-License-Identifier: Apache-2.0
import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fold, invisibleInWords } from './fold.ts';

describe('fold', () => {
  it('brings one word in many disguises to one spelling', () => {
    for (const word of ['Viagra', 'ＶＩＡＧＲＡ', 'V\u200biagra', 'Vi\u00adagra', 'Vіаgrа', '𝐕𝐢𝐚𝐠𝐫𝐚'])
      equal(fold(word), 'viagra');
  });

  it('keeps kana and their voicing marks', () => {
    equal(fold('ﾑﾘｮｳ が か\u3099'), 'ムリョウ が が');
  });

  it('counts invisible characters between letters only', () => {
    equal(invisibleInWords('V\u200bi\u200ba\u2060gra'), 3);
    equal(invisibleInWords('\ufefftext \u200b'), 0);
    equal(invisibleInWords('می\u200cخواهم'), 0);
  });
});
