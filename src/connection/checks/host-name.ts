// SPDX-License-Identifier: Apache-2.0
/**
 * Host name — a name that its network made for an end user's line (the address in it, `dsl`, `pool`, forms of Japanese providers) is seldom a
 * mail server's; one that somebody called `mail` or `mx` a little likelier. The signs are counted, the lists are the operator's to change.
 * Only a name that leads back to the client is read: anybody may claim any.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { toULabels } from '../../core/domain.ts';
import { Fault } from '../../core/faults.ts';
import { readHostName } from '../host-name.ts';
import { mailWords, nameForms, nameWords } from '../host-name-signs.ts';
import { hostNameIn, hostNames } from '../host-names.ts';
import { isNamePattern } from '../name-pattern.ts';
import { penalised, penalty } from '../penalty.ts';

const share = z.number().min(-1).max(1);

export default defineCheck({
  name: 'host-name',
  stage: 'connect',
  summary: {
    en: "Looks whether the client's name was made for an end user's line or given to a mail server.",
    ja: '接続元のホスト名が、回線に自動で付けられた名前か、メールサーバに付けられた名前かを調べる。',
  },
  needs: ['strangerName'],
  config: z.strictObject({
    generic: penalty('delay', "What a name leads to that reads like an end user's line"),
    suspectAt: z.number().min(0).max(1).default(0.4).meta({
      description: 'How much all signs must come to together; below it the name says nothing.',
    }),
    address: z.number().min(0).max(1).default(0.6).meta({
      description:
        'How much the own address in a name is worth, whole or nearly, forwards or backwards, decimal or hexadecimal.',
    }),
    words: z
      .record(z.string().regex(/^[a-z]{2,20}$/, 'expected a word of small letters'), share)
      .default({})
      .transform(own => ({ ...nameWords, ...own }))
      .meta({
        description: `Words that stand by themselves below the provider's domain, and how much each is worth, -1 to 1; of several the greatest counts, and those below 0 all together. 0 takes one out. Built in: ${listOf(nameWords)}.`,
      }),
    forms: z
      .record(
        z.string().refine(isNamePattern, 'expected a name in which * stands for anything and # for digits'),
        share,
      )
      .default({})
      .transform(own => ({ ...nameForms, ...own }))
      .meta({
        description: `Whole names as providers make them: * stands for anything, # for digits, & for hexadecimal digits. 0 takes one out. Built in: ${listOf(nameForms)}.`,
      }),
    mailWords: z
      .array(z.string().regex(/^[a-z]{2,20}$/, 'expected a word of small letters'))
      .default([...mailWords])
      .meta({ description: "Words that say in the name's first part that it is a mail server." }),
    except: hostNames([], 'Host names that are never suspect; `.example.org` means all names under it.'),
  }),
  symbols: {
    HOST_NAME_GENERIC: {
      weight: 1.2,
      advice: 'delay',
      yieldsToPatience: true,
      status: '7.25',
      says: {
        en: 'The client’s name {name} reads like an end user’s line ({signs}). A mail server should have a name of its own.',
        ja: '接続元のホスト名 {name} は、回線に自動で付けられた名前のように見える（{signs}）。メールサーバには固有の名前を付けること。',
      },
    },
    HOST_NAME_MAIL: {
      weight: -0.1,
      says: {
        en: 'The client is called {name}, as mail servers are.',
        ja: '接続元のホスト名 {name} は、メールサーバに付けられる名前である。',
      },
    },
  },
  run({ client, strangerName, config, found }) {
    if (strangerName.kind === 'unavailable') throw new Fault('dns-unavailable', { detail: strangerName.reason });
    if (strangerName.kind !== 'confirmed') return [];
    if (hostNameIn(config.except, strangerName.names) !== undefined) return [];
    const read = strangerName.names.map(name => ({ name: toULabels(name), ...readHostName(name, client.ip, config) }));
    // Whoever has one name of its own is no line.
    const [best] = read.sort((a, b) => a.share - b.share);
    if (!best) return [];
    if (best.share > 0 && best.share >= config.suspectAt)
      return penalised(
        config.generic,
        found.HOST_NAME_GENERIC({ name: best.name, signs: best.signs.join(', ') }, best.share),
      );
    return best.isMail && best.share <= 0 ? [found.HOST_NAME_MAIL({ name: best.name })] : [];
  },
});

function listOf(shares: Readonly<Record<string, number>>): string {
  return Object.entries(shares)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
