// SPDX-License-Identifier: Apache-2.0
/**
 * Fault words — what a command says when it cannot go on, in the language of the terminal. The English sentences stand in core/faults.ts;
 * details that tell a person what to do have Japanese too, all others are shown as they are.
 */
import { describeFault, type Fault, type FaultCode } from '../../core/faults.ts';
import { fill, type Language } from '../../core/sentence.ts';
import { Mistake } from '../mistake.ts';

const japanese: Readonly<Record<FaultCode, string>> = {
  'store-unreachable': 'データの置き場所を使えない。',
  'store-broken': 'データが壊れている。',
  'store-newer': 'データは新しい版の Sekisho が書いたもので、この版では読めない。',
  'data-folder-taken': '別のサーバがこのデータフォルダを使っている。',
  'disk-full': 'ディスクがいっぱいである。',
  'line-too-long': '行が長すぎる。',
  'bad-proxy-header': 'PROXY ヘッダを読めない。',
  'peer-closed': '相手が接続を閉じた。',
  'peer-slow': '相手が時間内に応答しなかった。',
  'peer-nonsense': '相手の応答がプロトコルに合わない。',
  'dns-unavailable': 'ネームサーバが応答しない。',
  'bad-configuration': 'この設定では動かせない。',
  'bad-input': '入力を読めない。',
  'worker-lost': 'サーバの一部が止まり、再起動が必要になった。',
  cancelled: '作業は途中で打ち切られた。',
};

/** What other folders say in English to the operator; `$1` is what the pattern caught. */
const details: readonly (readonly [english: RegExp, japanese: string])[] = [
  [
    /^(.+): stop that server first, or set another folder with --data$/s,
    '$1: 先にそのサーバを止めるか、--data で別のフォルダを指定する',
  ],
  [
    /^(.+) is in use by another program: stop that one, or set listen\.smtp to another port$/s,
    '$1 は別のプログラムが使っている。そのプログラムを止めるか、listen.smtp で別のポートにする',
  ],
  [
    /^(.+) may not be used without root: .*$/s,
    '$1 は root でなければ使えない。listen.smtp を 1024 番以上のポートにするか、server.user を決めて root で起動する',
  ],
  [/^(.+) is not an address of this machine: see listen\.smtp$/s, '$1 はこのマシンのアドレスではない（listen.smtp）'],
  [/^tls: certificate and key belong together$/, 'tls: certificate と key は両方とも必要である'],
  [/^the data folder (.+?) cannot be made(: .*)?$/s, 'データフォルダ $1 を作れない$2'],
  [/^the data folder (.+?) cannot be written to by this user(: .*)?$/s, 'データフォルダ $1 に書き込む権限がない$2'],
  [/^a restore into (.+) did not finish: .*$/s, '$1 への復元が途中で終わっている。フォルダを空にして復元し直す'],
  [/^(.+) is not empty: it has (.+)$/s, '$1 は空ではない（$2 がある）'],
  [/^(.+) is inside the data folder (.+)$/s, '$1 はデータフォルダ $2 の中にある'],
  [/^(.+) is not there$/s, '$1 はない'],
  [/^(.+) is no address: expected user@domain$/s, '$1 はアドレスではない（利用者@ドメイン の形で指定する）'],
  [/^nothing in quarantine has the id (.+)$/s, '$1 という ID のメッセージは隔離されていない'],
  [
    /^process ([\d, ]+) does not answer: try again in a moment$/,
    'プロセス $1 が応答しない。少し待って、もう一度実行する',
  ],
  [/^process (\d+) cannot start \(exit code (\d+)\)$/, 'プロセス $1 を起動できない（終了コード $2）'],
];

/** In one sentence or two, without the name of the program. */
export function sayFault(fault: Fault, language: Language): string {
  if (fault instanceof Mistake) return fill(fault.sentence, fault.details, language);
  // What a person gave is best told by what is wrong with it.
  const isPlain = fault.code === 'bad-input' && fault.detail !== '';
  const says = isPlain ? '' : language === 'en' ? fault.message : japanese[fault.code];
  const detail = sayDetail(fault.detail, language);
  const why = fault.cause === undefined ? '' : describeFault(fault.cause);
  // Many a detail ends with it.
  const cause = why === '' || detail.includes(why) ? '' : ` (${why})`;
  return `${[says, detail].filter(Boolean).join(' ')}${cause}`;
}

function sayDetail(detail: string, language: Language): string {
  if (language === 'en') return detail;
  const [english, words] = details.find(([pattern]) => pattern.test(detail)) ?? [];
  return english && words ? detail.replace(english, words) : detail;
}
