// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../core/clock.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { RuleBook } from './book.ts';
import { keepingTranslator, translatorWithGroups } from './load.ts';
import { RuleThread, Strikes } from './thread/start.ts';

const letter = [
  'Received: from mail.example.net (mail.example.net [192.0.2.9]) by mx.example.org (Postfix) with ESMTP id 1A2B3C for <bob@example.org>; Thu, 1 Jan 2026 00:00:00 +0000',
  'From: "Alice A." <alice@example.net>',
  'To: bob@example.org',
  'Subject: =?UTF-8?Q?Caf=C3=A9?= news',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Dear  friend,<br>see <a href="http://example.com/%61bc">here</a></p><p>or www.example.net/x for bob@example.org</p>',
];

function bookOf(rules: readonly string[], onStopped: (rule: string, isOff: boolean) => void = () => {}) {
  const runner = new RuleThread();
  const book = new RuleBook([{ path: '/rules', mode: 'enforce', files: [{ name: 'a.cf', text: rules.join('\n') }] }], {
    translate: keepingTranslator(),
    translateWithGroups: translatorWithGroups(),
    clock: systemClock,
    trusted: [],
    scoreSet: 0,
    runner,
    strikes: new Strikes(systemClock),
    onStopped,
  });
  return { book, runner };
}

async function hitsOn(rules: readonly string[], lines: readonly string[] = letter) {
  const { book, runner } = bookOf(rules);
  const mime = parseMessage(Buffer.from(lines.join('\r\n'), 'utf8'));
  const { rules: hits } = await book.hits({ mime, envelopeFrom: undefined, client: undefined });
  await runner.close();
  return [...hits].sort();
}

