// SPDX-License-Identifier: Apache-2.0
/** Explain reasons — why something was not delivered, in Japanese: records and the queue hold the English sentence, which servers elsewhere read too. A test finds every sentence of delivery here. */
import { faults, type FaultCode } from '../core/faults.ts';
import type { Language } from '../core/sentence.ts';

const japanese: readonly (readonly [english: string, japanese: string])[] = [
  ['No such recipient.', '宛先がない。'],
  [
    'The message has passed too many servers; it seems to go in a circle.',
    '経由したサーバが多すぎる。配送が輪になっているらしい。',
  ],
  ['The mailbox exists no longer.', 'メールボックスがなくなった。'],
  ['The way of this mail was changed just now.', 'このメールの配送先がたった今変更された。'],
  ['The mailbox is full.', 'メールボックスがいっぱいである。'],
  ['The disk with the mailboxes is full.', 'メールボックスのディスクがいっぱいである。'],
  ['The mailbox cannot be written', 'メールボックスに書き込めない'],
  ['The name of the next server has no address.', '次のサーバの名前にアドレスがない。'],
  [
    'The name service did not answer for the mail servers of the domain.',
    'ドメインのメールサーバについてネームサーバが応答しない。',
  ],
  ['The name service did not answer for the domain.', 'ドメインについてネームサーバが応答しない。'],
  ['The name service did not answer.', 'ネームサーバが応答しない。'],
  ['No server could be reached.', 'どのサーバにも接続できない。'],
  ['The domain says that it takes no mail.', 'ドメインはメールを受け取らないと宣言している。'],
  ['The domain has no mail server.', 'ドメインにメールサーバがない。'],
  ['The domain does not exist.', 'ドメインが存在しない。'],
  [
    'The mail server of the domain is this server, which does not know the domain.',
    'ドメインのメールサーバはこのサーバだが、このドメインは登録されていない。',
  ],
  ['The mail servers of the domain have no address.', 'ドメインのメールサーバにアドレスがない。'],
  ['The domain is an address that cannot be read.', 'ドメインがアドレスの形だが読めない。'],
  ['The next server refused it.', '次のサーバが拒否した。'],
  ['The next server asked to wait.', '次のサーバが待つように求めた。'],
  ['The next server does not take addresses outside ASCII.', '次のサーバは ASCII 以外のアドレスを受け取らない。'],
  ['The next server does not take headers in UTF-8.', '次のサーバは UTF-8 のヘッダを受け取らない。'],
  [
    'The next server takes 7-bit mail only, and the message is too large to be converted.',
    '次のサーバは 7 ビットのメールしか受け取らず、このメッセージは大きすぎて変換できない。',
  ],
  ['The next server takes 7-bit mail only, and ', '次のサーバは 7 ビットのメールしか受け取らない: '],
  ['The next server answered nonsense.', '次のサーバの応答がプロトコルに合わない。'],
  ['The next server does not want to speak with us.', '次のサーバが通信を断っている。'],
  ['The next server could not be reached shortly before.', '次のサーバには少し前に接続できなかった。'],
  ['Delivery met a fault here.', 'このサーバの中で配送に障害が起きた。'],
  ['The delivery ended without an answer.', '配送が応答のないまま終わった。'],
  ['Many messages wait for the same destination.', '同じ配送先を待つメッセージが多い。'],
  ['Local storage is unavailable.', 'このサーバのデータの置き場所を使えない。'],
  ['Local storage is damaged.', 'このサーバのデータが壊れている。'],
  ['Local storage is full.', 'このサーバのディスクがいっぱいである。'],
  ['The other side closed the connection.', '相手が接続を閉じた。'],
  ['The other side did not answer in time.', '相手が時間内に応答しなかった。'],
  ['The other side answered something that is not the protocol.', '相手の応答がプロトコルに合わない。'],
  ['The work was given up.', '作業は途中で打ち切られた。'],
  ['A part of the server had to be restarted.', 'サーバの一部が再起動した。'],
  // Where a message was delivered to.
  ['mailbox ', 'メールボックス '],
];

/** The text with the sentence of delivery that stands in it in that language; what is not known stays as it is. */
export function reasonIn(text: string, language: Language): string {
  if (language === 'en') return text;
  const [english, words] = japanese.find(([sentence]) => text.includes(sentence)) ?? [];
  return english === undefined || words === undefined ? text : text.replace(english, () => words);
}

/** Of a check that could not be made: `spf: dns-unavailable: no server answered` in words. */
export function unavailableIn(reason: string, language: Language): string {
  const [, code = '', detail = ''] = /^(?:\w+: )?([a-z-]+)(?:: (.*))?$/s.exec(reason) ?? [];
  if (isFaultCode(code))
    return [reasonIn(faults[code].says, language), detail && `(${detailIn(detail, language)})`]
      .filter(Boolean)
      .join(' ');
  if (language === 'en') return reason;
  const [pattern, words] = late.find(([pattern]) => pattern.test(reason)) ?? [];
  return pattern && words ? reason.replace(pattern, words) : reason;
}

/** What the resolver itself found; what a library says of a fault stays as it is. */
function detailIn(detail: string, language: Language): string {
  return language === 'ja' && detail === 'the name server denies that com, org and net exist'
    ? 'ネームサーバが com、org、net を存在しないと答えている'
    : detail;
}

const late: readonly (readonly [english: RegExp, japanese: string])[] = [
  [/^(\w+): no answer within ([\d.]+) s$/, '$1: $2 秒以内に応答がない'],
  [/^(\w+): not measured in time$/, '$1: 時間内に測れなかった'],
  [/^(\w+): not there after ([\d.]+) s, .*$/s, '$1: 1 通のための測定全体の制限時間 $2 秒を過ぎた'],
  [/^(\w+) is not known here$/, '$1 はここではまだ分からない'],
];

function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(faults, code);
}
