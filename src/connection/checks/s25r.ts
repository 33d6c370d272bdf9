// SPDX-License-Identifier: Apache-2.0
/**
 * S25R — a client whose name looks like an end user's line by one of seven rules is a suspect. By its author's figures the rules stop 97 to 99 %
 * and are wrong about 13 % of honest servers at first contact: so they cost a pause and no points, and never refuse by themselves.
 */
import { z } from 'zod';
import { defineCheck } from '../../check/check.ts';
import { Fault } from '../../core/faults.ts';
import { hostNames, hostNameIn } from '../host-names.ts';
import { penalised, penalty } from '../penalty.ts';
import { s25rRule } from '../s25r.ts';

export default defineCheck({
  name: 's25r',
  stage: 'connect',
  summary: {
    en: "Looks whether the client's name reads like an end user's line, by the seven rules of S25R.",
    ja: '接続元のホスト名がエンドユーザ回線らしいかを、S25R の七つの規則で調べる。',
  },
  needs: ['strangerName'],
  config: z.strictObject({
    match: penalty('delay', 'What a match leads to'),
    except: hostNames([], 'Host names that no rule is applied to; `.example.org` means all names under it.'),
  }),
  symbols: {
    S25R_0: symbol(
      'The client has no name in DNS that leads back to it (S25R rule 0).',
      '接続元に、正引きと一致する逆引きホスト名がない（S25R 規則 0）。',
    ),
    S25R_1: symbol(
      'The first part of the client’s name {name} has numbers apart, like an end user’s line (S25R rule 1).',
      '接続元のホスト名 {name} の最下位（左端）の名前に、数字以外で分断された二つ以上の数字列がある（S25R 規則 1）。',
    ),
    S25R_2: symbol(
      'The first part of the client’s name {name} has five digits or more in a row, like an end user’s line (S25R rule 2).',
      '接続元のホスト名 {name} の最下位（左端）の名前に、5 個以上連続する数字がある（S25R 規則 2）。',
    ),
    S25R_3: symbol(
      'The first or second part of the client’s name {name} begins with a digit, deep below its domain (S25R rule 3).',
      '接続元のホスト名 {name} は、上位 3 階層を除き、最下位または下位から 2 番目の名前が数字で始まる（S25R 規則 3）。',
    ),
    S25R_4: symbol(
      'The first part of the client’s name {name} ends in a digit and the second has numbers joined by a hyphen (S25R rule 4).',
      '接続元のホスト名 {name} の最下位の名前が数字で終わり、下位から 2 番目の名前にハイフンで分断された数字列がある（S25R 規則 4）。',
    ),
    S25R_5: symbol(
      'The first two parts of the client’s name {name} end in digits, deep below its domain (S25R rule 5).',
      '接続元のホスト名 {name} は 5 階層以上で、下位 2 階層の名前がともに数字で終わる（S25R 規則 5）。',
    ),
    S25R_6: symbol(
      'The client’s name {name} begins with the word for an access line and has a number (S25R rule 6).',
      '接続元のホスト名 {name} の最下位の名前が回線を表す語（dhcp、dialup、ppp、adsl など）で始まり、数字を含む（S25R 規則 6）。',
    ),
  },
  run({ strangerName, config, found }) {
    if (strangerName.kind === 'unavailable') throw new Fault('dns-unavailable', { detail: strangerName.reason });
    if (strangerName.kind === 'not-judged') return [];
    const name = strangerName.kind === 'confirmed' ? strangerName.name : 'unknown';
    if (strangerName.kind === 'confirmed' && hostNameIn(config.except, strangerName.names) !== undefined) return [];
    const named = { name };
    const finders = [
      () => found.S25R_0(),
      () => found.S25R_1(named),
      () => found.S25R_2(named),
      () => found.S25R_3(named),
      () => found.S25R_4(named),
      () => found.S25R_5(named),
      () => found.S25R_6(named),
    ];
    const finder = finders[s25rRule(name) ?? -1];
    return finder ? penalised(config.match, finder()) : [];
  },
});

function symbol<const En extends string, const Ja extends string>(en: En, ja: Ja) {
  return { weight: 0, advice: 'delay', yieldsToPatience: true, status: '7.25', says: { en, ja } } as const;
}
