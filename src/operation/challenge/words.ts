// SPDX-License-Identifier: Apache-2.0
/** Words of the page on which a sender proves to be a person, in English and Japanese. */
import type { Sentence } from '../../core/sentence.ts';

export const words = {
  otherLanguage: { en: '日本語', ja: 'English' },
  asksTitle: { en: 'Did you write this message?', ja: 'このメールを書いたのはあなたですか' },
  kept: {
    en: 'A message from {domain} of {time} is being held by the mail server {host}, because it looks like unwanted mail. It has not reached its recipient yet.',
    ja: '{domain} から {time}に届いたメールは、迷惑メールの疑いがあるため、メールサーバ {host} で保留されています。受信者にはまだ届いていません。',
  },
  deferred: {
    en: 'A message from {domain} came to the mail server {host} on {time}. Its sending server is not known here and was asked to try again later.',
    ja: '{time}に {domain} からメールサーバ {host} へメールの送信がありました。送信元のサーバになじみがないため、後で再送するよう求めています。',
  },
  keptNext: {
    en: 'If you wrote it, please answer two short questions. It is then delivered at once, and you are not asked again when you write to the same people.',
    ja: 'ご自身が書いたメールでしたら、簡単な質問 2 つにお答えください。すぐに配送され、同じ相手へのメールでは今後この確認を求めません。',
  },
  deferredNext: {
    en: 'If you wrote it, please answer two short questions. Its next try then goes through, which is mostly within half an hour; you need not send it again.',
    ja: 'ご自身が書いたメールでしたら、簡単な質問 2 つにお答えください。次の再送（多くは 30 分以内）で受け付けます。送り直す必要はありません。',
  },
  notYours: {
    en: 'If it is not yours, close this page. Nothing is delivered then, and nobody is told that you were here.',
    ja: '心当たりがなければ、このページを閉じてください。メールは配送されず、閲覧したことは誰にも知らされません。',
  },
  sum: { en: 'What is {tens} plus {ones}?', ja: '{tens}に{ones}を足すといくつですか。' },
  sumHint: { en: 'A number, such as 25.', ja: '数字で（例: 25）' },
  send: { en: 'I wrote it', ja: '確認する' },
  working: {
    en: 'Your browser is doing a small calculation that makes mass mail expensive. You can answer meanwhile.',
    ja: '大量送信を防ぐための計算をブラウザで行っています。その間に回答できます。',
  },
  worked: { en: 'The calculation is done.', ja: '計算が終わりました。' },
  waiting: { en: 'One moment, the calculation is not done yet …', ja: '計算が終わるまで少しお待ちください…' },
  wrong: {
    en: 'That was not right. Here are two other questions ({left} tries left).',
    ja: '答えが違います。別の質問にお答えください（残り {left} 回）。',
  },
  early: {
    en: 'That was too soon after the last answer. Please wait {seconds} seconds, then answer once more.',
    ja: '前の回答から間がありません。{seconds} 秒待ってから、もう一度お答えください。',
  },
  wait: { en: 'The next answer is heard in {seconds} seconds.', ja: '次の回答は {seconds} 秒後から受け付けます。' },
  privacy: {
    en: 'No cookies, nothing from other sites. The network of your connection is noted beside the message.',
    ja: 'Cookie も他のサイトの機能も使いません。接続元のネットワークはメールの記録に残ります。',
  },
  keptDoneTitle: { en: 'Thank you: it is delivered', ja: '確認できました。メールを配送します' },
  keptDone: {
    en: 'The message from {domain} of {time} has been passed on to its recipient.',
    ja: '{domain} から {time}に届いたメールを受信者へ渡しました。',
  },
  keptListed: {
    en: 'The address at {domain} that it came from is now known for this recipient: you are not asked again. You can close this page.',
    ja: '差出人のアドレス（{domain}）は、この受信者について確認済みとして登録しました。今後は確認を求めません。このページは閉じてかまいません。',
  },
  deferredDoneTitle: { en: 'Thank you: it may come in', ja: '確認できました。受け付けます' },
  deferredDone: {
    en: 'The message from {domain} of {time} goes through at its next try. Its server does that by itself, mostly within half an hour.',
    ja: '{domain} から {time}に届いたメールは、次の再送で受け付けます。再送は送信元のサーバが自動で行い、多くは 30 分以内です。',
  },
  deferredListed: {
    en: 'The server that it came from is now known here and is not put off again. You can close this page.',
    ja: '送信元のサーバは確認済みとして登録し、今後は後回しにしません。このページは閉じてかまいません。',
  },
  before: { en: 'This link has been used already.', ja: 'このリンクはすでに使われています。' },
  unknownTitle: { en: 'This link is not complete', ja: 'リンクが正しくありません' },
  unknown: {
    en: 'Some mail programs break long links in two. Please copy the whole link out of the message that you got, in one piece, into the address line.',
    ja: 'メールソフトが長いリンクを途中で切ることがあります。届いた通知にあるリンク全体をコピーし、アドレス欄に貼り付けてください。',
  },
  expiredTitle: { en: 'This link is too old', ja: 'リンクの有効期限が切れています' },
  expired: {
    en: 'The recipient can still find the message among those held back, for some weeks. Please tell them another way, or send it again and open the new link.',
    ja: '保留中のメールは、しばらくの間、受信者が一覧から取り出せます。別の方法で知らせるか、もう一度送信して新しいリンクを開いてください。',
  },
  goneTitle: { en: 'The message is no longer held', ja: 'メールはもう保留されていません' },
  gone: {
    en: 'Its recipient has decided about it, or its time is over. If it matters, please send it again.',
    ja: '受信者が処理したか、保存期間が過ぎました。必要でしたら、もう一度送信してください。',
  },
  soonTitle: { en: 'One moment, please', ja: '少しお待ちください' },
  soon: {
    en: 'The message is just being put away. Please load this page again in a minute.',
    ja: 'メールを保管しているところです。1 分ほどしてから、このページを読み込み直してください。',
  },
  closedTitle: { en: 'Too many wrong answers', ja: '誤った回答が多すぎました' },
  closed: {
    en: 'This link takes no more answers. The recipient can still find the message among those held back: please tell them another way.',
    ja: 'このリンクではこれ以上回答できません。メールは保留中で、受信者が一覧から取り出せます。別の方法でお知らせください。',
  },
  busyTitle: { en: 'Too many requests', ja: 'アクセスが多すぎます' },
  busy: {
    en: 'Too much has come from your network in a short time. Please try again in a few minutes; your link stays good.',
    ja: 'お使いのネットワークからのアクセスが短時間に集中しました。数分後にもう一度お試しください。リンクはそのまま使えます。',
  },
  troubleTitle: { en: 'Not possible just now', ja: 'ただいま処理できません' },
  trouble: {
    en: 'The server cannot do this just now. Nothing is lost: please try again in a few minutes with the same link.',
    ja: 'サーバが一時的に処理できません。メールは失われていません。数分後に同じリンクでもう一度お試しください。',
  },
  nobody: { en: 'an unnamed sender', ja: '名前のない差出人' },
} as const satisfies Record<string, Sentence>;

