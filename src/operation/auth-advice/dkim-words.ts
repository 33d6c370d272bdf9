// SPDX-License-Identifier: Apache-2.0
/** DKIM words — what to say of a signature, by why it did not hold. DomainKeys, its ancestor, fails for the same reasons. */
import type { Sentence } from '../../core/sentence.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { causeOf, type Cause } from '../auth-reasons.ts';
import { sentence } from '../cli/words.ts';
import type { Words } from './advice.ts';

export function dkimWords({ result, reason }: AuthResult, isWithoutProof: boolean): Words {
  if (result === 'none') return none;
  if (result === 'pass') return isWithoutProof ? (causeOf(reason) === 'bad-key' ? testing : partial) : pass;
  const cause = result === 'temperror' ? 'name-service' : (causeOf(reason) ?? 'malformed');
  return { says: broken, postmaster: postmasters[cause] ?? plainly, receiver: unproven, sender: fixes[cause] };
}

const pass: Words = {
  says: sentence(
    '{domain} has signed the message, and it is as it was signed (selector {selector}).',
    '{domain} が署名しており、内容は署名の時のまま（セレクター {selector}）。',
  ),
  postmaster: sentence(
    'The domain answers for this message; complaints about it go there.',
    'このメッセージの責任は署名したドメインにある。苦情もそこに宛てる。',
  ),
  receiver: sentence(
    '{domain} answers for it; look whether that is whom you see as the author.',
    '{domain} が責任を負うメール。表示される差出人と同じかどうかを見ること。',
  ),
  sender: sentence('Nothing to fix.', '直すところはない。'),
};
const testing: Words = {
  says: sentence(
    'The signature of {domain} holds, and its key says that it is only a test (t=y).',
    '{domain} の署名は正しいが、鍵が試験中（t=y）と宣言している。',
  ),
  postmaster: sentence('It earns no credit here.', 'ここでは信用に数えない。'),
  receiver: sentence('Nothing is proven by it.', 'これでは何も証明されない。'),
  sender: sentence(
    'Take t=y out of {selector}._domainkey.{domain} when the test is over.',
    '試験が済んだら {selector}._domainkey.{domain} から t=y を外す。',
  ),
};
const partial: Words = {
  says: sentence(
    'The signature of {domain} holds for the beginning of the text only (l=): anybody may have put the rest there.',
    '{domain} の署名は本文の途中まで（l=）しか覆っておらず、残りは誰でも書き足せる。',
  ),
  postmaster: sentence('It earns no credit, and does not align.', '信用に数えず、DMARC の一致にも使わない。'),
  receiver: sentence('What stands at the end may be another’s.', '末尾は別人が書き足したものかもしれない。'),
  sender: sentence('Sign without l=.', 'l= を使わずに署名する。'),
};
const none: Words = {
  says: sentence('The message has no signature.', 'DKIM の署名がない。'),
  postmaster: sentence(
    'No domain answers for the text; nothing is held against it for that alone.',
    '内容に責任を負うドメインがない。それだけで不利には扱わない。',
  ),
  receiver: sentence('Nothing is proven by it.', 'これでは何も証明されない。'),
  sender: sentence(
    'Sign your mail with DKIM: with Sekisho, sekisho dkim keygen makes the keys and prints the records.',
    'メールに DKIM で署名する。Sekisho なら sekisho dkim keygen で鍵を作り、公開するレコードも分かる。',
  ),
};

const broken = sentence(
  'A signature of {domain} (selector {selector}) is no proof: {reason}.',
  '{domain} の署名（セレクター {selector}）は証明にならない: {reason}。',
);
const unproven = sentence(
  'The signature proves nothing; the message is treated as if it had none.',
  'この署名では何も証明されない。署名がないのと同じに扱う。',
);
const plainly = sentence(
  'It counts as no signature; only the sender can mend it.',
  '署名なしと同じに扱う。直せるのは送信側だけ。',
);

const postmasters: Readonly<Partial<Record<Cause, Sentence>>> = {
  'body-changed': sentence(
    'Something between changed the text: a mailing list’s footer, a virus scanner, a gateway that converts. If it is a gateway of yours, let it run behind this server.',
    '途中で本文が変わった。メーリングリストのフッター、ウイルス検査、変換するゲートウェイなどが原因。自分の設備なら、このサーバより後ろに置く。',
  ),
  'header-changed': sentence(
    'A signed field was changed on the way, such as a Subject with a prefix of a list, or the key is another.',
    '署名されたヘッダが途中で変わった（メーリングリストが件名に付ける接頭辞など）か、鍵が違う。',
  ),
  'name-service': sentence(
    'It means nothing, and nothing is refused for it. If it comes often, look at your resolver.',
    '意味を持たず、これを理由に拒否しない。頻発するなら手元のリゾルバを確かめる。',
  ),
};

const fixes: Readonly<Record<Cause, Sentence>> = {
  'body-changed': sentence(
    'Sign last, behind everything that changes the text; use c=relaxed/relaxed, and send 7-bit or quoted-printable text in short lines.',
    '本文を変える処理がすべて済んでから署名する。c=relaxed/relaxed を使い、本文は短い行の 7 ビットか quoted-printable にする。',
  ),
  'header-changed': sentence(
    'Sign last, with c=relaxed, and no fields that others rewrite (Received, Return-Path). Look whether {selector}._domainkey.{domain} holds the public key of the one you sign with.',
    '最後に c=relaxed で署名し、他が書き換えるヘッダ（Received、Return-Path）を含めない。{selector}._domainkey.{domain} の公開鍵が署名の鍵と対になっているかも確かめる。',
  ),
  'no-key': sentence(
    'Publish the key at {selector}._domainkey.{domain} (TXT), and leave it there for at least two weeks after the last message.',
    '{selector}._domainkey.{domain} に TXT で公開鍵を置き、最後の送信から 2 週間以上は残す。',
  ),
  'revoked-key': sentence(
    'You sign with a key that you took back: sign with the one that is published.',
    '失効させた鍵で署名している。公開中の鍵で署名する。',
  ),
  'bad-key': sentence(
    'Mend the record at {selector}._domainkey.{domain}: sekisho auth domain {domain} --selector {selector} says what is wrong with it.',
    '{selector}._domainkey.{domain} のレコードを直す。誤りは sekisho auth domain {domain} --selector {selector} で分かる。',
  ),
  weak: sentence(
    'Make an RSA key of 2048 bits and sign with rsa-sha256 (RFC 8301).',
    '2048 ビットの RSA 鍵を作り、rsa-sha256 で署名する（RFC 8301）。',
  ),
  expired: sentence(
    'The signature (x=) ran out before it came. Give it a week or more, or leave x= away.',
    '届く前に署名の期限（x=）が切れた。1 週間以上にするか、x= を付けない。',
  ),
  early: sentence(
    'The clock of the signing server is ahead: set it by NTP.',
    '署名したサーバの時計が進んでいる。NTP で合わせる。',
  ),
  malformed: sentence(
    'The signature is not as RFC 6376 has it: look at the software that signs.',
    '署名が RFC 6376 の書式に合わない。署名するソフトウェアを確かめる。',
  ),
  'too-many': sentence(
    'More than ten signatures are not verified: two or three are enough.',
    '署名は 10 個までしか検証されない。2、3 個で足りる。',
  ),
  record: sentence('Mend the records of {domain}.', '{domain} のレコードを直す。'),
  'name-service': sentence(
    'If it lasts, your name servers do not answer for {selector}._domainkey.{domain}.',
    '続くようなら {selector}._domainkey.{domain} についてネームサーバが応答していない。確かめる。',
  ),
};
