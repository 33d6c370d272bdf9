// SPDX-License-Identifier: Apache-2.0
/**
 * Kinds — what sort of mail it is, beside whether it is wanted: by what it carries, and by words that one kind says and others do not. No score comes of it,
 * and mail of no telling words is `other`. Expressions are linear and run on folded text of bounded length. Pure.
 */
import { kinds, type Kind } from '../core/kinds.ts';

export interface KindSigns {
  /** Subject and text, folded. */
  readonly folded: string;
  /** Names of attachments, lower case. */
  readonly attachments: readonly string[];
  /** A report by a machine from the null sender. */
  readonly isReport: boolean;
  /** It says how to leave the list (RFC 2369). */
  readonly canUnsubscribe: boolean;
}

interface Sign {
  readonly kind: Kind;
  readonly weight: number;
  readonly words: RegExp;
}

const readLength = 20_000;
const programs = /\.(?:exe|scr|pif|com|bat|cmd|vbs|js|jse|wsf|hta|cpl|jar|lnk|iso|img|ps1)$/;
/** Below this nothing is told. */
const least = 1;

const sign = (kind: Kind, weight: number, words: RegExp): Sign => ({ kind, weight, words });

const signs: readonly Sign[] = [
  sign('fictitious-bill', 2, /(?:未納|未払|滞納|未清算|未精算)[^\n]{0,40}(?:訴訟|法的|差し?押|裁判)/u),
  sign('fictitious-bill', 2, /(?:有料|動画|コンテンツ|アダルト|サイト)[^\n]{0,12}(?:利用料|登録料|会費|月額)/u),
  sign(
    'fictitious-bill',
    1.5,
    /債権回収|最終通告|民事訴訟|電子マネー[^\n]{0,20}(?:支払|番号)|訴訟[^\n]{0,10}取り?下げ/u,
  ),
  sign(
    'phishing',
    2,
    /アカウント|会員情報|ログイン|パスワード|本人確認|ご利用確認|利用制限|不正利用|自動退会|口座|暗証/u,
  ),
  sign(
    'phishing',
    1.5,
    /お支払い?方法|カードの?ご?利用|ご請求額|決済完了|会員[^\n]{0,6}(?:変更|退会)|ご注文の確認|配送情報/u,
  ),
  sign(
    'phishing',
    0.5,
    /(?:amazon|jcb|visa|mastercard|paypay|etc|えきねっと|楽天|三井住友|イオンカ|メルカリ|セゾン|エポス)/u,
  ),
  sign(
    'phishing',
    2,
    /(?:verify|confirm|update|validate|upgrade|re-?activate)\b[^\n]{0,40}\b(?:account|mailbox|password|identity|billing|webmail)/,
  ),
  sign(
    'phishing',
    2,
    /(?:account|mailbox|card|mailsize)\b[^\n]{0,30}\b(?:suspended|limited|locked|deactivated|exceeded|upgrade|expire)/,
  ),
  sign(
    'phishing',
    1.5,
    /\b(?:webmail|ebay|paypal|bank)\b[^\n]{0,60}\b(?:user ?name|password|log ?in|sign ?in|verify)\b/,
  ),
  sign(
    'fraud',
    2,
    /\b(?:next of kin|beneficiary|late (?:husband|father|client)|deceased|barrister|inheritance|diplomatic courier)\b/,
  ),
  sign(
    'fraud',
    2,
    /\b(?:million|us ?\$|usd|u\.s\.? dollars?)\b[^\n]{0,200}\b(?:transfer|fund|account|deposit|percent|bank)\b/,
  ),
  sign('fraud', 2, /\b(?:lottery|lotto|sweepstakes?)\b[^\n]{0,200}\b(?:win|won|winner|claim|prize)/),
  sign(
    'fraud',
    1.5,
    /\b(?:dearest|dear (?:friend|beloved|sir)|god bless|nigeria|ivory coast|abidjan|confidential(?:ity)? transaction)\b/,
  ),
  sign(
    'fraud',
    2,
    /\b(?:work (?:at|from) home|home typing|data entry|job offer|be your own boss|quit your (?:day )?job|earn \$?\d)/,
  ),
  sign(
    'fraud',
    2,
    /\b(?:penny ?stocks?|stock alert|hot stock|otc:|target price|multi-?level|make money fast|chain letter)\b/,
  ),
  sign(
    'fraud',
    2,
    /\b(?:(?:home|internet|own)[ -]?based? business|home business|extra (?:cash|money|income)|fire your boss|financial freedom|money[ -]making|mak(?:e|ing) (?:some )?(?:extra )?money|residual income|help wanted)\b/,
  ),
  sign('fraud', 2, /在宅勤務|アルバイト|副業|高収入|当選|遺産|投資|ビットコイン|line ?\(?id/u),
  sign(
    'adult',
    2,
    /\b(?:porn|xxx|nude|naked|horny|sluts?|fuck\w*|pussy|cock|dick|lesbians?|teens? sex|webcam girls?|hardcore)\b/,
  ),
  sign(
    'adult',
    2,
    /\b(?:peniss?|penis\w+|enlarge\w*|en1arg\w*|erecti\w+|girth|inches fast|her (?:fire|passion|bed)|in (?:the )?bed|sex(?:ual|y|life)?|intimate|ero-\w+)\b/,
  ),
  sign('adult', 1.5, /\b(?:dating|singles|russian (?:girls?|ladies|brides?)|ladies for you|sent you a message)\b/),
  sign(
    'adult',
    2,
    /\b(?:adult (?:videos?|passwords?|sites?|ads?|movies?)|celebrities exposed|over 18|must be 18|incest|amateurs?|knickers|c\*o\*c\*k\w*|uncensored|hot girls?)\b/,
  ),
  sign('adult', 2, /出会い系?|人妻|エッチ|セフレ|無修正|逆援|熟女|童貞/u),
  sign(
    'advertising',
    2,
    /\b(?:viagra|cialis|levitra|vlagra|pharmacy|prescription|pills?|pfizer|drugstore|vicodin|meds)\b/,
  ),
  sign(
    'advertising',
    2,
    /\b(?:replicas?|rolex|watch(?:es)?|handbags?|diploma|toner|refinanc\w*|mortgage|insurance|warranty|business cards)\b/,
  ),
  sign(
    'advertising',
    1.5,
    /\d{2} ?(?:%|percent)\s*(?:[o0]ff|discounts?|sale|cheaper|less|cut)|\bsave (?:up to )?\d{2}|(?:sale|discount|off)\b[^\n]{0,20}\d{2} ?%/,
  ),
  sign(
    'advertising',
    1.5,
    /\b(?:free shipping|special offer|limited time|order now|buy (?:now|online)|lowest prices?|coupon|act now|best prices?|discounts?)\b/,
  ),
  sign(
    'advertising',
    2,
    /\b(?:merchant acc?ounts?|loans?|credit (?:cards?|repair)|long distance|search engines?|e-?mail (?:marketing|addresses|list)|bulk e-?mail|domain names?|hgh|weight loss|lose weight|tickets?|ring ?tones?|software|herbal|auto warranty|gas mileage|term life|debt)\b/,
  ),
  sign('advertising', 1.5, /^(?:\[\w+\] ?)*<? ?adv ?[:>]/),
  sign('advertising', 2, /未承諾広告|キャンペーン|送料無料|特別価格|割引|御?申込限定|セール/u),
  sign(
    'advertising',
    0.5,
    /\b(?:unsubscribe|view (?:this|it|email|message)? ?(?:e-?mail )?(?:online|as a web ?page)|privacy policy)\b/,
  ),
];

/** What all that was read comes to: rules say their word first, and what people taught, where they taught anything, may say it better. */
export function kindOf(signs: KindSigns, taught: ReadonlyMap<Kind, number> = nothingTaught): Kind {
  const { attachments, isReport } = signs;
  if (attachments.some(name => programs.test(name))) return 'virus';
  if (isReport) return 'bounce';
  const ruled = ruledKind(signs);
  if (taught.size === 0) return ruled;
  const weight = (kind: Kind): number => (taught.get(kind) ?? 0) + (kind === ruled ? ruledWeight(kind) : 0);
  const possible = kinds.filter(kind => kind === ruled || taught.has(kind));
  return possible.reduce<Kind>((most, kind) => (weight(kind) > weight(most) ? kind : most), 'other');
}

const nothingTaught: ReadonlyMap<Kind, number> = new Map();

/** In the measure of what was learned. That no words are known says little. By cross-validation (bench/kinds.ts) 1 to 4 are much the same. */
function ruledWeight(kind: Kind): number {
  return kind === 'other' ? 0.5 : 2;
}

/** By words alone. */
function ruledKind({ folded, canUnsubscribe }: KindSigns): Kind {
  const text = folded.slice(0, readLength);
  const weights = new Map<Kind, number>();
  for (const { kind, weight, words } of signs)
    if (words.test(text)) weights.set(kind, (weights.get(kind) ?? 0) + weight);
  if (canUnsubscribe) weights.set('advertising', (weights.get('advertising') ?? 0) + 0.5);
  // Of equals the graver one, in the order of the list.
  const best = kinds.reduce<Kind>(
    (most, kind) => ((weights.get(kind) ?? 0) > (weights.get(most) ?? 0) ? kind : most),
    'other',
  );
  return (weights.get(best) ?? 0) >= least ? best : 'other';
}
