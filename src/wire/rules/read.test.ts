// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readRules } from './read.ts';

const reading = (...lines: readonly string[]) => readRules([{ name: 'a.cf', text: lines.join('\n') }]);
const places = (...lines: readonly string[]) =>
  reading(...lines).problems.map(({ rule, line, column }) => `${line}:${column} ${rule}`.trim());

describe('readRules', () => {
  it('reads every kind of rule', () => {
    const { rules, problems } = reading(
      'header A Subject =~ /\\bfree\\b/i [if-unset: none]',
      'header B exists:X-Mailer',
      'header C From:addr !~ m{@example\\.org$}',
      'body D /money/',
      'rawbody E /<b>/',
      'full F /x/',
      'uri G m,^https?://1,',
      'meta H A && !B',
      'mimeheader I Content-Type =~ /zip/',
      'uri_detail J type =~ /^a$/ text !~ /x/i',
      "body K eval:check_something('a', 2)",
      'askdns L _X_.example.org A /127/',
    );
    deepEqual(problems, []);
    deepEqual(
      [...rules.values()].map(({ name, test }) => `${name} ${test.kind}`),
      [
        'A header',
        'B exists',
        'C header',
        'D body',
        'E rawbody',
        'F full',
        'G uri',
        'H meta',
        'I mimeheader',
        'J uri-detail',
        'K eval',
        'L network',
      ],
    );
    const [a, k] = ['A', 'K'].map(name => rules.get(name)?.test);
    ok(a?.kind === 'header' && a.unset === 'none' && a.expression.text === '/\\bfree\\b/i');
    ok(k?.kind === 'eval' && k.values.join(' ') === 'a 2');
  });

  it('lets later lines win, and scores be one, four or changes', () => {
    const { rules } = reading(
      'body A /x/',
      'body A /y/',
      'score A 1 2 3 4',
      'score A (0.5)',
      'body T_B /x/',
      'body C /x/',
      'tflags C nice multiple maxhits=3',
      'body __D /x/',
    );
    const a = rules.get('A');
    ok(a?.test.kind === 'body' && a.test.expression.text === '/y/');
    deepEqual(a.scores, [1.5, 2.5, 3.5, 4.5]);
    equal(rules.get('T_B')?.scores[0], 0.01);
    equal(rules.get('C')?.scores[0], -1);
    equal(rules.get('C')?.hitLimit, 3);
    equal(rules.get('__D')?.scores[0], 0);
  });

  it('takes only what its conditions let in', () => {
    const { rules, problems } = reading(
      'if (version >= 3.004000)',
      'body A /x/',
      'else',
      'body B /x/',
      'endif',
      'ifplugin Mail::SpamAssassin::Plugin::Nobodys',
      'if can(Mail::SpamAssassin::Conf::feature_capture_rules)',
      'body C /x/',
      'else',
      'body D /x/',
      'endif',
      'else',
      'body E /x/',
      'endif',
    );
    deepEqual([[...rules.keys()], problems], [['A', 'E'], []]);
  });

  it('keeps describe texts by language, comments away', () => {
    const { rules } = reading(
      'body A /a\\#b/ # not this',
      'describe A In English',
      'lang ja describe A \u00e6\u2014'.slice(0, 22),
    );
    const a = rules.get('A');
    ok(a?.test.kind === 'body' && a.test.expression.text === '/a#b/');
    equal(a.describe.get('en'), 'In English');
  });

  it('names each fault by line and column, and reads the rest', () => {
    deepEqual(
      places(
        'body A',
        'meta B A &&',
        'header C Subject:nobody =~ /x/',
        'frobnicate x',
        'score D x',
        'endif',
        'if (version',
        'body E /x/',
        'endif',
        '  if (1',
      ),
      ['1:1 A', '2:12 B', '3:18 C', '4:1', '5:9 D', '6:1', '7:12', '10:8', '10:3'],
    );
    equal(reading('nonsense', 'body A /x/').rules.size, 1);
  });

  it('opens what is included, and never in circles', () => {
    const open = (name: string) => (name === 'b.cf' ? { name, text: 'body B /x/\ninclude b.cf' } : undefined);
    const { rules, problems } = readRules([{ name: 'a.cf', text: 'include b.cf\ninclude c.cf' }], { open });
    deepEqual([...rules.keys()], ['B']);
    equal(problems.length, 2);
  });

  it('reports a meta rule that begins with what is no expression', () => {
    equal(reading('meta A =~ B').problems.length, 1);
  });

  it('never throws', () => {
    const words = [
      'header',
      'meta',
      'A',
      '__B',
      '=~',
      '/x/',
      'if',
      'else',
      'endif',
      '(',
      ')',
      'eval:f(',
      "'",
      'score',
      '1',
      'lang',
      'ja',
      '#',
      '\n',
      ' ',
      'uri_detail',
      'text',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), list => void reading(list.join(' '))),
    );
  });
});
