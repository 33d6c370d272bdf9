// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { reversedLabels } from '../../core/ip.ts';
import { isCodePattern, kindOfCode, matchesCode } from './code.ts';
import { listQuestion, testQuestions } from './question.ts';

describe('answers of lists', () => {
  it('are told by number, range, any, and bits', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['127.0.0.2', '127.0.0.2', true],
      ['127.0.0.2', '127.0.0.3', false],
      ['127.0.0.4-7', '127.0.0.4', true],
      ['127.0.0.4-7', '127.0.0.7', true],
      ['127.0.0.4-7', '127.0.0.8', false],
      ['127.0.*.3', '127.0.15.3', true],
      ['127.0.*.3', '127.0.15.2', false],
      ['127.0.0.&4', '127.0.0.6', true],
      ['127.0.0.&6', '127.0.0.4', false],
      ['127.0.4.0-50', '127.0.4.50', true],
      ['127.0.0.2', '::1', false],
      ['127.0.0.2', 'nonsense', false],
    ];
    for (const [pattern, answer, is] of cases) equal(matchesCode(pattern, answer), is, `${pattern} ${answer}`);
  });

  it('are patterns only if each octet can be read', () => {
    for (const text of [
      '',
      '127.0.0',
      '127.0.0.256',
      '127.0.0.7-4',
      '127.0.0.&0',
      '127.0.0.&1-2',
      '127.0.0.x',
      '127.0.0.2.3',
    ])
      equal(isCodePattern(text), false, text);
    for (const text of ['127.0.0.2', '*.*.*.*', '127.0.0.&255', '127.0.0-1.4-11'])
      equal(isCodePattern(text), true, text);
  });

  it('are errors in 127.255.255.0/24, and nonsense outside 127.0.0.0/8', () => {
    deepEqual(['127.0.0.2', '127.255.255.254', '127.255.254.1', '203.0.113.1', '::1', ''].map(kindOfCode), [
      'listed',
      'refuses',
      'listed',
      'nonsense',
      'nonsense',
      'nonsense',
    ]);
  });
});

describe('questions to lists', () => {
  it('turn addresses round and leave domains', () => {
    deepEqual(listQuestion('192.0.2.99', 'bad.example'), { name: '99.2.0.192.bad.example', form: 'ipv4' });
    // The example of RFC 5782 2.4.
    equal(
      listQuestion('2001:db8:1:2:3:4:567:89ab', 'ugly.example')?.name,
      'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ugly.example',
    );
    deepEqual(listQuestion('sub.example.org', 'dom.example'), { name: 'sub.example.org.dom.example', form: 'domain' });
  });

  it('are not asked about what is no domain or too long', () => {
    for (const text of ['localhost', '', 'a..b', 'a b.example', `${'a.'.repeat(124)}example`, '[192.0.2.1]'])
      equal(listQuestion(text, 'dom.example'), undefined, text);
  });

  it('that test a list are those of RFC 5782', () => {
    deepEqual(testQuestions('ipv4', 'l.example'), { listed: '2.0.0.127.l.example', unlisted: '1.0.0.127.l.example' });
    const mapped = (last: number) =>
      reversedLabels(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, last]));
    deepEqual(testQuestions('ipv6', 'l.example'), {
      listed: `${mapped(2)}.l.example`,
      unlisted: `${mapped(1)}.l.example`,
    });
    deepEqual(testQuestions('domain', 'l.example'), { listed: 'test.l.example', unlisted: 'invalid.l.example' });
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        listQuestion(a, 'l.example');
        if (isCodePattern(a)) matchesCode(a, b);
        kindOfCode(b);
      }),
    );
  });
});
