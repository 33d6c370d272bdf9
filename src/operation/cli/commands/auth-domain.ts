// SPDX-License-Identifier: Apache-2.0
/** `sekisho auth domain` — what a domain publishes about its mail, what is wrong with it, and the records to publish instead. Exit 1 if anything is wrong. */
import { toULabels } from '../../../core/domain.ts';
import type {
  DomainSurvey,
  Gravity,
  SpfTree,
  SurveyedRecord,
  SurveyMethod,
  SurveyPart,
} from '../../../core/domain-survey.ts';
import type { Details, Language, Sentence } from '../../../core/sentence.ts';
import { parseDomain } from '../../../wire/smtp/path.ts';
import { authReasonIn } from '../../auth-reasons.ts';
import { Mistake } from '../../mistake.ts';
import { exit, textOption, within, type Command, type Context } from '../command.ts';
import { cut, sentence } from '../words.ts';

export const authDomainCommand: Command = {
  name: 'auth domain',
  takes: '<domain>',
  says: sentence(
    'read the records of a domain, and say what is wrong with them and what to publish instead',
    'ドメインの SPF・DKIM・DMARC などのレコードを調べ、誤りと公開すべきレコードを示す',
  ),
  options: [
    {
      flags: '--selector <names>',
      says: sentence(
        'DKIM selectors, with commas between them, besides those that are known',
        '調べる DKIM セレクター（カンマ区切り）。既知のものは指定しなくても調べる',
      ),
    },
    { flags: '--json', says: sentence('as JSON', 'JSON で出力する') },
  ],
  run: (context, [given = ''], options) =>
    within(context, async place => {
      const survey = await place.survey(readDomain(given), readSelectors(textOption(options, 'selector')));
      if (options['json']) context.json(asJson(survey, context), 2);
      else print(survey, context);
      const isWrong = survey.parts.some(({ remarks }) => remarks.some(({ gravity }) => gravity === 'wrong'));
      return isWrong ? exit.found : exit.ok;
    }),
};

function readDomain(text: string): string {
  const domain = parseDomain(text);
  if (domain !== undefined && !domain.startsWith('[') && domain.includes('.') && domain.length <= 253) return domain;
  throw new Mistake('usage', sentence('{text} is not a domain name', '{text} はドメイン名ではない'), { text });
}

const selectorsAtMost = 10;

function readSelectors(text: string | undefined): readonly string[] {
  const names = (text ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .filter(Boolean);
  const odd = names.find(name => !/^[a-z0-9_](?:[a-z0-9_-]|\.(?=[a-z0-9_])){0,200}$/.test(name));
  if (odd !== undefined)
    throw new Mistake('usage', sentence('{odd} is not a selector', '{odd} はセレクターの名前ではない'), { odd });
  if (names.length > selectorsAtMost)
    throw new Mistake('usage', sentence('at most {most} selectors', 'セレクターは {most} 個まで'), {
      most: selectorsAtMost,
    });
  return names;
}

function asJson({ domain, parts }: DomainSurvey, context: Context) {
  return {
    domain,
    parts: parts.map(({ remarks, ...part }) => ({
      ...part,
      remarks: remarks.map(({ says, ...one }) => ({
        ...one,
        says: context.say(says, detailsIn(one.details, context.language)),
      })),
    })),
  };
}

const widthAtMost = 400;

function print({ domain, parts }: DomainSurvey, context: Context): void {
  context.out(`${cut(toULabels(domain), widthAtMost)}\n`);
  for (const part of parts) {
    context.out(`\n${context.say(titles[part.method])}\n`);
    printPart(part, context);
  }
}

function printPart({ records, tree, remarks, publish }: SurveyPart, context: Context): void {
  for (const record of records) context.out(`  ${zoneLine(record, widthAtMost)}\n`);
  if (tree && tree.below.length > 0) printTree(tree, '    ', context);
  for (const { gravity, says, details } of remarks)
    context.out(`  ${context.say(marks[gravity])}  ${context.say(says, detailsIn(details, context.language))}\n`);
  if (publish.length > 0) context.out(`  ${context.say(instead)}\n`);
  for (const record of publish) context.out(`    ${zoneLine(record)}\n`);
}

function printTree({ below }: SpfTree, indent: string, context: Context): void {
  for (const one of below) {
    const record = one.record === undefined ? '–' : cut(one.record, widthAtMost);
    const details = { by: one.by ?? '', domain: one.domain, lookups: one.lookups, record };
    context.out(`${indent}${context.say(branch, details)}\n`);
    printTree(one, `${indent}  `, context);
  }
}

/** Reasons are the program's own words, in English. */
function detailsIn(details: Details, language: Language): Details {
  const { reason } = details;
  return typeof reason === 'string' ? { ...details, reason: authReasonIn(reason, language) } : details;
}

/** As a zone file has it; a string of a TXT record holds 255 octets. */
function zoneLine({ name, type, text }: SurveyedRecord, width?: number): string {
  const data =
    type === 'MX'
      ? text
      : (text.match(/.{1,255}/gs) ?? ['']).map(piece => `"${piece.replace(/["\\]/g, '\\$&')}"`).join(' ');
  const line = `${name}. IN ${type} ${data}`;
  return width === undefined ? line : cut(line, width);
}

const instead = sentence('Publish instead:', '公開すべきレコード:');
const branch = sentence(
  '{by} {domain} ({lookups} look-ups): {record}',
  '{by} {domain}（問い合わせ {lookups} 回）: {record}',
);
const marks: Readonly<Record<Gravity, Sentence>> = {
  wrong: sentence('WRONG  ', '誤り  '),
  doubtful: sentence('better ', '要検討'),
  fine: sentence('fine   ', '良好  '),
  unknown: sentence('unknown', '不明  '),
};
const titles: Readonly<Record<SurveyMethod, Sentence>> = {
  mx: sentence('MX (where it takes mail)', 'MX（メールの受け取り先）'),
  spf: sentence('SPF', 'SPF'),
  'sender-id': sentence('Sender ID', 'Sender ID'),
  dkim: sentence('DKIM', 'DKIM'),
  dmarc: sentence('DMARC', 'DMARC'),
  'tls-rpt': sentence('TLS-RPT (reports about TLS)', 'TLS-RPT（TLS についての報告）'),
  bimi: sentence('BIMI (the mark of a brand)', 'BIMI（ブランドのマーク）'),
  vbr: sentence('VBR (who vouches)', 'VBR（第三者の保証）'),
  cfbl: sentence('Complaints', '苦情の宛先'),
};
