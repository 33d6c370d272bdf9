// SPDX-License-Identifier: Apache-2.0
/**
 * Rules — rules in SpamAssassin's language: our own, and those of folders the operator names, with their scores and sentences. A folder that is new is only observed until the
 * operator says otherwise: nobody's rules refuse mail unseen.
 */
import { z } from 'zod';
import { defineCatalogueCheck } from '../../check/check.ts';
import { parseNetwork } from '../../core/ip.ts';
import { symbolPrefix } from '../rule-symbols.ts';

export default defineCatalogueCheck({
  name: 'rules',
  stage: 'message',
  summary: {
    en: "Rules in SpamAssassin's language: Sekisho's own, and those of folders of the operator's.",
    ja: 'SpamAssassin の書式の規則を適用する。付属の規則と、管理者が指定したフォルダの規則がある。',
  },
  needs: ['ruleHits'],
  config: z.strictObject({
    own: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether the rules that come with Sekisho are used, before those of folders.' }),
    folders: z
      .array(
        z.strictObject({
          path: z
            .string()
            .min(1)
            .meta({ description: 'A folder with files that end in .cf, read in the order of their names.' }),
          mode: z
            .enum(['observe', 'enforce'])
            .default('observe')
            .meta({ description: 'observe: hits are listed and weigh nothing; enforce: their scores count.' }),
        }),
      )
      .max(20)
      .default([])
      .meta({ description: 'Where rules are loaded from. Of rules of one name the last folder counts.' }),
    trusted: z
      .array(z.string().refine(text => parseNetwork(text) !== undefined, 'expected a network such as 192.0.2.0/24'))
      .default([])
      .meta({ description: "Networks of relays whose Received fields are believed, besides this machine's own." }),
    scoreSet: z
      .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
      .default(0)
      .meta({ description: 'Which of four scores counts: 0 plain, 1 with network tests, 2 with Bayes, 3 with both.' }),
  }),
  catalogue: (_, services) => ({
    ...services?.rules?.symbols,
    RULES_STOPPED: {
      weight: 0,
      says: {
        en: 'The rule {rule} took too long and was not counted.',
        ja: '規則 {rule} は時間がかかりすぎたため、数えていない。',
      },
    },
  }),
  run: ({ ruleHits: { rules, stopped }, found }) => [
    ...rules.map(name => found(symbolPrefix + name)),
    ...stopped.slice(0, 5).map(rule => found('RULES_STOPPED', { rule })),
  ],
});
