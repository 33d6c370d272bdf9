// SPDX-License-Identifier: Apache-2.0
/** Judge a file — a message without its connection goes the same way as one that came: what the connection was is taken from the options, else from the message's own trace. */
import type { Judges } from '../app.ts';
import { Measurements } from '../check/measurements.ts';
import { runStage, type Outcome } from '../check/run.ts';
import type { Address } from '../core/address.ts';
import { clientAt } from '../core/client.ts';
import { noSuspicion } from '../core/suspicion.ts';
import { plainConduct } from '../core/conduct.ts';
import { Fault } from '../core/faults.ts';
import { isPrivate, parseIp } from '../core/ip.ts';
import { judgedLimitBytes, messageOf, type Message } from '../core/message.ts';
import { notAnAddress } from '../operation/mistake.ts';
import type { JudgedMessage, JudgeOptions } from '../operation/ports.ts';
import { decide } from '../verdict/handling.ts';
import { judge } from '../verdict/judge.ts';
import { parseAddressList } from '../wire/mime/addresses.ts';
import { parseMessage } from '../wire/mime/parse.ts';
import { parseReceived } from '../wire/mime/received.ts';
import type { MimeMessage } from '../wire/mime/types.ts';
import { parseMailbox } from '../wire/smtp/path.ts';

export interface JudgeFileParts {
  readonly judges: Judges;
  readonly hostName: string;
}

export async function judgeFile(
  { judges, hostName }: JudgeFileParts,
  given: Buffer,
  how: JudgeOptions,
): Promise<JudgedMessage> {
  const bytes = asArrived(given);
  const mime = parseMessage(bytes.subarray(0, judgedLimitBytes));
  const { assembly, policy } = judges;
  const trace = traceOf(mime);
  const client = clientAt(how.client ?? trace.ip ?? '127.0.0.1', 0);
  const hello = { verb: 'EHLO' as const, name: how.hello ?? trace.hello ?? hostName };
  const sender = {
    address: readSender(how.sender, mime),
    body: '8BITMIME' as const,
    isSmtpUtf8: false,
    ...(how.submitter === undefined ? {} : { submitter: readAddress(how.submitter) }),
  };
  const recipient = { address: readRecipient(how.recipients?.[0], mime) };

  const connection = Measurements.begin(assembly, { client, attemptId: 'scan', conduct: plainConduct });
  const greeted = connection.within('hello', { hello, tls: undefined });
  const transaction = greeted.within('transaction', { hello, tls: undefined, sender });
  const toOne = transaction.within('recipient', { hello, tls: undefined, sender, recipient, suspicion: noSuspicion });
  const message = transaction.within('message', {
    hello,
    tls: undefined,
    sender,
    envelope: { sender, recipients: [recipient] },
    message: shorten(bytes),
  });
  const outcomes: Outcome[] = [];
  // What the connection tells is judged only where somebody said what it was.
  if (how.client !== undefined)
    outcomes.push(
      ...(await runStage('connect', connection)),
      ...(await runStage('hello', greeted)),
      ...(await runStage('sender', transaction)),
    );
  if (how.recipients !== undefined) outcomes.push(...(await runStage('recipient', toOne)));
  const { verdicts } = await judge(message, [{ measurements: toOne, outcomes, isPostmaster: false }], policy);
  const [verdict] = verdicts;
  if (!verdict) throw new Fault('bad-input', { detail: 'nothing was judged' });
  const decision = decide([verdict.action]);
  const results = await message.results();
  return {
    verdict,
    results,
    hostName,
    outcome: decision.kind === 'accept' ? (decision.handlings[0] ?? 'deliver') : verdict.action,
  };
}

/** Files have LF line ends, and often an mbox line on top; mail on the wire has neither. */
export function asArrived(bytes: Buffer): Buffer {
  const start = bytes.subarray(0, 5).toString('latin1') === 'From ' ? bytes.indexOf(10) + 1 : 0;
  const body = bytes.subarray(start);
  const firstLf = body.indexOf(10);
  const hasCrlf = firstLf > 0 && body[firstLf - 1] === 13;
  return hasCrlf || firstLf < 0 ? body : Buffer.from(body.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

function shorten(bytes: Buffer): Message {
  if (bytes.length <= judgedLimitBytes) return messageOf(bytes);
  return { ...messageOf(bytes), bytes: bytes.subarray(0, judgedLimitBytes), isWhole: false };
}

/** The topmost Received that names an address of the Internet: who handed the message over. */
function traceOf(mime: MimeMessage): { readonly ip?: string; readonly hello?: string } {
  for (const field of mime.headers.all('received').slice(0, 5)) {
    const { ip, helo } = parseReceived(field.raw) ?? {};
    const bytes = ip ? parseIp(ip) : undefined;
    if (ip && bytes && !isPrivate(bytes)) return { ip, ...(helo ? { hello: helo } : {}) };
  }
  return {};
}

function readSender(given: string | undefined, mime: MimeMessage): Address | null {
  const text = given ?? mime.headers.first('return-path')?.raw.replace(/^<|>$/g, '');
  if (text === undefined) return parseAddressList(mime.headers.first('from')?.raw ?? '')[0]?.address ?? null;
  if (text === '' || text === '<>') return null;
  return given === undefined ? (parseMailbox(text) ?? null) : readAddress(text);
}

/** As a person wrote it. */
function readAddress(text: string): Address {
  const address = parseMailbox(text.replace(/^<(.*)>$/, '$1'));
  if (!address) throw notAnAddress(text);
  return address;
}

function readRecipient(given: string | undefined, mime: MimeMessage): Address {
  const named =
    given === undefined ? parseAddressList(mime.headers.first('to')?.raw ?? '')[0]?.address : parseMailbox(given);
  if (given !== undefined && !named) throw notAnAddress(given);
  return named ?? { local: 'unknown', domain: 'invalid' };
}
