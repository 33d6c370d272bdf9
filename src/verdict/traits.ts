// SPDX-License-Identifier: Apache-2.0
/**
 * Traits — symbols that say one and the same of a message: a check of ours, a rule of ours, and the rules of a folder that look at it too. Together they add no
 * more than the cap of the trait, so that a second opinion on one thing is no second reason. The strongest counts in full, what is over the cap is taken from the
 * others. Only points against a message are capped. Pure.
 */
import type { Reason } from './verdict.ts';

export interface Trait {
  readonly symbols: readonly string[];
  /** Points. */
  readonly most: number;
}

/** Rules as SpamAssassin's set names them. */
const rules = (...names: readonly string[]): readonly string[] => names.map(name => `RULES_${name}`);
const numbered = (name: string, ...ends: readonly string[]): readonly string[] => ends.map(end => `${name}${end}`);
const trait = (most: number, ...symbols: readonly (string | readonly string[])[]): Trait => ({
  symbols: symbols.flat(),
  most,
});

export const knownTraits: Readonly<Record<string, Trait>> = {
  'message-id-missing': trait(1.2, 'MESSAGE_ID_MISSING', rules('MISSING_MID')),
  'message-id-form': trait(1.2, 'MESSAGE_ID_BROKEN', rules('INVALID_MSGID', 'MSGID_SHORT', 'MSGID_NOFQDN1')),
  'date-missing': trait(1.4, 'DATE_MISSING', rules('MISSING_DATE')),
  'date-form': trait(1.4, 'DATE_UNREADABLE', 'DATE_FORM', rules('INVALID_DATE', 'INVALID_DATE_TZ_ABSURD')),
  'date-future': trait(
    2,
    'DATE_FUTURE',
    rules(...numbered('DATE_IN_FUTURE_', '03_06', '06_12', '12_24', '24_48', '48_96', '96_XX')),
  ),
  'date-past': trait(2, 'DATE_PAST', rules(...numbered('DATE_IN_PAST_', '03_06', '06_12', '12_24', '24_48', '96_XX'))),
  'subject-missing': trait(1.8, 'SUBJECT_MISSING', 'SUBJECT_EMPTY', rules('MISSING_SUBJECT')),
  'subject-capitals': trait(1.5, 'SUBJECT_CAPITALS', rules('SUBJ_ALL_CAPS')),
  'subject-gap': trait(2, 'SUBJECT_GAP', rules('GAPPY_SUBJECT', 'SEKI_SUBJECT_SPACED')),
  'subject-raw': trait(1, 'SUBJECT_RAW', rules('SUBJECT_NEEDS_ENCODING', 'SUBJ_ILLEGAL_CHARS')),
  'subject-money': trait(1.2, 'SUBJECT_MONEY', rules('SEKI_SUBJECT_MONEY', 'SUBJ_DOLLARS')),
  'subject-names-recipient': trait(1.2, 'SUBJECT_NAMES_RECIPIENT', rules('LOCALPART_IN_SUBJECT')),
  'advertising-label': trait(
    4,
    'ADVERTISING_LABEL',
    'ADVERTISING_LABEL_DISGUISED',
    rules('SEKI_JA_MISHODAKU', 'SEKI_JA_MISHODAKU_DISGUISED', 'JAPANESE_UCE_SUBJECT', 'JAPANESE_UCE_BODY'),
  ),
  'body-empty': trait(2.3, 'BODY_EMPTY', rules('EMPTY_MESSAGE')),
  'body-capitals': trait(1.5, 'BODY_CAPITALS', rules('UPPERCASE_50_75', 'UPPERCASE_75_100')),
  'body-html-only': trait(1, 'HTML_ONLY', rules('MIME_HTML_ONLY', 'MIME_HTML_ONLY_MULTI')),
  'body-only-image': trait(
    2,
    'PAGE_ONLY_IMAGE',
    rules(...numbered('HTML_IMAGE_ONLY_', '04', '08', '12', '16', '20', '24', '28', '32')),
  ),
  'body-base64': trait(1.8, 'BASE64_PLAIN_TEXT', rules('MIME_BASE64_TEXT')),
  'long-words': trait(1.5, 'LONG_WORDS', rules('LONGWORDS')),
  'words-disguised': trait(2.5, 'WORDS_APART', 'WORDS_MIXED_SCRIPTS', rules('SEKI_OBFUSCATED_WORD')),
  charset: trait(1.5, 'CHARSET_UNKNOWN', 'CHARSET_REFUSED', rules('NONEXISTENT_CHARSET', 'MIME_BAD_ISO_CHARSET')),
  'link-address': trait(2.5, 'LINK_NUMERIC_HOST', rules('NORMAL_HTTP_TO_IP', 'HTTPS_IP_MISMATCH')),
  'link-disguised': trait(
    4.5,
    'LINK_DISGUISED_ADDRESS',
    'LINK_ESCAPED_HOST',
    rules('NUMERIC_HTTP_ADDR', 'HTTP_ESCAPED_HOST', 'HTTP_EXCESSIVE_ESCAPES', 'URI_HEX'),
  ),
  'link-port': trait(1, 'LINK_ODD_PORT', rules('WEIRD_PORT')),
  'reply-free-mail': trait(2, 'REPLY_TO_FREE_MAIL', rules('FREEMAIL_FORGED_REPLYTO', 'FREEMAIL_REPLYTO')),
  'recipients-missing': trait(1.2, 'TO_MISSING', rules('MISSING_HEADERS')),
  'recipients-many': trait(2, 'TO_MANY', rules('SORTED_RECIPS', 'SUSPICIOUS_RECIPS')),
  'mailer-contradicts': trait(
    3,
    'MAILER_CONTRADICTS',
    rules('FORGED_MUA_OUTLOOK', 'FORGED_MUA_EUDORA', 'FORGED_MUA_IMS', 'FORGED_MUA_MOZILLA', 'FORGED_OUTLOOK_HTML'),
  ),
  'attachment-program': trait(4, 'ATTACHMENT_PROGRAM', rules('MICROSOFT_EXECUTABLE')),
  spf: trait(3, 'SPF_FAIL', 'SPF_SOFTFAIL', 'SPF_SENDS_NO_MAIL', rules('SPF_FAIL', 'SPF_SOFTFAIL')),
  'spf-hello': trait(1, 'HELO_SPF_FAIL', rules('SPF_HELO_FAIL', 'SPF_HELO_SOFTFAIL')),
  dmarc: trait(
    6.5,
    'DMARC_FAIL',
    'DMARC_QUARANTINE',
    'DMARC_REJECT',
    rules('DMARC_REJECT', 'DMARC_QUAR', 'DMARC_NONE'),
  ),
  'reverse-name': trait(1.3, 'REVERSE_NAME_MISSING', rules('RDNS_NONE')),
  'host-name-generic': trait(2, 'HOST_NAME_GENERIC', rules('RDNS_DYNAMIC')),
  'hello-localhost': trait(2, 'HELLO_LOCALHOST', rules('HELO_LOCALHOST')),
  words: trait(5, 'BAYES_SPAM', rules('BAYES_80', 'BAYES_95', 'BAYES_99', 'BAYES_999')),
};

