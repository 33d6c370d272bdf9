// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import Encoding from 'encoding-japanese';
import fc from 'fast-check';
import { parseMessage } from '../../wire/mime/parse.ts';
import { sorted } from './code.ts';
import { Extractor } from './extract.ts';
import { featureLimits, type Features } from './features.ts';

const extract = (bytes: Buffer): Features => new Extractor().extract(parseMessage(bytes));
function mail(body: string | Buffer, more: Readonly<Record<string, string>> = {}): Buffer {
  const fields = { From: 'Bob <bob@example.com>', To: 'alice@example.org', Subject: 'The minutes', ...more };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${head.join('')}\r\n`, 'latin1'), Buffer.from(body)]);
}
const plain = (charset: string) => ({ 'Content-Type': `text/plain; charset=${charset}` });
const html = { 'Content-Type': 'text/html; charset=us-ascii' };
/** What share of the features of `one` the other has too. */
function shared(one: Uint32Array, other: Uint32Array): number {
  const set = new Set(other);
  return one.filter(feature => set.has(feature)).length / one.length;
}
const text = 'Please find the minutes of our meeting attached, and tell me what is missing.\r\n';

it('does not hear what other filters and mail programs wrote', () => {
  const marks = {
    'X-Spam-Status': 'Yes, score=99',
    'X-Rspamd-Score': '50',
    Status: 'RO',
    'X-UID': '77',
    'X-Keywords': '$Junk',
  };
  const [without, withMarks] = [extract(mail(text)), extract(mail(text, marks))];
  const own = [...withMarks.filter].filter(feature => !new Set(without.filter).has(feature));
  // The length of the whole message may differ, nothing else.
  assert.ok(own.length <= 1);
  assert.deepEqual([withMarks.osb, withMarks.bayes], [without.osb, without.bayes]);
});

it('hears both kinds of line ends alike', () => {
  const crlf = mail(text.repeat(5));
  const lf = Buffer.from(crlf.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  assert.deepEqual([extract(lf).osb, extract(lf).bayes], [extract(crlf).osb, extract(crlf).bayes]);
  assert.ok(shared(extract(lf).filter, extract(crlf).filter) > 0.99);
});

it('hears the colour of a text, as the value of an attribute and of a style', () => {
  const bodies = [
    '<font color="#ff0000">Sale</font>',
    '<font color="FF0000">Sale</font>',
    '<p style="color: #ff0000">Sale</p>',
  ];
  const [red, alsoRed, styled, blue] = [...bodies, '<font color="#0000ff">Sale</font>'].map(
    body => extract(mail(body, html)).bayes,
  );
  assert.deepEqual(red, alsoRed);
  const colour = [...red!].filter(feature => !blue!.includes(feature));
  assert.equal(colour.length, 1);
  assert.ok(styled!.includes(colour[0]!));
});

it('sees through letters from elsewhere', () => {
  const disguised = mail('Ｂuy сhеaр Vi\u200bagra tоday and save', plain('utf-8'));
  const open = mail('Buy cheap Viagra today and save', plain('utf-8'));
  assert.deepEqual(extract(disguised).osb, extract(open).osb);
});

const japanese = '本日の会議は午後三時から第二会議室で行います。資料は各自ご持参ください。よろしくお願いいたします。';

it('hears Japanese alike in every charset', () => {
  const coded = (to: 'JIS' | 'SJIS' | 'EUCJP') =>
    Buffer.from(Encoding.convert(Encoding.stringToCode(japanese), { from: 'UNICODE', to }));
  const [utf8, ...others] = [
    extract(mail(japanese, plain('utf-8'))),
    extract(mail(coded('JIS'), plain('iso-2022-jp'))),
    extract(mail(coded('SJIS'), plain('shift_jis'))),
    extract(mail(coded('EUCJP'), plain('euc-jp'))),
  ];
  // The charset's own name is heard, too.
  const body = [...utf8!.osb].filter(feature => others.every(other => other.osb.includes(feature)));
  assert.ok(body.length > 60 && body.length > utf8!.osb.length * 0.9);
});

it('hears the same text in ISO-2022-JP, Shift_JIS and UTF-8, whichever sign its program takes for what their tables disagree on', () => {
  const sentence = (wave: string, minus: string) =>
    `受付は９時${wave}１２時、気温は${minus}３度、第①会場のﾎﾃﾙです。料金は2${minus}3割引。`;
  const coded = (escape: boolean): Buffer => {
    // The wave dash and the minus sign are 0x2141 and 0x215D of JIS X 0208; the circled one is a vendor's, 0x2D21.
    const to = escape ? 'JIS' : 'SJIS';
    return Buffer.from(Encoding.convert(Encoding.stringToCode(sentence('〜', '−')), { from: 'UNICODE', to }));
  };
  const unicode = [
    ['\u301c', '\u2212'],
    ['\uff5e', '\uff0d'],
  ].map(([wave = '', minus = '']) => mail(sentence(wave, minus), plain('utf-8')));
  const bayes = [...unicode, mail(coded(true), plain('iso-2022-jp')), mail(coded(false), plain('shift_jis'))].map(
    bytes => sorted(extract(bytes).bayes),
  );
  for (const other of bayes.slice(1)) assert.deepEqual(other, bayes[0]);
  assert.ok(bayes[0]!.length > 100);
});

it('hears Japanese that was taken apart by signs and line ends', () => {
  const apart = Array.from(japanese.replace(/。/g, '')).join('○').replace('○', '\r\n・ ');
  const [whole, mangled] = [japanese.replace(/。/g, ''), apart].map(body => extract(mail(body, plain('utf-8'))));
  assert.ok(shared(whole!.osb, mangled!.osb) > 0.99);
});

it('has pairs of words without spaces between them', () => {
  assert.ok(extract(mail(japanese, plain('utf-8'))).osb.length > extract(mail('', plain('utf-8'))).osb.length + 60);
});

it('still hears what it heard when 300 words are put before or after the text', () => {
  const before = extract(mail(text.repeat(20)));
  const salad = Array.from({ length: 300 }, (_, i) => `word${i}`).join(' ');
  for (const body of [`${text.repeat(20)}${salad}`, `${salad}\r\n${text.repeat(20)}`]) {
    const after = extract(mail(body));
    assert.ok(shared(before.osb, after.osb) > 0.95);
    assert.ok(shared(before.filter, after.filter) > 0.9);
  }
});

it('is cut at its limits in the order of the message', () => {
  const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i.toString(36)}`).join(' ');
  const [long, longer] = [words(7_000), words(9_000)].map(body => extract(mail(body)));
  for (const name of ['filter', 'osb', 'bayes'] as const) assert.ok(longer![name].length <= featureLimits[name]);
  assert.equal(long!.osb.length, featureLimits.osb);
  assert.deepEqual(longer!.osb, long!.osb);
});

