// SPDX-License-Identifier: Apache-2.0
/**
 * Keywords — the operator's words and their points, looked for in subject and text: the simplest rule there is, and the one most easily wrong.
 * Disguises are folded away first (full-width, look-alikes, invisible characters). All words together never add more than `most`.
 */
import { z } from 'zod';
import { defineCatalogueCheck, type Symbols } from '../../check/check.ts';
import { fold } from '../fold.ts';
import { Keywords } from '../keywords.ts';

/** Few, light, and such as the ham of both corpora hardly has (bench/checks.ts). */
const examples = {
  $: 0.1,
  Viagra: 1.2,
  Cialis: 1.2,
  Levitra: 1.2,
  pharmacy: 0.8,
  'weight loss': 0.8,
  'lose weight': 0.8,
  diploma: 0.4,
  mortgage: 0.5,
  refinance: 0.6,
  'lowest rates': 0.6,
  'work from home': 0.8,
  'financial freedom': 0.8,
  'no obligation': 0.8,
  'risk free': 0.6,
  'money back guarantee': 0.6,
  'million dollars': 0.6,
  'next of kin': 0.8,
  'strictly confidential': 0.5,
  'dear friend': 0.5,
  'act now': 0.5,
  'order now': 0.5,
  'click here': 0.3,
  'click below': 0.4,
  'to be removed': 0.5,
  'removal instructions': 0.5,
  未承諾広告: 1,
  出会い系: 1,
  逆援助: 1.5,
  完全無料: 0.6,
  高額報酬: 0.8,
  当選しました: 0.6,
};

export default defineCatalogueCheck({
  name: 'keywords',
  stage: 'message',
  summary: {
    en: 'Looks for words from a list with points.',
    ja: '点数を付けた単語のリストで、件名と本文を調べる。',
  },
  needs: ['text'],
  config: z.strictObject({
    words: z
      .record(
        z
          .string()
          .max(100)
          .refine(word => fold(word).trim() !== '', 'expected a word or phrase'),
        z.number().min(-100).max(100),
      )
      .default(examples)
      .transform(words => new Keywords(words))
      .meta({
        description:
          'Words or phrases with their points, such as "$" = 0.1 or "Viagra" = 1.5; in place of the built-in ones. Letter case and disguises do not matter; a word of Latin letters is found only as a whole word.',
      }),
    most: z
      .number()
      .min(0)
      .max(1_000)
      .default(3)
      .meta({ description: 'How many points all words found in a message add at most.' }),
  }),
  catalogue: ({ words }): Symbols =>
    Object.fromEntries(
      words.list.map(({ word, points, symbol }) => {
        const shown = word.replace(/[{}]/g, '');
        return [
          symbol,
          {
            weight: points,
            says: { en: `Subject or text has “${shown}”.`, ja: `件名または本文に「${shown}」がある。` },
          },
        ];
      }),
    ),
  run({ text, config: { words, most }, found }) {
    const hits = words.in(text.folded);
    const sum = hits.reduce((points, hit) => points + hit.points, 0);
    const share = sum > most ? most / sum : 1;
    return hits.map(({ symbol }) => found(symbol, {}, share));
  },
});
