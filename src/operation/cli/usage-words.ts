// SPDX-License-Identifier: Apache-2.0
/** Usage words — what is wrong with a command line, in the language of the terminal, and what was meant perhaps. */
import type { CommanderError } from 'commander';
import { fill, type Details, type Language, type Sentence } from '../../core/sentence.ts';

/** By commander's code; what its English message quotes is `{what}`. */
const sentences: ReadonlyMap<string, Sentence> = new Map([
  ['commander.unknownCommand', { en: 'there is no command {what}.', ja: '{what} というコマンドはない。' }],
  ['commander.unknownOption', { en: 'there is no option {what}.', ja: '{what} というオプションはない。' }],
  ['commander.missingArgument', { en: 'the argument <{what}> is missing.', ja: '引数 <{what}> が足りない。' }],
  [
    'commander.optionMissingArgument',
    { en: 'the option {what} needs a value.', ja: 'オプション {what} には値が要る。' },
  ],
  [
    'commander.excessArguments',
    {
      en: 'too many arguments: {given} given, {expected} expected.',
      ja: '引数が多すぎる（{expected} 個まで。{given} 個ある）。',
    },
  ],
]);
const meant: Sentence = { en: ' Did you mean {meant}?', ja: ' もしかして {meant}？' };
const seeHelp: Sentence = { en: ' See: {help}', ja: ' 使い方: {help}' };

/** `help` is the command that explains: `sekisho queue --help`. */
export function sayUsage({ code, message }: CommanderError, help: string, language: Language): string {
  const [, suggested] = /\(Did you mean (?:one of )?(.+)\?\)$/.exec(message) ?? [];
  const [, expected = '', given = ''] = /Expected (\d+) arguments? but got (\d+)/.exec(message) ?? [];
  const what = /'([^']*)'/s.exec(message)?.[1] ?? '';
  const details: Details = { what, expected, given, help, meant: suggested ?? '' };
  const sentence = sentences.get(code) ?? { en: message.replace(/^error: /, ''), ja: message.replace(/^error: /, '') };
  return [sentence, ...(suggested === undefined ? [] : [meant]), seeHelp]
    .map(one => fill(one, details, language))
    .join('');
}
