// SPDX-License-Identifier: Apache-2.0
/** Welcome — what a person sees when the server is ready: what listens where, where things are kept, and what to try next. */
import type { Language } from '../core/sentence.ts';

export interface WelcomeParts {
  /** `smtp  127.0.0.1:2525`. */
  readonly addresses: readonly string[];
  readonly dataPath: string;
  /** Our domains with a mailbox to try, as `alice@example.jp`. */
  readonly mailbox: string | undefined;
  /** The one private address from which all clients came before; empty if from anywhere. */
  readonly onlyClient: string;
  readonly language: Language;
}

export function welcome({ addresses, dataPath, mailbox, onlyClient, language }: WelcomeParts): string {
  const smtp = /^smtp\s+(.*):(\d+)$/.exec(addresses.find(line => line.startsWith('smtp ')) ?? '');
  const [host = '127.0.0.1', port = '25'] = smtp?.slice(1) ?? [];
  const recipient = mailbox ?? 'alice@example.jp';
  const isJapanese = language === 'ja';
  const first = mailbox
    ? []
    : [
        isJapanese
          ? '  受け取るドメインとメールボックスがまだない。別の端末で:'
          : '  There is no domain to take mail for yet. In another terminal:',
        '    npx sekisho domain add example.jp',
        `    npx sekisho user add ${recipient}`,
        '',
      ];
  return [
    '',
    isJapanese ? '  Sekisho 関所 — 動いている' : '  Sekisho 関所 — ready',
    '',
    ...addresses.map(line => `  ${line}`),
    `  data  ${dataPath}`,
    '',
    ...(onlyClient === '' ? [] : behind(onlyClient, isJapanese)),
    ...first,
    isJapanese ? '  最初の 1 通を送る（1 行で）:' : '  Send it a first message (one line):',
    `    ${firstMessage(host, port, recipient)}`,
    '',
    isJapanese ? '  何がなぜ起きたかを見る:' : '  See what happened, and why:',
    '    npx sekisho history',
    '    npx sekisho explain ID',
    '',
    '',
  ].join('\n');
}

/** curl is everywhere, and speaks SMTP. */
function firstMessage(host: string, port: string, recipient: string): string {
  const to = host === '[::]' || host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  return `printf 'From: you@example.com\\nTo: ${recipient}\\nSubject: Hello\\n\\nA first message.\\n' | curl -s smtp://${to}:${port}/client.example --mail-from you@example.com --mail-rcpt ${recipient} --crlf --upload-file -`;
}

/** A proxy or a container in front: whoever it hides cannot be told from anybody else. */
function behind(ip: string, isJapanese: boolean): readonly string[] {
  const lines = isJapanese
    ? [
        `  注意: これまでの接続はすべて ${ip} から来ている。前にプロキシかコンテナがあり、本当の接続元が見えない。`,
        '  IP アドレスによる判定（DNSBL、グレイリスト、流量制限など）は行われない。PROXY プロトコルを使い、設定に書く:',
      ]
    : [
        `  Note: so far all connections come from ${ip}. A proxy or a container stands in front and hides who connects:`,
        '  nobody is judged by address (lists, greylisting, rates). Let it speak the PROXY protocol, and set:',
      ];
  return [...lines, '    [server]', `    proxyFrom = ["${ip}"]`, ''];
}
