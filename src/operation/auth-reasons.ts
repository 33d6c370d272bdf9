// SPDX-License-Identifier: Apache-2.0
/** Auth reasons — why a method of sender authentication did not pass: results and records hold the English words, which this says in Japanese and sorts by what helps. */
import type { Language } from '../core/sentence.ts';

/** What the sender has to look at. */
export type Cause =
  | 'body-changed'
  | 'header-changed'
  | 'no-key'
  | 'revoked-key'
  | 'bad-key'
  | 'weak'
  | 'expired'
  | 'early'
  | 'malformed'
  | 'too-many'
  | 'record'
  | 'name-service';

type Row = readonly [english: RegExp, japanese: string, cause: Cause];

const rows: readonly Row[] = [
  [/^body hash did not verify$/, '本文のハッシュが合わない', 'body-changed'],
  [/^bad signature/, '署名がヘッダに合わない', 'header-changed'],
  [/^no key$/, '鍵のレコードがない', 'no-key'],
  [/^the key was revoked$/, '鍵は失効している', 'revoked-key'],
  [/^the key is of another type$/, '鍵の種類が署名と異なる', 'bad-key'],
  [/^the key is not for this hash \(h=\)$/, '鍵がこのハッシュを許していない（h=）', 'bad-key'],
  [/^the key is not for sub-domains \(t=s\)$/, '鍵がサブドメインを許していない（t=s）', 'bad-key'],
  [/^the key is not for this local part \(g=\)$/, '鍵がこのローカル部を許していない（g=）', 'bad-key'],
  [/^the key is not for mail \(s=\)$/, '鍵がメール用ではない（s=）', 'bad-key'],
  [/^the key \(p=\) is not base64$/, '鍵（p=）が base64 として読めない', 'bad-key'],
  [/^the key \(p=\) cannot be read$/, '鍵（p=）が読めない', 'bad-key'],
  [/^the key \(p=\) has not the length of an ed25519 key$/, '鍵（p=）の長さが ed25519 のものではない', 'bad-key'],
  [/^the key record has no key \(p=\)$/, '鍵のレコードに p= がない', 'bad-key'],
  [/^the key record has another version$/, '鍵のレコードのバージョン（v=）が DKIM1 ではない', 'bad-key'],
  [/^the key record is malformed: the tag (\S+)= comes twice$/, '鍵のレコードにタグ $1= が 2 回ある', 'bad-key'],
  [/^the key record is malformed: .*$/, '鍵のレコードの書式が正しくない', 'bad-key'],
  [/^the type of the key is unknown$/, '鍵の種類（k=）が未知', 'bad-key'],
  [/^the key is longer than we verify$/, '鍵が長すぎるため検証しない（8192 ビットを超える）', 'bad-key'],
  [/^the exponent of the key is too large$/, '鍵の指数が大きすぎる', 'bad-key'],
  [/^weak algorithm$/, '禁止された弱い方式（rsa-sha1）', 'weak'],
  [/^the key is too short$/, '鍵が短すぎる（1024 ビット未満）', 'weak'],
  [/^expired$/, '署名の期限切れ', 'expired'],
  [/^signed in the future$/, '署名の時刻が未来', 'early'],
  [/^too many signatures$/, '署名が多すぎる', 'too-many'],
  [/^the record of (\S+) is too long$/, '$1 のレコードが長すぎる（16 kB を超える）', 'record'],
  [/^(\S+) has several records$/, '$1 にレコードが複数ある', 'record'],
  [/^(\S+), which it includes, has no record$/, 'include 先の $1 にレコードがない', 'record'],
  [/^(\S+), which it redirects to, has no record$/, 'redirect 先の $1 にレコードがない', 'record'],
  [/^more than (\d+) terms ask for names$/, 'DNS 問い合わせが $1 回を超える', 'record'],
  [/^more than (\d+) names that it asks for do not exist$/, '存在しない名前を $1 回より多く参照している', 'record'],
  [/^a domain it asks for has more than (\d+) mail servers$/, 'mx の指す MX が $1 個を超える', 'record'],
  [/^(redirect|exp)= stands twice$/, '$1= が 2 回ある', 'record'],
  [/^(\S+) cannot be read$/, '「$1」の書式が正しくない', 'record'],
  [/^the domain lets anyone send$/, '誰にでも送信を許しているドメイン', 'record'],
  [/^no purported responsible address$/, '責任者のアドレス（PRA）が決められない', 'malformed'],
  [/^by a record of v=spf1$/, 'v=spf1 のレコードによる', 'record'],
  [/^no single author domain$/, '差出人（From）のドメインが 1 つに決まらない', 'malformed'],
  [/^a server before found that the chain had failed$/, '前のサーバがすでに ARC の破綻を認めた', 'header-changed'],
  [/^ARC-Seal (\d+) does not hold$/, 'ARC-Seal の $1 番が成り立たない', 'header-changed'],
  [/^ARC-Message-Signature (\d+) does not hold$/, 'ARC-Message-Signature の $1 番が成り立たない', 'body-changed'],
  [/^ARC-Seal (\d+): cv= does not fit its place$/, 'ARC-Seal の $1 番の cv= が位置に合わない', 'malformed'],
  [/^the set of instance (\d+) is not whole$/, 'ARC の $1 番の組がそろっていない', 'malformed'],
  [/^the chain is too long$/, 'ARC の連鎖が長すぎる', 'too-many'],
  [/^ARC-(Seal|Message-Signature|Authentication-Results) (\d+): .*$/, 'ARC-$1 の $2 番の書式が正しくない', 'malformed'],
  [/^no sending address is signed$/, '送信者のアドレスが署名に含まれていない', 'malformed'],
  [/^the client has no address$/, '接続元のアドレスが分からない', 'malformed'],
  [/^the document at (\S+) cannot be read$/, '$1 の文書が読めない', 'record'],
  // Of marks of brands (BIMI).
  [/^the mark cannot be shown: .*$/, 'マークが SVG Tiny PS の規則に合わない', 'malformed'],
  [/^the mark cannot be unpacked$/, 'マークを展開できない', 'malformed'],
  [/^the mark is not the one in its certificate$/, 'マークが証明書の中のものと異なる', 'malformed'],
  [/^the certificate is not for (\S+)$/, '証明書が $1 のものではない', 'record'],
  [/^the certificate has expired$/, '証明書の有効期間外', 'expired'],
  [/^the certificate of (\S+) is not valid$/, '$1 の https の証明書が正しくない', 'record'],
  [/^nobody who is believed here vouches for it$/, '信頼する認証局の保証がない', 'bad-key'],
  [/^it is not for marks of brands$/, 'マーク用の証明書ではない', 'bad-key'],
  [/^no mark stands in the certificate$/, '証明書にマークがない', 'malformed'],
  [/^(?:it is no chain of certificates \(PEM\)|a certificate cannot be read)$/, '証明書が読めない', 'malformed'],
  [/^the record cannot be used$/, 'レコードの書式が正しくない', 'record'],
  [/^it has more than (\d+) bytes$/, '$1 バイトを超える', 'malformed'],
  [/^it redirects too often$/, 'リダイレクトが多すぎる', 'malformed'],
  [/^only https is fetched$/, 'https 以外の場所を指している', 'record'],
  [/^(\S+) has an address that is not public$/, '$1 が公開されていないアドレスを指している', 'record'],
  [/^(\S+) has no address$/, '$1 にアドレスがない', 'record'],
  [/^(\S+) answered (\d+)$/, '$1 の応答が $2', 'record'],
  // Of signatures of persons (OpenPGP, S/MIME).
  [/^altered$/, '署名の後に内容が変わった', 'body-changed'],
  [/^untrusted$/, '信頼する者の保証がない', 'bad-key'],
  [/^revoked$/, '鍵は失効している', 'revoked-key'],
  [/^weak$/, '鍵またはハッシュが弱い', 'weak'],
  [/^unsupported$/, '対応していない方式', 'malformed'],
  [/^malformed$/, '書式が正しくない', 'malformed'],
  [/^too-long$/, '検証するには長すぎる', 'too-many'],
  [
    /^(?:the name service did not answer|no name server is configured|no DNS|SERVFAIL|REFUSED|given up)$/,
    'ネームサーバから応答がない',
    'name-service',
  ],
  [/^.*: no answer in time$/, 'ネームサーバから時間内に応答がない', 'name-service'],
  [/^the aliases of this name go in a circle$/, '別名（CNAME）が循環している', 'name-service'],
  [/^the domain is only testing \(t=y\)$/, '試験中の鍵（t=y）', 'bad-key'],
  [/^From is not signed \(h=\)$/, 'From が署名に含まれていない（h=）', 'malformed'],
  [/^the identity \(i=\) is not of the domain \(d=\)$/, 'i= が d= のドメインに属さない', 'malformed'],
  [/^the tag (\S+)= is missing$/, 'タグ $1= がない', 'malformed'],
  [/^the tag (\S+)= comes twice$/, 'タグ $1= が 2 回ある', 'malformed'],
  [/^the (signature \(b=\)|body hash \(bh=\)) is not base64$/, '$1 が base64 として読めない', 'malformed'],
  [
    /^the .* (?:is unknown|are malformed|is malformed|is no domain|is no selector|is not 1|is too long)$/,
    '署名の書式が正しくない',
    'malformed',
  ],
];

/** The reason in that language; what is not known stays as it is. */
export function authReasonIn(reason: string, language: Language): string {
  if (language === 'en') return reason;
  const [pattern, japanese] = rows.find(([english]) => english.test(reason)) ?? [];
  return pattern && japanese !== undefined ? reason.replace(pattern, japanese) : reason;
}

export function causeOf(reason: string | undefined): Cause | undefined {
  if (reason === undefined) return undefined;
  return rows.find(([english]) => english.test(reason))?.[2];
}