/** By symbol; a symbol belongs to one trait, the last that names it. */
export type TraitIndex = ReadonlyMap<string, { readonly name: string; readonly most: number }>;

export function traitIndex(traits: Readonly<Record<string, Trait>>): TraitIndex {
  return new Map(
    Object.entries(traits).flatMap(([name, { symbols, most }]) =>
      symbols.map(symbol => [symbol, { name, most }] as const),
    ),
  );
}

/** Takes from the reasons what their traits have over their caps, in hundredths of a point. */
export function cap(reasons: Reason[], traits: TraitIndex): void {
  const members = new Map<string, number[]>();
  for (const [i, { symbol, points }] of reasons.entries()) {
    const name = points > 0 ? traits.get(symbol)?.name : undefined;
    if (name !== undefined) members.set(name, [...(members.get(name) ?? []), i]);
  }
  for (const [name, places] of members) {
    // One alone says what it was given to say, whatever the cap.
    if (places.length < 2) continue;
    const pointsAt = (i: number): number => reasons[i]?.points ?? 0;
    let left = 0;
    for (const [nth, i] of places.toSorted((a, b) => pointsAt(b) - pointsAt(a)).entries()) {
      const reason = reasons[i];
      if (!reason) continue;
      const hundredths = Math.round(reason.points * 100);
      if (nth === 0) left = Math.max(hundredths, Math.round((traits.get(reason.symbol)?.most ?? 0) * 100));
      const kept = Math.min(hundredths, left);
      left -= kept;
      if (kept === hundredths) continue;
      const share = ((reason.share ?? 1) * kept) / hundredths;
      reasons[i] = { ...reason, points: kept / 100, share, trait: { name, points: reason.points } };
    }
  }
}
