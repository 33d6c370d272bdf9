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
import { FeatureSet } from './set.ts';
import { addStructure } from './structure.ts';
import { hashOfText, Tokens } from './tokens.ts';

/** Bytes of which every run of four is a feature: of one field, of all fields, of fields and text together, of one address. */
const gramsOfField = 400;
const gramsOfHead = 1_500;
const gramsInAll = 3_000;
const gramsOfUrl = 80;
/** Of a text too long for that, so much is taken from its end: text put before or after it displaces only a part of what is heard. */
const shareOfEnd = 1 / 3;
/** Bytes of which every run of three is a token for Bayes. */
const triplesOfText = 1_500;
const mostTokens = 8_192;

const salts = {
  fourGram: saltOf('four-gram'),
  threeGram: saltOf('three-gram'),
  url: saltOf('url'),
  word: saltOf('word'),
  attribute: saltOf('attribute'),
};
const pairSalts = [saltOf('pair 1'), saltOf('pair 2'), saltOf('pair 3'), saltOf('pair 4')] as const;
/** Fields whose words Bayes hears. */
const spokenFields = new Set(['subject', 'from']);

export class Extractor {
  readonly #reading = new Reading();
  readonly #tokens = new Tokens(mostTokens);
  readonly #filter = new FeatureSet(featureLimits.filter);
  readonly #osb = new FeatureSet(featureLimits.osb);
  readonly #bayes = new FeatureSet(featureLimits.bayes);
  readonly #url = Buffer.alloc(gramsOfUrl);

  extract(message: MimeMessage): Features {
    this.#reading.read(message);
    const { filter, osb } = this.#combined(message);
    return { filter, osb, bayes: this.#spoken() };
  }

  /** Without those of Bayes. */
  extractLearned(message: MimeMessage): Pick<Features, 'filter' | 'osb'> {
    this.#reading.read(message);
    return this.#combined(message);
  }

  /** For the first model alone. */
  extractFilter(message: MimeMessage): Uint32Array {
    this.#reading.read(message);
    return this.#own(message);
  }

  #combined(message: MimeMessage): Pick<Features, 'filter' | 'osb'> {
    return { filter: this.#own(message), osb: this.#pairs() };
  }

  #own(message: MimeMessage): Uint32Array {
    const { head, fields, japanese, htmls } = this.#reading;
    const set = this.#filter;
    set.clear();
    addStructure(set, message, this.#reading);
    this.#addGrams(set);
    for (const { valueFrom, to, salt } of fields) {
      this.#tokens.read(head, valueFrom, to);
      this.#addWords(set, salt);
    }
    addValues(set, htmls);
    for (const signs of japanese) addJapaneseGrams(set, signs, 0);
    return set.features.slice();
  }

  #pairs(): Uint32Array {
    const { head, fields, text, texts, japanese } = this.#reading;
    const set = this.#osb;
    set.clear();
    for (const { valueFrom, to } of fields) {
      this.#tokens.read(head, valueFrom, to);
      this.#addPairs(set);
    }
    for (const { from, to } of texts) {
      this.#tokens.read(text, from, to);
      this.#addPairs(set);
    }
    for (const signs of japanese) addJapanesePairs(set, signs);
    return set.features.slice();
  }

  #spoken(): Uint32Array {
    const { head, fields, text, texts, japanese, htmls } = this.#reading;
    const set = this.#bayes;
    set.clear();
    for (const { key, valueFrom, to, salt } of fields) {
      if (!spokenFields.has(key)) continue;
      this.#tokens.read(head, valueFrom, to);
      this.#addWords(set, salt);
    }
    addValues(set, htmls);
    let room = triplesOfText;
    for (const { from, to } of texts) {
      addThreeGrams(set, salts.threeGram, text, from, Math.min(to, from + room));
      room = Math.max(0, room - (to - from));
    }
    for (const signs of japanese) addJapaneseGrams(set, signs, salts.word);
    for (const { from, to } of texts) {
      this.#tokens.read(text, from, to);
      this.#addWords(set, salts.word);
    }
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

  #addWords(set: FeatureSet, salt: number): void {
    const { lower, size } = this.#tokens;
    for (let i = 0; i < size; i += 1) set.add(mix(lower[i]! ^ salt));
  }

  /** Orthogonal sparse bigrams (Siefkes, Assis, Chhabra, Yerazunis 2004): each word with each of the four after it, and how far that is. */
  #addPairs(set: FeatureSet): void {
    const { lower, size } = this.#tokens;
    for (let i = 0; i < size; i += 1) {
      const word = Math.imul(mix(lower[i]!), 0x9e3779b1);
      for (let distance = 1; distance <= 4 && i + distance < size; distance += 1) {
        set.add(mix(word + (lower[i + distance]! ^ pairSalts[distance - 1]!)));
      }
    }
  }
}

function addValues(set: FeatureSet, htmls: Reading['htmls']): void {
  for (const { attributes } of htmls) {
    for (const value of attributes) set.add(mix(hashOfText(value) ^ salts.attribute));
  }
}
