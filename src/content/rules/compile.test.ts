// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRules } from '../../wire/rules/read.ts';
import { compileRules } from './compile.ts';
import { keepingTranslator } from './load.ts';

describe('compileRules', () => {
  it('keeps no expression of a rule that cannot be run', () => {
    const text = 'uri_detail A raw =~ /a.*b.*c/ text =~ /(/\nbody B /fine/';
    const compiled = compileRules(readRules([{ name: 'a.cf', text }]), { translate: keepingTranslator() });
    deepEqual(
      compiled.matchers.map(({ rule, index, cost }) => [compiled.rules[rule]?.name, index, cost]),
      [['B', 0, 'linear']],
    );
  });
});
