// SPDX-License-Identifier: Apache-2.0
/** Reasons — why an expression is not translated, in both languages; thrown inside this folder, a value outside of it. */
import type { Sentence } from '../../core/sentence.ts';

export const reasons = {
  recursion: { en: 'recursion cannot be translated', ja: '再帰は変換できません' },
  conditional: { en: 'a conditional group cannot be translated', ja: '条件付きグループは変換できません' },
  code: { en: 'code inside an expression is never run', ja: '正規表現内のコードは実行しません' },
  verb: { en: 'backtracking verbs cannot be translated', ja: 'バックトラック制御は変換できません' },
  keep: { en: '\\K cannot be translated', ja: '\\K は変換できません' },
  lastMatch: { en: '\\G has no meaning in a rule', ja: 'ルールでは \\G は意味を持ちません' },
  cluster: { en: '\\X cannot be translated', ja: '\\X は変換できません' },
  border: { en: 'a \\b{…} border cannot be translated', ja: '\\b{…} の境界は変換できません' },
  branchReset: {
    en: 'a branch reset with groups cannot be translated',
    ja: '分岐リセット内のグループは変換できません',
  },
  unknownGroup: { en: 'a group of a kind that is not known', ja: '不明な種類のグループです' },
  unknownEscape: { en: 'an escape that is not known', ja: '不明なエスケープです' },
  badEscape: { en: 'an escape that is not complete', ja: 'エスケープが不完全です' },
  unknownProperty: { en: 'a Unicode property that is not known', ja: '不明な Unicode プロパティです' },
  unknownClass: { en: 'a POSIX class that is not known', ja: '不明な POSIX 文字クラスです' },
  badRange: { en: 'a range whose end lies before its start', ja: '範囲の終わりが始まりより前にあります' },
  openClass: { en: 'a [ is not closed', ja: '[ が閉じられていません' },
  openGroup: { en: 'a ( is not closed', ja: '( が閉じられていません' },
  strayParenthesis: { en: 'a ) closes nothing', ja: '対応する ( のない ) があります' },
  nothingToRepeat: { en: 'a quantifier follows nothing', ja: '量指定子の前に何もありません' },
  nestedQuantifier: { en: 'a quantifier follows a quantifier', ja: '量指定子が続いています' },
  badQuantifier: { en: 'a quantifier of more than 65534', ja: '量指定子が 65534 を超えています' },
  tooDeep: { en: 'groups are nested more than 200 deep', ja: 'グループの入れ子が 200 段を超えています' },
  tooLarge: { en: 'the expression is too large', ja: '正規表現が大きすぎます' },
  foreignSign: {
    en: 'a sign above 255 in an expression on octets',
    ja: 'オクテット用の正規表現に 255 を超える文字があります',
  },
  noSuchGroup: { en: 'a back-reference to a group that does not exist', ja: '存在しないグループへの後方参照です' },
  uncertainGroup: {
    en: 'a back-reference to a group that need not have taken part',
    ja: '一致に加わらないことのあるグループへの後方参照です',
  },
  insideBehind: {
    en: 'a back-reference, atomic group or possessive quantifier inside a look-behind cannot be translated',
    ja: '後読み内の後方参照・アトミックグループ・強欲量指定子は変換できません',
  },
  refusedByEngine: { en: 'the engine refuses the expression', ja: 'エンジンがこの正規表現を受け付けません' },
  exponential: {
    en: 'the expression can take exponential time',
    ja: '指数関数的な時間がかかることのある正規表現です',
  },
} as const satisfies Record<string, Sentence>;

export class Untranslatable extends Error {
  readonly why: keyof typeof reasons;
  readonly position: number;

  constructor(why: keyof typeof reasons, position: number) {
    super(reasons[why].en);
    this.why = why;
    this.position = position;
  }
}
