// SPDX-License-Identifier: Apache-2.0
/** DMARC words — what to say of the only method that is about the author whom the reader sees. */
import type { AuthResult } from '../../wire/authres/result.ts';
import { sentence } from '../cli/words.ts';
import type { Words } from './advice.ts';

export function dmarcWords({ result, reason, properties }: AuthResult): Words {
  switch (result) {
    case 'pass':
      return pass;
    case 'fail':
      return properties.some(([, name, value]) => name === 'dmarc' && value === 'none') ? failNone : fail;
    case 'temperror':
      return temperror;
    default:
      return reason === 'no single author domain' ? several : none;
  }
}

const pass: Words = {
  says: sentence(
    'The author’s domain {domain} is proven: SPF or DKIM passed for it.',
    '差出人（From）のドメイン {domain} は証明されている（SPF か DKIM が同じドメインで pass）。',
  ),
  postmaster: sentence(
    'The domain is real; whether its mail is wanted is another matter.',
    'ドメインは本物。望まれるメールかどうかは別の話。',
  ),
  receiver: sentence(
    'It is really from {domain}. Only the domain is proven, not the person before the @.',
    '本当に {domain} からのメール。証明されたのはドメインだけで、@ の前の個人ではない。',
  ),
  sender: sentence('Nothing to fix.', '直すところはない。'),
};
const failSender = sentence(
  'Let one of the two pass for {domain} itself: sign with d={domain} (best, since it survives forwarding), or use a return path of {domain} whose SPF names the server. A mail service does so if you set up its signature for your domain.',
  '{domain} 自身について、どちらかを pass にする。d={domain} で DKIM 署名する（転送にも強く最善）か、{domain} の返送先を使い、その SPF にサーバを載せる。配信サービスでは、自ドメインの署名を設定すればよい。',
);
const fail: Words = {
  says: sentence(
    'The author’s domain {domain} is not proven, and asks for such mail: {asks}.',
    '差出人（From）のドメイン {domain} は証明されなかった。ドメインが求める扱いは {asks}。',
  ),
  postmaster: sentence(
    'Forged, or changed on the way. Mailing lists and forwards break it, too: an ARC seal of a server you trust (authentication.arc.trusted) forgives it.',
    'なりすましか、途中で変わったもの。メーリングリストや転送でも起きる。信頼するサーバの ARC（authentication.arc.trusted）があれば許される。',
  ),
  receiver: sentence(
    'Do not believe that it is from {domain}: open no attachment, follow no link, and ask by another way.',
    '{domain} からだと信じないこと。添付を開かず、リンクをたどらず、別の方法で確かめる。',
  ),
  sender: failSender,
};
const failNone: Words = {
  says: sentence(
    'The author’s domain {domain} is not proven, and asks nothing of receivers about it (p=none).',
    '差出人（From）のドメイン {domain} は証明されなかったが、受信側に何も求めていない（p=none）。',
  ),
  postmaster: sentence(
    'Weak evidence: many who publish p=none have not yet set up all their servers.',
    '弱い証拠。p=none のドメインは、まだ全サーバの設定が済んでいないことが多い。',
  ),
  receiver: sentence('It is not proven that it is from {domain}.', '{domain} からだという証明はない。'),
  sender: failSender,
};
const none: Words = {
  says: sentence(
    'The author’s domain {domain} has no DMARC record.',
    '差出人（From）のドメイン {domain} に DMARC レコードがない。',
  ),
  postmaster: sentence(
    'Nothing is asked for; SPF and DKIM count by themselves.',
    '求める扱いはない。SPF と DKIM をそれぞれ見る。',
  ),
  receiver: sentence('Whether the author is real is not said by it.', '差出人が本物かどうか、これでは分からない。'),
  sender: sentence(
    'Publish _dmarc.{domain} with p=none and an address for reports; go on to quarantine and reject when all your mail passes.',
    '_dmarc.{domain} を p=none と報告先付きで公開し、自分のメールがすべて pass になったら quarantine、reject に進める。',
  ),
};
const several: Words = {
  says: sentence(
    'Whose message it is cannot be said: From names no single domain.',
    '差出人（From）のドメインが 1 つに決まらず、DMARC では判定できない。',
  ),
  postmaster: sentence(
    'A way round DMARC that no honest program goes; it weighs.',
    'DMARC を逃れる手口で、正直なプログラムはしない。点数に入る。',
  ),
  receiver: sentence('Do not go by the author that is shown.', '表示される差出人を信用しないこと。'),
  sender: sentence('Write one From with one address.', 'From は 1 つ、アドレスも 1 つにする。'),
};
const temperror: Words = {
  says: sentence(
    'Whether the author’s domain {domain} is proven could not be found out: {reason}.',
    '差出人（From）のドメイン {domain} が証明されるかどうか、調べられなかった: {reason}。',
  ),
  postmaster: sentence('It means nothing, and nothing is refused for it.', '意味を持たず、これを理由に拒否しない。'),
  receiver: sentence('Nothing is known yet.', 'まだ分からない。'),
  sender: sentence(
    'If it lasts, look at the name servers of {domain}.',
    '続くようなら {domain} のネームサーバを確かめる。',
  ),
};