describe('RuleBook', () => {
  it('runs rules on what each kind looks at', async () => {
    deepEqual(
      await hitsOn([
        'header A Subject =~ /^Caf\\xc3\\xa9 news$/',
        'header B Subject:raw =~ /UTF-8/',
        'header C From:addr =~ /^alice\\@example\\.net$/',
        'header D From:name =~ /^Alice A\\.$/',
        'header E X-None =~ /^$/',
        'header E2 X-None =~ /^(?:\\w+\\s)*x?$/',
        'header F X-Spam-Relays-External =~ /^\\[ ip=192\\.0\\.2\\.9 rdns=mail\\.example\\.net helo=mail\\.example\\.net by=mx\\.example\\.org /',
        'body G /^Dear friend, see here/m',
        'rawbody H /<br>see <a/',
        'full I /^Received: from/',
        'uri J m{^http://example\\.com/abc$}',
        'uri K m{^http://www\\.example\\.net/x$}',
        'uri L /^mailto:bob@/',
        'uri_detail M type =~ /^a$/ text =~ /^here$/',
        'mimeheader N Content-Type =~ /html/',
        'header O exists:To',
        'header P exists:Cc',
      ]),
      ['A', 'B', 'C', 'D', 'E', 'E2', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O'],
    );
  });

  it('counts in metas, also what nothing hit', async () => {
    deepEqual(
      await hitsOn([
        'body __E /e/',
        'tflags __E multiple maxhits=5',
        'meta A __E == 5',
        'meta B !__NONE',
        'meta C A && B && !D',
        'body D /absent/',
      ]),
      ['A', 'B', 'C'],
    );
  });

  it('counts in a meta by a pattern also the metas that come after it', async () => {
    deepEqual(
      await hitsOn([
        'meta ALL rules_matching(ONE_*) == 1',
        'meta NONE !rules_matching(ONE_*)',
        'meta ONE_A __E',
        'body __E /e/',
      ]),
      ['ALL', 'ONE_A'],
    );
  });

  it('puts what one rule captured into another', async () => {
    deepEqual(await hitsOn(['header __TO To:addr =~ /(?<TO>.+)/', 'body A /for %{TO}/', 'body B /for %{NOBODY}/']), [
      'A',
    ]);
  });

  it('writes out the tags of replace_rules', async () => {
    const tags = ['replace_tag F [fph]', 'replace_inter W \\W?', 'replace_rules A B'];
    deepEqual(await hitsOn([...tags, 'body A /<F>riend/', 'body B /<inter W><F><F>/']), ['A']);
  });

  it('does not run what has no points, and counts it as nothing', async () => {
    deepEqual(await hitsOn(['body A /friend/', 'score A 0', 'meta B A', 'meta C !A']), ['C']);
  });

  it('says what it cannot run', () => {
    const { book } = bookOf([
      'body A eval:nobody_knows()',
      'body B /(/',
      'header C eval:check_rbl("x", "zen.example.org.")',
      'body D /ok/',
    ]);
    deepEqual(
      book.problems.map(({ rule }) => rule),
      ['A', 'B'],
    );
    deepEqual(Object.keys(book.symbols), ['RULES_D']);
  });

  it('says so where a file asks for locales, which we do not judge by', () => {
    const rule = 'body A eval:check_for_faraway_charset()';
    equal(bookOf([rule]).book.problems.length, 0);
    equal(bookOf(['ok_locales en ja', rule]).book.problems.length, 1);
  });

  it('is another book by its hash when a file, a mode or a setting is another', () => {
    equal(bookOf(['body A /x/']).book.hash, bookOf(['body A /x/']).book.hash);
    ok(bookOf(['body A /x/']).book.hash !== bookOf(['body A /y/']).book.hash);
  });

  it('stops what takes too long, goes on with the others, and turns it off the third time', async () => {
    const stops: string[] = [];
    const slow = 'rawbody SLOW /a.*a.*a.*a.*a.*a.*a.*a.*b$/';
    const { book, runner } = bookOf([slow, 'rawbody FAST /aaa/'], (rule, isOff) =>
      stops.push(`${rule} ${String(isOff)}`),
    );
    const mime = parseMessage(Buffer.from(`Subject: x\r\n\r\n${'a'.repeat(3_000)}\r\n`));
    for (let i = 0; i < 4; i++) {
      const { rules, stopped } = await book.hits({ mime, envelopeFrom: undefined, client: undefined });
      deepEqual([rules, stopped], [['FAST'], ['SLOW']]);
    }
    await runner.close();
    deepEqual(stops, ['SLOW false', 'SLOW false', 'SLOW true']);
  });

  it('runs no expression here that may be slow on a header, a part, an address or with a captured value', async () => {
    const slow = 'a.*a.*a.*a.*a.*a.*a.*a.*b$/';
    const { book, runner } = bookOf([
      `header NEGATED Subject !~ /${slow}`,
      `header UNSET X-None =~ /${slow} [if-unset: ${'a'.repeat(3_000)}]`,
      `mimeheader PART Subject !~ /${slow}`,
      `uri_detail ADDRESS raw =~ /${slow}`,
      'header __A To =~ /(?<A>a)/',
      `header TAGGED Subject =~ /%{A}${slow}`,
    ]);
    const [long, address] = ['a'.repeat(3_000), `http://www.example.net/${'a'.repeat(2_000)}`];
    const mime = parseMessage(Buffer.from(`Subject: ${long}\r\nTo: a\r\n\r\n${address}\r\n`));
    const { rules, stopped } = await book.hits({ mime, envelopeFrom: undefined, client: undefined });
    await runner.close();
    deepEqual([rules, [...stopped].sort()], [[], ['ADDRESS', 'NEGATED', 'PART', 'TAGGED', 'UNSET']]);
  });

  it('holds a negated rule true where the thread finds nothing, and false where it finds something', async () => {
    const rules = [
      'header A Subject !~ /a.*b.*c.*d$/',
      'header B Subject !~ /a.*b.*c.*e$/',
      'mimeheader C Subject !~ /a.*b.*c.*d$/',
      'mimeheader D Subject !~ /a.*b.*c.*e$/',
    ];
    deepEqual(await hitsOn(rules, [`Subject: abc${'x'.repeat(400)}e`, '', 'x']), ['A', 'C']);
  });

  it('runs rules of a file with charset utf-8 on text in one spelling, whatever they look at', async () => {
    const octets = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
    const rules = [
      'header L Subject =~ /\\xe7\\x84\\xa1\\xe6\\x96\\x99/',
      'charset utf-8',
      'header A Subject =~ /^無料の話/',
      'header B Subject !~ /有料/',
      'header C Subject !~ /無料/',
      'header D X-None =~ /^無料$/ [if-unset: 無料]',
      'body E /^カタカナ viagra .料/',
      'rawbody F /vi&shy;agra/',
      'uri G /例/',
      'uri_detail H text =~ /^カタカナ$/',
      'mimeheader I Content-Description =~ /無料/',
      'body __J /(?<WORD>カタ.)ナ/',
      'header K From:name =~ /^%{WORD}/',
    ];
    const lines = [
      'From: カタカナ <alice@example.net>',
      'Subject: =?utf-8?B?54Sh5paZ44Gu6Kmx?=',
      'Content-Type: text/html; charset=utf-8',
      'Content-Description: 無料',
      '',
      '<a href="http://www.example.net/例">ｶﾀｶﾅ</a> Ｖｉ&shy;agra 無料',
    ];
    deepEqual(await hitsOn(rules.map(octets), lines), ['A', 'B', 'D', 'E', 'F', 'G', 'H', 'I', 'K', 'L']);
  });

  it('runs what is suspected of exponential time in the thread, on however short a text', async () => {
    const { book, runner } = bookOf(['header A Subject =~ /(.*a){5,}b/']);
    const mime = parseMessage(Buffer.from(`Subject: ${'a'.repeat(50)}\r\n\r\n`));
    const { rules, stopped } = await book.hits({ mime, envelopeFrom: undefined, client: undefined });
    await runner.close();
    deepEqual([rules, stopped], [[], ['A']]);
  });
});
