// SPDX-License-Identifier: Apache-2.0
/** Path words — what to say of SPF and Sender ID, which ask whether a domain lets the client's address send in its name. */
import type { AuthResult } from '../../wire/authres/result.ts';
import { sentence } from '../cli/words.ts';
import type { Words } from './advice.ts';

export function pathWords({ method, result, properties }: AuthResult, passesAnyone: boolean): Words {
  if (method === 'sender-id' && properties.length === 0) return noPra;
  switch (result) {
    case 'pass':
      return passesAnyone ? open : pass;
    case 'fail':
      return fail;
    case 'softfail':
      return softfail;
    case 'neutral':
      return neutral;
    case 'permerror':
      return permerror;
    case 'temperror':
      return temperror;
    default:
      return none;
  }
}

const pass: Words = {
  says: sentence(
    '{domain} ({field}) lets {ip} send in its name.',
    '{domain}（{field}）は {ip} からの送信を許している。',
  ),
  postmaster: sentence(
    'The server is proven for this name. It proves the author only where DMARC says that the domain is that of From.',
    'この名前について送信サーバは正当。From の証明になるのは、ドメインが一致する（DMARC が pass の）場合だけ。',
  ),
  receiver: sentence(
    'It did come from a server of {domain}; look whether that is whom you see as the author.',
    '確かに {domain} のサーバから届いた。表示される差出人と同じかどうかを見ること。',
  ),
  sender: sentence('Nothing to fix.', '直すところはない。'),
};
const open: Words = {
  says: sentence(
    '{domain} ({field}) lets {ip} send in its name, and nearly everyone else too: it proves nothing.',
    '{domain}（{field}）は {ip} からの送信を許しているが、ほかのほぼ誰にでも許しており、証明にならない。',
  ),
  postmaster: sentence('It earns no credit here.', 'ここでは信用に数えない。'),
  receiver: sentence('Anybody can send in the name of {domain}.', '{domain} は誰でも名乗れる状態にある。'),
  sender: sentence(
    'Take +all or the far too wide network out of the SPF record: sekisho auth domain {domain} prints what to publish.',
    'SPF レコードから +all や広すぎるネットワークを外す。公開すべきレコードは sekisho auth domain {domain} で分かる。',
  ),
};
const fail: Words = {
  says: sentence(
    '{domain} ({field}) says that {ip} may not send in its name.',
    '{domain}（{field}）は {ip} からの送信を許していない（fail）。',
  ),
  postmaster: sentence(
    'It is forged, or forwarded with the old return path, or the sender has forgotten a server. If {ip} forwards for your users, ask for SRS there or for an ARC seal.',
    'なりすまし、返送先を書き換えない転送、送信側のサーバの登録漏れのいずれか。{ip} が利用者の転送元なら、そこに SRS か ARC を求める。',
  ),
  receiver: sentence(
    'It may not be from {domain}. Believe it only if DKIM or DMARC passed.',
    '{domain} からではないおそれがある。DKIM か DMARC が pass でなければ信用しないこと。',
  ),
  sender: sentence(
    'If {ip} is yours or your mail service’s, put ip4:/ip6: with it, or the include of the service, into the record of {domain}. If you forward, rewrite the return path (SRS) and leave the DKIM signature whole.',
    '{ip} が自分のサーバまたは利用中の配信サービスなら、{domain} のレコードに ip4:（ip6:）でそのアドレスを、またはサービスの include を加える。転送なら返送先を書き換え（SRS）、DKIM 署名を壊さないようにする。',
  ),
};
const softfail: Words = {
  says: sentence(
    '{domain} ({field}) does not think that {ip} sends in its name, and is not sure (~all).',
    '{domain}（{field}）は {ip} を送信元と認めていないが、断定もしていない（softfail、~all）。',
  ),
  postmaster: sentence(
    'Weak evidence: it weighs a little. Forwarded mail looks the same.',
    '弱い証拠なので点数は小さい。転送されたメールもこうなる。',
  ),
  receiver: fail.receiver,
  sender: fail.sender,
};
const neutral: Words = {
  says: sentence(
    '{domain} ({field}) says nothing about {ip} (neutral).',
    '{domain}（{field}）は {ip} について何も言っていない（neutral）。',
  ),
  postmaster: sentence('It counts as if there were no record.', 'レコードがないのと同じに扱う。'),
  receiver: sentence('Nothing is proven by it.', 'これでは何も証明されない。'),
  sender: sentence(
    'Name all your servers in the record of {domain}, and end it with ~all or -all in the place of ?all.',
    '{domain} のレコードに送信サーバをすべて書き、末尾を ?all から ~all または -all に変える。',
  ),
};
const none: Words = {
  says: sentence(
    '{domain} ({field}) has no record that says who may send in its name.',
    '{domain}（{field}）には送信元を宣言するレコードがない（none）。',
  ),
  postmaster: sentence('Nothing is proven, and nothing held against it.', '証明はないが、不利にも扱わない。'),
  receiver: sentence('Nothing is proven by it.', 'これでは何も証明されない。'),
  sender: sentence(
    'Publish an SPF record for {domain} that names your servers, such as “v=spf1 mx ~all”: see sekisho auth domain {domain}.',
    '{domain} に「v=spf1 mx ~all」のような、送信サーバを示す SPF レコードを公開する。sekisho auth domain {domain} を参照。',
  ),
};
const noPra: Words = {
  says: sentence(
    'The header names no one responsible address (Sender ID, RFC 4407).',
    'ヘッダから責任者のアドレス（PRA）を 1 つに決められない（Sender ID、RFC 4407）。',
  ),
  postmaster: sentence(
    'From, Sender or the Resent- fields are missing, doubled or cannot be read.',
    'From、Sender、Resent- のいずれかが、ないか、重複しているか、読めない。',
  ),
  receiver: sentence('Do not go by the author that is shown.', '表示される差出人を信用しないこと。'),
  sender: sentence(
    'Write one From with one address, and one Sender if another sends for it.',
    'From は 1 つ、アドレスも 1 つにし、代理で送るときは Sender を 1 つ付ける。',
  ),
};
const permerror: Words = {
  says: sentence(
    'The record of {domain} ({field}) is wrong: {reason}.',
    '{domain}（{field}）のレコードに誤りがある: {reason}。',
  ),
  postmaster: sentence(
    'It counts as no proof; the mistake is the sender’s, who can mend it.',
    '証明にならない。送信側の誤りであり、送信側でしか直せない。',
  ),
  receiver: sentence('Nothing is proven by it.', 'これでは何も証明されない。'),
  sender: sentence(
    'Mend the record; sekisho auth domain {domain} says where it is wrong, and prints what to publish instead.',
    'レコードを直す。誤りの場所と公開すべきレコードは sekisho auth domain {domain} で分かる。',
  ),
};
const temperror: Words = {
  says: sentence(
    'The name service did not answer about {domain} ({field}): {reason}.',
    '{domain}（{field}）について DNS の応答がなかった: {reason}。',
  ),
  postmaster: sentence(
    'It means nothing, and nothing is refused for it. If it comes often, look at your resolver.',
    '意味を持たず、これを理由に拒否しない。頻発するなら手元のリゾルバを確かめる。',
  ),
  receiver: sentence('Nothing is known yet.', 'まだ分からない。'),
  sender: sentence(
    'If it lasts, your name servers do not answer: look whether each of them serves {domain}.',
    '続くようなら {domain} のネームサーバが応答していない。全台を確かめる。',
  ),
};