export const tens: readonly Sentence[] = [
  { en: 'twenty', ja: '二十' },
  { en: 'thirty', ja: '三十' },
  { en: 'forty', ja: '四十' },
  { en: 'fifty', ja: '五十' },
  { en: 'sixty', ja: '六十' },
  { en: 'seventy', ja: '七十' },
  { en: 'eighty', ja: '八十' },
];

export const ones: readonly Sentence[] = [
  { en: 'one', ja: '一' },
  { en: 'two', ja: '二' },
  { en: 'three', ja: '三' },
  { en: 'four', ja: '四' },
  { en: 'five', ja: '五' },
  { en: 'six', ja: '六' },
  { en: 'seven', ja: '七' },
  { en: 'eight', ja: '八' },
  { en: 'nine', ja: '九' },
];

/** By kind: what is asked, and things of that kind; as many of each as core/challenge.ts says, and none that is of two kinds. */
export const kinds: readonly { readonly asks: Sentence; readonly things: readonly Sentence[] }[] = [
  {
    asks: { en: 'Which of these is an animal?', ja: 'この中で動物はどれですか。' },
    things: list(
      'cat 猫, lion ライオン, koala コアラ, monkey サル, tiger トラ, giraffe キリン, wolf オオカミ, zebra シマウマ',
    ),
  },
  {
    asks: { en: 'Which of these do people ride in or on?', ja: 'この中で乗り物はどれですか。' },
    things: list(
      'bus バス, bicycle 自転車, tram 路面電車, ship 船, taxi タクシー, train 電車, motorcycle オートバイ, truck トラック',
    ),
  },
  {
    asks: { en: 'Which of these do people wear?', ja: 'この中で身に着けるものはどれですか。' },
    things: list(
      'hat 帽子, shoes 靴, coat コート, gloves 手袋, shirt シャツ, socks 靴下, trousers ズボン, scarf マフラー',
    ),
  },
  {
    asks: { en: 'Which of these can people eat?', ja: 'この中で食べられるものはどれですか。' },
    things: list(
      'bread パン, apple リンゴ, rice ご飯, cheese チーズ, orange みかん, banana バナナ, noodles 麺, cake ケーキ',
    ),
  },
  {
    asks: { en: 'Which of these do people write or draw with?', ja: 'この中で筆記用具はどれですか。' },
    things: list(
      'pencil 鉛筆, fountain-pen 万年筆, chalk チョーク, crayon クレヨン, brush-pen 筆ペン, marker マーカー, ballpoint-pen ボールペン, coloured-pencil 色鉛筆',
    ),
  },
  {
    asks: { en: 'Which of these is in the sky?', ja: 'この中で空に見えるものはどれですか。' },
    things: list('moon 月, sun 太陽, cloud 雲, rainbow 虹, star 星, lightning 稲妻, comet 彗星, sunset 夕焼け'),
  },
];

function list(text: string): readonly Sentence[] {
  return text.split(', ').map(pair => {
    const [en = '', ja = ''] = pair.split(' ');
    return { en: en.replace('-', ' '), ja };
  });
}