it('reads the beginning alone of a field of any length', () => {
  const subject = (words: number) => extract(mail('', { Subject: '=?utf-8?B?44GC?= '.repeat(words) })).osb;
  assert.deepEqual(subject(2_000), subject(1_000));
  assert.notDeepEqual(subject(1_000), subject(100));
});

it('takes the same features from a message whatever was read before', () => {
  const extractor = new Extractor();
  const first = extractor.extract(parseMessage(mail(text)));
  extractor.extract(
    parseMessage(mail(`<b>${japanese.repeat(500)}</b>`, { 'Content-Type': 'text/html; charset=utf-8' })),
  );
  assert.deepEqual(extractor.extract(parseMessage(mail(text))), first);
});

it('reads any bytes without a fault', () => {
  const extractor = new Extractor();
  const scrap = fc.constantFrom(
    '\r\n',
    '\r\n\r\n',
    '<a href="',
    '>',
    'http://',
    '=?utf-8?b?',
    '?=',
    '[1.2.3.4]',
    '--x',
    '@',
    ':',
    ';',
    '<',
    '"',
    '会議',
  );
  const header = 'Received: from x by y; z\r\nMessage-ID: <\r\nContent-Type: text/html; charset="';
  fc.assert(
    fc.property(
      fc.array(fc.oneof(scrap, fc.string()), { maxLength: 60 }),
      fc.uint8Array(),
      fc.boolean(),
      (scraps, bytes, hasHeader) => {
        extractor.extract(
          parseMessage(Buffer.concat([Buffer.from((hasHeader ? header : '') + scraps.join('')), bytes])),
        );
      },
    ),
  );
});
