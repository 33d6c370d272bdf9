// SPDX-License-Identifier: Apache-2.0
/**
 * Extract — turns a message into the features of the three models. What was tried and measured: docs/decisions/0008.
 * The first model hears bytes, header words and structure; the second hears combinations of words alone, which appended good words cannot undo;
 * single words of the body are heard by Bayes only.
 */
import type { MimeMessage } from '../../wire/mime/types.ts';
import { featureLimits, type Features } from './features.ts';
import { addFourGrams, addThreeGrams } from './grams.ts';
import { mix, saltOf } from './hash.ts';
import { addJapaneseGrams, addJapanesePairs } from './japanese.ts';
import { Reading } from './reading.ts';
import { FeatureSet, waitingRoom } from './set.ts';
import { addStructure } from './structure.ts';
import { hashOfText, Tokens } from './tokens.ts';

/** Bytes of which every run of four is a feature: of one field, of all fields, of fields and text together, of one address. */
const gramsOfField = 400;
const gramsOfHead = 1_500;
const gramsInAll = 3_000;
export const gramsOfUrl = 80;
/** Of a text too long for that, so much is taken from its end: text put before or after it displaces only a part of what is heard. */
const shareOfEnd = 1 / 3;
/** Bytes of which every run of three is a token for Bayes. */
const triplesOfText = 1_500;
const mostTokens = waitingRoom;
const wordsAtOnce = waitingRoom / 4;

export const salts = {
  fourGram: saltOf('four-gram'),
  threeGram: saltOf('three-gram'),
  url: saltOf('url'),
  word: saltOf('word'),
  attribute: saltOf('attribute'),
};
export const pairSalts = [saltOf('pair 1'), saltOf('pair 2'), saltOf('pair 3'), saltOf('pair 4')] as const;
/** Fields whose words Bayes hears. */
export const spokenFields = new Set(['subject', 'from']);

export class Extractor {
  readonly #reading = new Reading();
  readonly #tokens = new Tokens(mostTokens);
  readonly #filter = new FeatureSet(featureLimits.filter);
  readonly #osb = new FeatureSet(featureLimits.osb);
  readonly #bayes = new FeatureSet(featureLimits.bayes);
  readonly #url = Buffer.alloc(gramsOfUrl);

  extract(message: MimeMessage): Features {
    this.#read(message, true);
    const { filter, osb } = this.#combined(message);
    return { filter, osb, bayes: this.#spoken() };
  }

  /** Without those of Bayes. */
  extractLearned(message: MimeMessage): Pick<Features, 'filter' | 'osb'> {
    this.#read(message, true);
    return this.#combined(message);
  }

  /** For the first model alone. */
  extractFilter(message: MimeMessage): Uint32Array {
    this.#read(message, false);
    return this.#own(message);
  }

  /** The sections of the words: first the fields, and then the texts, of which the first model hears no words. */
  #read(message: MimeMessage, withTexts: boolean): void {
    this.#reading.read(message);
    const { head, fields, text, texts } = this.#reading;
    this.#tokens.clear();
    for (const { valueFrom, to } of fields) this.#tokens.read(head, valueFrom, to);
    if (withTexts) for (const { from, to } of texts) this.#tokens.read(text, from, to);
  }

  #combined(message: MimeMessage): Pick<Features, 'filter' | 'osb'> {
    return { filter: this.#own(message), osb: this.#pairs() };
  }

  #own(message: MimeMessage): Uint32Array {
    const { fields, japanese, htmls } = this.#reading;
    const set = this.#filter;
    set.clear();
    addStructure(set, message, this.#reading);
    this.#addGrams(set);
    for (const [i, { salt }] of fields.entries()) this.#addWords(set, i, salt);
    addValues(set, htmls);
    for (const signs of japanese) addJapaneseGrams(set, signs, 0);
    return set.features.slice();
  }

