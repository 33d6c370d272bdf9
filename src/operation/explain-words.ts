// SPDX-License-Identifier: Apache-2.0
/** Explain words — the sentence of each kind of event, and words for what events hold. */
import type { Kind } from '../core/kinds.ts';
import type { Sentence } from '../core/sentence.ts';

export const sentences: Readonly<Record<string, Sentence>> = {
  connect: { en: '{client} connected ({listener}).', ja: '{client} が接続した（{listener}）。' },
  'connect-checks': { en: 'Its address was looked at.', ja: '接続元のアドレスを調べた。' },
  'greet-checks': { en: 'How it behaved before it was greeted was looked at.', ja: '挨拶までの振る舞いを調べた。' },
  hello: { en: 'It introduced itself as {name} ({verb}).', ja: '{name} と名乗った（{verb}）。' },
  tls: {
    en: 'The connection was encrypted ({protocol}, {cipher}).',
    ja: '通信が暗号化された（{protocol}、{cipher}）。',
  },
  sender: { en: 'Mail from <{address}>.', ja: '差出人（MAIL FROM）は <{address}>。' },
  noticed: {
    en: 'Something no honest program does was seen: {oddity}.',
    ja: '正直なプログラムのしないことがあった: {oddity}。',
  },
  refused: { en: '{command} was answered: {reply} {text}', ja: '{command} への応答: {reply} {text}' },
  'not-accepted': {
    en: 'The message could not be taken just now: {reason}',
    ja: 'メッセージを一時的に受け取れなかった: {reason}',
  },
  'bounce-attack': {
    en: 'Bounces of forged mail pour in for {recipient}: {bounces} since {since}.',
    ja: '{recipient} に、偽造メールへのエラー通知が殺到している（{since} から {bounces} 通）。',
  },
  relayed: {
    en: 'The trusted relay {relay} had it from {client}, which introduced itself as {name}: that one is judged.',
    ja: '信頼する中継サーバ {relay} は {client}（名乗りは {name}）から受け取っていた。判定するのはその接続元。',
  },
  'relayed-unknown': {
    en: 'It came by the trusted relay {relay}, {why}: nothing is judged by an address.',
    ja: '信頼する中継サーバ {relay} から届いた。{why}ため、アドレスでは判定しない。',
  },
  campaign: {
    en: 'It is of campaign {campaign}: {messages} messages since {since}, from {addresses} addresses in {networks} networks of {providers} providers (`sekisho history --campaign {campaign}`).',
    ja: '一斉送信 {campaign} の 1 通: {since} から {messages} 通、{addresses} アドレス、{networks} ネットワーク、{providers} 事業者（`sekisho history --campaign {campaign}`）。',
  },
  message: { en: 'A message of {sizeBytes} bytes arrived.', ja: '{sizeBytes} バイトのメッセージが届いた。' },
  accepted: { en: 'Accepted; its queue id is {queueId}.', ja: '受け取った。キュー ID は {queueId}。' },
  challenged: {
    en: 'Kept in quarantine as {queueId} until its sender proves to be a person; it was refused with a link for that.',
    ja: '差出人が人だと確認されるまで隔離した（{queueId}）。確認用のリンクを付けて拒否の応答をした。',
  },
  proven: {
    en: 'Somebody in the network {network} opened the link and proved to be a person: released for {recipient}.',
    ja: 'ネットワーク {network} から確認ページが開かれ、人であることが確認された。{recipient} への隔離を解除した。',
  },
  'proven-before': {
    en: 'Somebody in the network {network} opened the link and proved to be a person: the next try is let in.',
    ja: 'ネットワーク {network} から確認ページが開かれ、人であることが確認された。次の再送から受け付ける。',
  },
  delivered: { en: 'Delivered to {recipient}: {where}, {reply}', ja: '{recipient} に配送した: {where}、{reply}' },
  deferred: {
    en: 'Could not be delivered to {recipient} yet: {says} To be tried again at {nextAt}.',
    ja: '{recipient} にまだ配送できない: {says} {nextAt} に再試行する。',
  },
  failed: { en: 'Could not be delivered to {recipient}: {says}', ja: '{recipient} に配送できなかった: {says}' },
  quarantined: {
    en: 'Kept in quarantine for {recipient} as {quarantineId}.',
    ja: '{recipient} 宛として隔離した（{quarantineId}）。',
  },
  bounced: { en: 'Its sender {to} was told that it failed.', ja: '差出人 {to} に配送の失敗を知らせた。' },
  delayed: { en: 'Its sender {to} was told that it is late.', ja: '差出人 {to} に遅れを知らせた。' },
  notified: { en: 'The receiver {recipient} was told.', ja: '受信者 {recipient} に知らせた。' },
  released: { en: 'Released from quarantine for {recipient}.', ja: '{recipient} 宛の隔離を解除した。' },
  expired: {
    en: 'Removed from quarantine for {recipient}: its time was over.',
    ja: '{recipient} 宛の隔離の保存期間が過ぎて取り除いた。',
  },
  audited: {
    en: 'Its receiver was asked, and said: {label} ({by}).',
    ja: '受信者に尋ねたところ、{label} との回答（{by}）。',
  },
  learned: { en: 'Learned as {label}, by {by}.', ja: '{label} として学習した（{by}）。' },
  'put-off': {
    en: 'It was put off: {limit} from {key} ({scope}), until {until}.',
    ja: '受信を保留した: {key}（{scope}）の{limit}。{until} まで。',
  },
  'would-put-off': {
    en: 'Only observed, and let pass: {limit} from {key} ({scope}).',
    ja: '観察のみ（受信は続けた）: {key}（{scope}）の{limit}。',
  },
  slowed: {
    en: 'It was read from more slowly than it sent: {bytes} bytes in {tookMs} ms, {waitedMs} of them waiting; {bytesPerSecond} bytes a second at most for {key} ({scope}).',
    ja: '読み取りを遅くした: {bytes} バイトを {tookMs} ms で受信（うち待ち {waitedMs} ms）。{key}（{scope}）の上限は毎秒 {bytesPerSecond} バイト。',
  },
  'answered-late': {
    en: 'The answer about a recipient who is not here came {ms} ms late.',
    ja: '存在しない受信者への応答を {ms} ms 遅らせた。',
  },
  'report-taken': {
    en: 'Read as a report too: {report}, by {reporter} on {domain}, {day}.',
    ja: '報告としても取り込んだ: {reporter} による {domain} についての{report}（{day}）。',
  },
  'report-known': {
    en: 'Read as a report too, which was known already: {report}, by {reporter} on {domain}, {day}.',
    ja: '報告としては取り込み済み: {reporter} による {domain} についての{report}（{day}）。',
  },
  'report-refused': {
    en: 'It came to an address for reports and was not taken in as one: {reason}',
    ja: '報告用のアドレスに届いたが、報告として取り込まなかった: {reason}',
  },
  close: { en: 'The connection ended ({how}).', ja: '接続が終わった（{how}）。' },
};

