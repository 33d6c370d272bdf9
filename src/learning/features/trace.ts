// SPDX-License-Identifier: Apache-2.0
/**
 * Trace — the way back from features to what they were made from, for a few of them at a time. It goes over the message once more and more widely than
 * the extractor, which knows nothing of it and pays nothing for it; a test holds it to know every feature the extractor makes.
 */
import type { Piece } from '../../core/filter-reasons.ts';
import type { MimeMessage } from '../../wire/mime/types.ts';
import { gramsOfUrl, pairSalts, salts, spokenFields } from './extract.ts';
import type { Features } from './features.ts';
import { mix } from './hash.ts';
import { distant, pair, triple } from './japanese.ts';
import { Reading } from './reading.ts';
import { eachTrait, nameFeature, namesFeature, tagFeature, tagsFeature, traitFeature } from './structure.ts';
import { hashOfText, longest, lowered } from './tokens.ts';

/** What is asked for, and what was found of it: where two pieces make the same feature, the first. */
class Sought {
  readonly found = new Map<number, Piece>();
  readonly #wanted: ReadonlySet<number>;

  constructor(wanted: Iterable<number>) {
    this.#wanted = new Set(wanted);
  }

  see(made: number, kind: Piece['kind'], text: () => string, of = '', apart = 0): void {
    // As in the set of features, 0 is told as 1.
    const feature = made || 1;
    if (this.#wanted.has(feature) && !this.found.has(feature))
      this.found.set(feature, { kind, text: text(), of, apart });
  }
}

export type Wanted = Readonly<Record<keyof Features, Iterable<number>>>;
export type Traced = Readonly<Record<keyof Features, ReadonlyMap<number, Piece>>>;

/** The pieces behind the wanted features of this message. */
export function trace(message: MimeMessage, wanted: Wanted): Traced {
  const reading = new Reading();
  reading.read(message);
  const [filter, osb, bayes] = [new Sought(wanted.filter), new Sought(wanted.osb), new Sought(wanted.bayes)];
  eachTrait(
    (kind, value) => filter.see(traitFeature(kind, value), 'trait', () => String(value), kind),
    message,
    reading,
  );
  traceFields(reading, filter, osb, bayes);
  traceHtml(reading, filter, bayes);
  traceTexts(reading, filter, osb, bayes);
  for (const signs of reading.japanese) traceJapanese(signs, filter, osb, bayes);
  const address = Buffer.alloc(gramsOfUrl);
  for (const url of reading.urls) {
    const size = address.write(url.slice(0, gramsOfUrl), 'latin1');
    traceGrams(filter, 4, salts.url, address, 0, size, 'address');
  }
  return { filter: filter.found, osb: osb.found, bayes: bayes.found };
}

function traceFields({ head, fields }: Reading, filter: Sought, osb: Sought, bayes: Sought): void {
  let before: { readonly salt: number; readonly key: string } = { salt: 0, key: '' };
  for (const field of fields) {
    const { key, salt, from, valueFrom, to } = field;
    filter.see(nameFeature(salt), 'field', () => key);
    filter.see(namesFeature(before.salt, salt), 'fields', () => key, before.key);
    before = field;
    traceGrams(filter, 4, salts.fourGram, head, from, to + 1, 'head');
    const words = wordsIn(head, valueFrom, to);
    for (const { hash, text } of words) {
      filter.see(mix(hash ^ salt), 'word', () => text, key);
      if (spokenFields.has(key)) bayes.see(mix(hash ^ salt), 'word', () => text, key);
    }
    tracePairs(osb, words);
  }
}

function traceTexts({ text: bytes, texts }: Reading, filter: Sought, osb: Sought, bayes: Sought): void {
  for (const { from, to } of texts) {
    const words = wordsIn(bytes, from, to);
    for (const { hash, text } of words) bayes.see(mix(hash ^ salts.word), 'word', () => text);
    tracePairs(osb, words);
    traceGrams(filter, 4, salts.fourGram, bytes, from, to, 'text');
    traceGrams(bayes, 3, salts.threeGram, bytes, from, to, 'text');
  }
}

function traceHtml({ htmls }: Reading, filter: Sought, bayes: Sought): void {
  let before = '';
  for (const { tags, attributes } of htmls) {
    for (const tag of tags) {
      const [hash, last] = [hashOfText(tag), before];
      filter.see(tagFeature(hash), 'tag', () => tag);
      filter.see(tagsFeature(last === '' ? 0 : hashOfText(last), hash), 'tags', () => tag, last);
      before = tag;
    }
    for (const value of attributes) {
      const feature = mix(hashOfText(value) ^ salts.attribute);
      filter.see(feature, 'value', () => value);
      bayes.see(feature, 'value', () => value);
    }
  }
}

function traceJapanese(signs: Uint16Array, filter: Sought, osb: Sought, bayes: Sought): void {
  const at = (from: number, to: number) => String.fromCharCode(...signs.subarray(from, to));
  for (let i = 1; i < signs.length; i += 1) {
    const two = (signs[i - 1]! << 16) | signs[i]!;
    const three = i > 1 ? Math.imul(signs[i - 2]!, 0x9e3779b1) + two : undefined;
    for (const [sought, salt] of [
      [filter, 0],
      [bayes, salts.word],
    ] as const) {
      sought.see(mix(two ^ pair ^ salt), 'japanese', () => at(i - 1, i + 1));
      if (three !== undefined) sought.see(mix(three ^ triple ^ salt), 'japanese', () => at(i - 2, i + 1));
    }
    for (const [distance, salt] of distant) {
      const end = i + distance;
      if (end >= signs.length) break;
      const other = (signs[end - 1]! << 16) | signs[end]!;
      const made = mix(Math.imul(two, 0x9e3779b1) + (other ^ salt));
      osb.see(made, 'pair', () => at(end - 1, end + 1), at(i - 1, i + 1), distance);
    }
  }
}

interface Word {
  readonly hash: number;
  readonly text: string;
}

function tracePairs(osb: Sought, words: readonly Word[]): void {
  for (const [i, { hash, text }] of words.entries()) {
    const word = Math.imul(mix(hash), 0x9e3779b1);
    for (const [before, salt] of pairSalts.entries()) {
      const next = words[i + before + 1];
      if (!next) break;
      osb.see(mix(word + (next.hash ^ salt)), 'pair', () => next.text, text, before + 1);
    }
  }
}

/** The words as `Tokens` cuts them, and what they were. */
function wordsIn(bytes: Buffer, from: number, to: number): readonly Word[] {
  const words: Word[] = [];
  let start = from;
  for (let at = from; at <= to; at += 1) {
    if (at < to && lowered[bytes[at]!] !== 0) continue;
    if (at > start && at - start <= longest) {
      const inLower = String.fromCharCode(...bytes.subarray(start, at).map(byte => lowered[byte]!));
      words.push({ hash: hashOfText(inLower), text: bytes.toString('utf8', start, at) });
    }
    start = at + 1;
  }
  return words;
}

function traceGrams(
  sought: Sought,
  size: 3 | 4,
  salt: number,
  bytes: Buffer,
  from: number,
  to: number,
  of: string,
): void {
  const mask = size === 3 ? 0xffffff : -1;
  const places: number[] = [];
  let gram = 0;
  for (let at = from; at < to; at += 1) {
    // CR is passed over, as the extractor does.
    if (bytes[at] === 13) continue;
    gram = ((gram << 8) | bytes[at]!) & mask;
    places.push(at);
    const first = places.at(-size);
    if (first === undefined) continue;
    sought.see(mix(gram ^ salt), 'signs', () => wholeSigns(bytes, first, at + 1, from, to), of);
  }
}

/** Bytes from the middle of a sign are shown as the whole of it. */
function wholeSigns(bytes: Buffer, first: number, end: number, from: number, to: number): string {
  const isWithin = (at: number): boolean => (bytes[at]! & 0xc0) === 0x80;
  let [start, stop] = [first, end];
  while (start > from && isWithin(start)) start -= 1;
  while (stop < to && isWithin(stop)) stop += 1;
  return bytes.toString('utf8', start, stop);
}