  #pairs(): Uint32Array {
    const { fields, texts, japanese } = this.#reading;
    const set = this.#osb;
    set.clear();
    const sections = fields.length + texts.length;
    for (let i = 0; i < sections; i += 1) this.#addPairs(set, i);
    for (const signs of japanese) addJapanesePairs(set, signs);
    return set.features.slice();
  }

  #spoken(): Uint32Array {
    const { fields, text, texts, japanese, htmls } = this.#reading;
    const set = this.#bayes;
    set.clear();
    for (const [i, { key, salt }] of fields.entries()) if (spokenFields.has(key)) this.#addWords(set, i, salt);
    addValues(set, htmls);
    let room = triplesOfText;
    for (const { from, to } of texts) {
      addThreeGrams(set, salts.threeGram, text, from, Math.min(to, from + room));
      room = Math.max(0, room - (to - from));
    }
    for (const signs of japanese) addJapaneseGrams(set, signs, salts.word);
    for (let i = 0; i < texts.length; i += 1) this.#addWords(set, fields.length + i, salts.word);
    return set.features.slice();
  }

  #addGrams(set: FeatureSet): void {
    const { head, text, fields, texts, urls } = this.#reading;
    let room = gramsOfHead;
    for (const { from, to } of fields) {
      if (room <= 0) break;
      // The line end is heard too.
      const end = Math.min(to + 1, from + gramsOfField, from + room);
      addFourGrams(set, salts.fourGram, head, from, end);
      room -= end - from;
    }
    const length = texts.reduce((sum, { from, to }) => sum + to - from, 0);
    let rest = gramsInAll - gramsOfHead + room;
    let atEnd = length > rest ? Math.floor(rest * shareOfEnd) : 0;
    rest -= atEnd;
    for (const { from, to } of texts) {
      if (rest <= 0) break;
      addFourGrams(set, salts.fourGram, text, from, Math.min(to, from + rest));
      rest -= to - from;
    }
    for (let i = texts.length - 1; i >= 0 && atEnd > 0; i -= 1) {
      const { from, to } = texts[i]!;
      addFourGrams(set, salts.fourGram, text, Math.max(from, to - atEnd), to);
      atEnd -= to - from;
    }
    for (const url of urls) {
      addFourGrams(set, salts.url, this.#url, 0, this.#url.write(url.slice(0, gramsOfUrl), 'latin1'));
    }
  }

  #addWords(set: FeatureSet, section: number, salt: number): void {
    const { words } = this.#tokens;
    set.addWaiting(singles(set.waiting, words, this.#tokens.from(section), this.#tokens.to(section), salt));
  }

  /** Orthogonal sparse bigrams (Siefkes, Assis, Chhabra, Yerazunis 2004): each word with each of the four after it, and how far that is. */
  #addPairs(set: FeatureSet, section: number): void {
    const { words } = this.#tokens;
    const to = this.#tokens.to(section);
    for (let from = this.#tokens.from(section); from < to; from += wordsAtOnce) {
      set.addWaiting(pairs(set.waiting, words, from, Math.min(to, from + wordsAtOnce), to));
    }
  }
}

/** As many as may wait are as many as a section may have. */
function singles(into: Uint32Array, words: Uint32Array, from: number, to: number, salt: number): number {
  for (let i = from; i < to; i += 1) into[i - from] = mix(words[i]! ^ salt);
  return to - from;
}

/** Of the words from `from` up to `to`, those after them up to `end` included. */
function pairs(into: Uint32Array, words: Uint32Array, from: number, to: number, end: number): number {
  const [salt1, salt2, salt3, salt4] = pairSalts;
  let count = 0;
  for (let i = from; i < to; i += 1) {
    const word = Math.imul(mix(words[i]!), 0x9e3779b1);
    if (i + 4 < end) {
      into[count] = mix(word + (words[i + 1]! ^ salt1));
      into[count + 1] = mix(word + (words[i + 2]! ^ salt2));
      into[count + 2] = mix(word + (words[i + 3]! ^ salt3));
      into[count + 3] = mix(word + (words[i + 4]! ^ salt4));
      count += 4;
      continue;
    }
    for (let next = i + 1; next < end; next += 1) {
      into[count++] = mix(word + (words[next]! ^ pairSalts[next - i - 1]!));
    }
  }
  return count;
}

function addValues(set: FeatureSet, htmls: Reading['htmls']): void {
  for (const { attributes } of htmls) {
    for (const value of attributes) set.add(mix(hashOfText(value) ^ salts.attribute));
  }
}