export const actionWords: Readonly<Record<string, Sentence>> = {
  accept: { en: 'accepted', ja: '受信' },
  mark: { en: 'marked as spam, to Junk', ja: '迷惑メールとして印を付け、Junk へ' },
  quarantine: { en: 'to quarantine', ja: '隔離' },
  challenge: { en: 'to quarantine until its sender proves to be a person', ja: '差出人が人だと示すまで隔離' },
  defer: { en: 'asked to come back later', ja: '後で再送を依頼' },
  reject: { en: 'refused', ja: '拒否' },
};

export const kindWords: Readonly<Record<Kind, Sentence>> = {
  virus: { en: 'virus', ja: 'ウイルス' },
  bounce: { en: 'bounce', ja: '配送エラー通知' },
  'fictitious-bill': { en: 'fictitious bill', ja: '架空請求' },
  phishing: { en: 'phishing', ja: 'フィッシング' },
  fraud: { en: 'fraud', ja: '詐欺' },
  adult: { en: 'adult', ja: 'アダルト・出会い系' },
  advertising: { en: 'advertising', ja: '広告' },
  other: { en: 'other', ja: 'その他' },
};

/** What a record calls by a word of the program. */
export const valueWords: Readonly<Record<string, Readonly<Record<string, Sentence>>>> = {
  mailKind: kindWords,
  proof: {
    tag: { en: 'it came to a return path that this server signed', ja: 'このサーバが署名した返送先に届いた' },
    message: {
      en: 'it returns a message that is in the log of what was sent',
      ja: '送信の記録にあるメールを返している',
    },
  },
  how: {
    quit: { en: 'QUIT', ja: 'QUIT' },
    'hang-up': { en: 'it hung up', ja: '相手が切った' },
    'time-out': { en: 'it said nothing for too long', ja: '時間切れ' },
    'too-many-errors': { en: 'too many errors', ja: '誤りが多すぎた' },
    refused: { en: 'it was refused', ja: '接続を断った' },
    replaced: { en: 'the proxy named another client', ja: 'プロキシが別の接続元を示した' },
    drained: { en: 'the server was stopping', ja: 'サーバの停止' },
    fault: { en: 'a fault here', ja: 'このサーバの障害' },
  },
  oddity: {
    'early-talk': { en: 'it spoke before it was greeted', ja: '挨拶の前に話し始めた' },
    'unauthorised-pipelining': {
      en: 'it sent commands ahead without being allowed to',
      ja: '許される前に次のコマンドを送った',
    },
  },
  reply: {
    filed: { en: 'filed', ja: '保存した' },
    'was filed before': { en: 'was filed before', ja: 'すでに保存済み' },
  },
  report: {
    dmarc: { en: 'a DMARC aggregate report', ja: ' DMARC 集計レポート' },
    tls: { en: 'a report about TLS', ja: ' TLS レポート' },
    failure: { en: 'a report of one failure', ja: '個別の失敗レポート' },
  },
  why: {
    absent: { en: 'absent', ja: 'ない' },
    several: { en: 'there several times', ja: '複数ある' },
    malformed: { en: 'malformed', ja: '読めない' },
    ours: { en: 'where it began or was authenticated', ja: '中継サーバ自身か認証済みの利用者が出した' },
    unreadable: { en: 'which does not say who sent it', ja: 'だれが送ったか書かれていない' },
  },
  command: { connect: { en: 'The connection', ja: '接続' } },
  limit: {
    connections: { en: 'too many connections at a time', ja: '同時接続数の超過' },
    connectionsPerMinute: { en: 'too many connections in a minute', ja: '1 分あたりの接続数の超過' },
    messagesPerMinute: { en: 'too many messages in a minute', ja: '1 分あたりのメール数の超過' },
    recipientsPerMinute: { en: 'too many recipients in a minute', ja: '1 分あたりの受信者数の超過' },
    unknownRecipients: {
      en: 'too many recipients that are not here (a dictionary attack)',
      ja: '存在しない受信者の多さ（辞書攻撃）',
    },
    errors: { en: 'too many commands that make no sense', ja: '誤ったコマンドの多さ' },
    bytesPerSecond: { en: 'more bytes a second than it may', ja: '通信速度の超過' },
  },
  scope: {
    connection: { en: 'one connection', ja: '1 接続' },
    address: { en: 'one address', ja: '1 アドレス' },
    network: { en: 'its network', ja: 'ネットワーク' },
    asn: { en: 'its provider', ja: 'プロバイダー' },
    identity: { en: 'a proven domain', ja: '認証されたドメイン' },
    server: { en: 'all clients', ja: '全接続元' },
  },
  label: { spam: { en: 'spam', ja: '迷惑メール' }, ham: { en: 'wanted mail', ja: '通常のメール' } },
};
