// SPDX-License-Identifier: Apache-2.0
/** `sekisho auth check` — a message as if it came so: what each method of sender authentication says, what it means to whom, and what the sender has to fix. Exit 1 if DMARC fails. */
import type { Details, Sentence } from '../../../core/sentence.ts';
import { parseIp } from '../../../core/ip.ts';
import { formatAuthenticationResults } from '../../../wire/authres/authentication-results.ts';
import type { AuthResult } from '../../../wire/authres/result.ts';
import { adviseOn, type Advice } from '../../auth-advice/advice.ts';
import { authReasonIn } from '../../auth-reasons.ts';
import { unavailableIn } from '../../explain-reasons.ts';
import { Mistake } from '../../mistake.ts';
import type { JudgedMessage, Workplace } from '../../ports.ts';
import { exit, textOption, within, type Command, type Context, type Options } from '../command.ts';
import { filesIn } from '../given-files.ts';
import { cut, sentence } from '../words.ts';

export const authCheckCommand: Command = {
  name: 'auth check',
  takes: '<file>',
  says: sentence(
    'say what SPF, DKIM, DMARC and the others make of a message, and what its sender has to fix; - for standard input',
    'メッセージの SPF・DKIM・DMARC などの結果を説明し、送信側が直すべきことを示す。標準入力は -',
  ),
  options: [
    { flags: '--ip <address>', says: sentence('as if it came from this address', 'このアドレスから届いたものとして') },
    { flags: '--helo <name>', says: sentence('as if it introduced itself so', 'この HELO 名で') },
    {
      flags: '--from <address>',
      says: sentence(
        'the envelope sender (MAIL FROM); <> for none. By default Return-Path, else From',
        '差出人（MAIL FROM）。空は <>。既定は Return-Path、なければ From',
      ),
    },
    { flags: '--submitter <address>', says: sentence('the parameter SUBMITTER', 'SUBMITTER パラメータ') },
    { flags: '--json', says: sentence('as JSON', 'JSON で出力する') },
  ],
  run: (context, [file = '-'], options) =>
    within(context, async place => {
      const { ip, how } = readOptions(options);
      for await (const { name, bytes } of filesIn([file], context)) {
        const judged = await place.judge(bytes, how);
        if (options['json']) context.json({ file: name, ...asJson(judged, ip, context) }, 2);
        else print(judged, ip, context, place);
        if (judged.results.some(({ method, result }) => method === 'dmarc' && result === 'fail')) return exit.found;
      }
      return exit.ok;
    }),
};

function readOptions(options: Options) {
  const ip = textOption(options, 'ip');
  if (ip === undefined)
    throw new Mistake(
      'usage',
      sentence(
        '--ip <address> is missing: the address that the message came from',
        '--ip <address> がない: メッセージの送信元 IP アドレスを指定する',
      ),
    );
  if (!parseIp(ip))
    throw new Mistake(
      'usage',
      sentence(
        '--ip {ip}: expected the address that the message came from',
        '--ip {ip}: メッセージの送信元 IP アドレスを指定する',
      ),
      { ip },
    );
  const [hello, sender, submitter] = ['helo', 'from', 'submitter'].map(name => textOption(options, name));
  const how = {
    client: ip,
    ...(hello === undefined ? {} : { hello }),
    ...(sender === undefined ? {} : { sender }),
    ...(submitter === undefined ? {} : { submitter }),
  };
  return { ip, how };
}

function asJson({ results, hostName, verdict }: JudgedMessage, ip: string, context: Context) {
  return {
    results: results.map(result => {
      const { details, ...words } = adviseOn(result, ip);
      const said = Object.entries(words).map(([who, words]) => [who, context.say(words, detailsIn(details, context))]);
      return { ...result, ...Object.fromEntries(said) };
    }),
    authenticationResults: formatAuthenticationResults(hostName, results),
    verdict,
  };
}

function print(judged: JudgedMessage, ip: string, context: Context, place: Workplace): void {
  for (const result of judged.results) printResult(result, adviseOn(result, ip), context);
  printChecks(judged, context, place);
  context.out(`${context.say(written)}\n`);
  const field = formatAuthenticationResults(judged.hostName, judged.results);
  context.out(field.replaceAll('\r\n', '\n').replaceAll('\t', '  '));
}

const readers = ['postmaster', 'receiver', 'sender'] as const;
const titles: Readonly<Record<(typeof readers)[number], Sentence>> = {
  postmaster: sentence('postmaster', '管理者'),
  receiver: sentence('receiver  ', '受信者'),
  sender: sentence('sender    ', '送信者'),
};

function printResult({ method, result }: AuthResult, advice: Advice, context: Context): void {
  const details = detailsIn(advice.details, context);
  context.out(`${method}=${result}\n  ${context.say(advice.says, details)}\n`);
  for (const who of readers) context.out(`    ${context.say(titles[who])}  ${context.say(advice[who], details)}\n`);
}

const widthAtMost = 300;

/** What the checks that go by the sender weigh; the text is not what is asked about. */
function printChecks({ verdict }: JudgedMessage, context: Context, place: Workplace): void {
  const about = verdict.reasons.filter(({ check }) => place.goesBySender(check));
  const observed = verdict.observed.filter(({ check }) => place.goesBySender(check));
  if (about.length + observed.length > 0) context.out(`${context.say(weighed)}\n`);
  for (const [list, mark] of [
    [about, ''],
    [observed, context.say(onlyObserved)],
  ] as const)
    for (const { symbol, points, details } of list) {
      const says = place.says(symbol);
      const words = says ? context.say(says, detailsIn(details, context)) : '';
      context.out(`${String(points).padStart(9)}  ${symbol}: ${cut(words, widthAtMost)}${mark}\n`);
    }
  for (const { check, reason } of verdict.unavailable.filter(one => place.goesBySender(one.check)))
    context.out(`       --  ${check}: ${cut(unavailableIn(reason, context.language), widthAtMost)}\n`);
}

/** Reasons are the program's own words, in English. */
function detailsIn(details: Details, { language }: Context): Details {
  const said = Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'string' ? authReasonIn(value, language) : value,
  ]);
  return Object.fromEntries(said);
}

const weighed = sentence('What the checks make of it:', '検査の結果:');
const onlyObserved = sentence(' (only observed)', '（観察のみ）');
const written = sentence('This would be written into it:', 'メッセージに書き込まれるフィールド:');
