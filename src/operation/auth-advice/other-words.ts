// SPDX-License-Identifier: Apache-2.0
/** Other words — the name of the client, signatures of persons, vouchers, and ancestors that hardly anybody uses any more. */
import type { AuthResult } from '../../wire/authres/result.ts';
import { sentence } from '../cli/words.ts';
import type { Words } from './advice.ts';

export function otherWords({ method, result }: AuthResult): Words {
  const isPass = result === 'pass';
  switch (method) {
    case 'iprev':
      return isPass ? named : nameless;
    case 'smime':
    case 'openpgp':
    case 'x-openpgp':
      return isPass ? personal : impersonal;
    case 'vbr':
      return isPass ? vouched : notVouched;
    default:
      return isPass ? oldPass : old;
  }
}

const nothing = sentence('Nothing to fix.', '直すところはない。');
const named: Words = {
  says: sentence('The name of {ip} leads back to it.', '{ip} の逆引きと正引きが一致する。'),
  postmaster: sentence('A plain sign of a server that is looked after.', '管理されたサーバであることを示す基本の印。'),
  receiver: sentence('It says nothing about the author.', '差出人については何も言わない。'),
  sender: nothing,
};
const nameless: Words = {
  says: sentence(
    '{ip} has no name that leads back to it ({result}).',
    '{ip} の逆引きと正引きが一致しない（{result}）。',
  ),
  postmaster: sentence(
    'Many senders of spam have none; some honest small servers neither.',
    '迷惑メールの送信元に多いが、正当な小さなサーバにもある。',
  ),
  receiver: sentence('It says nothing about the author.', '差出人については何も言わない。'),
  sender: sentence(
    'Ask the provider of {ip} for a PTR record, and give the name an A or AAAA record with {ip}.',
    '{ip} の提供者に PTR レコードの設定を頼み、その名前の A（AAAA）レコードを {ip} にする。',
  ),
};
const personal: Words = {
  says: sentence('A person has signed it ({method}): {signer}.', '個人の署名（{method}）がある: {signer}。'),
  postmaster: sentence(
    'The only proof of what stands before the @; trust comes from your own list of roots and keys.',
    '@ の前までの証明になる唯一の方法。信頼は、設定したルート証明書と鍵による。',
  ),
  receiver: sentence(
    'It is from {signer}, as far as the key can be trusted.',
    '鍵が信頼できる限り、{signer} 本人から。',
  ),
  sender: nothing,
};
const impersonal: Words = {
  says: sentence(
    'The signature of a person ({method}) proves nothing here: {result} ({reason}).',
    '個人の署名（{method}）はここでは証明にならない: {result}（{reason}）。',
  ),
  postmaster: sentence(
    'The key or root is unknown here, or the text was changed on the way.',
    '鍵やルート証明書が登録されていないか、途中で内容が変わった。',
  ),
  receiver: sentence('Do not take the signature for a proof.', '署名を証明とみなさないこと。'),
  sender: sentence(
    'Send the message unchanged, with a certificate or key that the receiver knows.',
    '内容を変えず、受信側の知る証明書や鍵で署名して送る。',
  ),
};
const vouched: Words = {
  says: sentence('{voucher}, trusted here, vouches for {domain}.', '信頼する {voucher} が {domain} を保証している。'),
  postmaster: sentence('It earns a point.', '1 点の信用になる。'),
  receiver: sentence('Somebody trusted stands up for the sender.', '信頼できる第三者が送信者を保証している。'),
  sender: nothing,
};
const notVouched: Words = {
  says: sentence(
    '{voucher} does not vouch for {domain}, as the message says ({result}).',
    'メッセージの言う {voucher} による {domain} の保証は確かめられない（{result}）。',
  ),
  postmaster: sentence('It earns nothing.', '信用に数えない。'),
  receiver: sentence('Nothing is proven by it.', 'これでは何も証明されない。'),
  sender: sentence(
    'Name in VBR-Info only those who do vouch for {domain}.',
    'VBR-Info には、実際に {domain} を保証する者だけを書く。',
  ),
};
const oldPass: Words = {
  says: sentence('{method} passed for {domain}.', '{domain} について {method} が pass。'),
  postmaster: sentence('It is told and weighs nothing.', '記録するだけで、点数には入れない。'),
  receiver: sentence('SPF, DKIM and DMARC say more.', 'SPF・DKIM・DMARC の結果を見ること。'),
  sender: nothing,
};
const old: Words = {
  says: sentence(
    '{method} came to {result} for {domain} ({reason}).',
    '{domain} についての {method} は {result}（{reason}）。',
  ),
  postmaster: oldPass.postmaster,
  receiver: oldPass.receiver,
  sender: sentence('Nobody needs it any more: sign with DKIM instead.', '今は不要。代わりに DKIM で署名する。'),
};
