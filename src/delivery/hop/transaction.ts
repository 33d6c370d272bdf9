// SPDX-License-Identifier: Apache-2.0
/**
 * Transaction — MAIL, RCPT and DATA with a next hop, and what it said to each recipient.
 * Over LMTP each recipient has its own answer after the message, told the moment it comes: if the connection breaks,
 * only recipients whose answer had not come are tried again (RFC 2033 4.2).
 */
import { formatAddress, formatPath, type Address } from '../../core/address.ts';
import { Fault } from '../../core/faults.ts';
import type { Reply } from '../../core/reply.ts';
import { encodeXtext } from '../../wire/senderid/xtext.ts';
import { quoteReply } from '../../wire/smtp/reply-reader.ts';
import { deferred, failed, type Outcome, type Tell } from '../outcome.ts';
import type { Session } from './session.ts';
import { submitterOf } from './submitter.ts';

export interface Mail {
  readonly sender: Address | null;
  readonly recipients: readonly {
    readonly index: number;
    readonly address: Address;
    /** As it was written to, if that was another. */
    readonly original?: Address;
  }[];
  readonly sizeBytes: number;
  readonly body: '7BIT' | '8BITMIME';
  readonly isSmtpUtf8: boolean;
  readonly open: () => AsyncIterable<Buffer>;
}

export interface TransactionOptions {
  readonly protocol: 'smtp' | 'lmtp';
  /** Shown as the place of delivery and as the server that spoke. */
  readonly remote: string;
  readonly replyTimeout: number;
}

type Recipients = Mail['recipients'];

/** Tells each recipient's outcome; throws what the connection throws, and then some recipients were not told. */
export async function sendMail(session: Session, mail: Mail, tell: Tell, options: TransactionOptions): Promise<void> {
  const accepted = await sendEnvelope(session, mail, tell, options);
  if (accepted.length === 0) return;
  const { connection } = session;
  connection.send('DATA');
  const go = await connection.readReply(options.replyTimeout);
  // A yes without the message would be a loss.
  if (isDone(go)) throw new Fault('peer-nonsense', { detail: `DATA answered by ${quoteReply(go)}` });
  if (go.code !== 354) return tellAll(accepted, outcomeOf(go, options), tell);
  const early = await sendMessage(session, mail);
  if (early) return tellAll(accepted, outcomeOf(early, options), tell);
  // RFC 5321 4.5.3.2.6: the other side may need ten minutes to make it durable.
  const patience = options.replyTimeout * 2;
  if (options.protocol === 'smtp') {
    return tellAll(accepted, outcomeOf(await connection.readReply(patience), options), tell);
  }
  const told: Promise<void>[] = [];
  try {
    // Each is made durable while the next is read.
    for (const { index } of accepted) told.push(tell(index, outcomeOf(await connection.readReply(patience), options)));
  } finally {
    await Promise.all(told);
  }
}

/** A reply as an outcome; one that makes no sense here is tried again. */
export function outcomeOf(reply: Reply, { remote, protocol }: TransactionOptions): Outcome {
  const said = quoteReply(reply);
  if (isDone(reply)) return { kind: 'delivered', where: `${protocol} ${remote}`, reply: said };
  const more = { remote, reply: said };
  if (reply.code >= 500) return failed(statusOf(reply, '5.0.0'), 'The next server refused it.', more);
  // 421: it is about to hang up on everybody.
  return deferred(statusOf(reply, '4.0.0'), 'The next server asked to wait.', {
    ...more,
    isUnreachable: reply.code === 421,
  });
}

/** MAIL and all RCPTs; the recipients that may have the message. */
async function sendEnvelope(
  session: Session,
  mail: Mail,
  tell: Tell,
  options: TransactionOptions,
): Promise<Recipients> {
  const { connection, extensions } = session;
  const commands = [
    await mailCommand(session, mail, options),
    ...mail.recipients.map(recipient => recipientCommand(session, recipient)),
  ];
  const isPipelined = extensions.has('PIPELINING');
  if (isPipelined) connection.send(...commands);
  const ask = async (at: number): Promise<Reply> => {
    if (!isPipelined) connection.send(commands[at] ?? '');
    return connection.readReply(options.replyTimeout);
  };
  const sender = await ask(0);
  const isRefused = !isDone(sender);
  const accepted: Recipients[number][] = [];
  for (const [i, recipient] of mail.recipients.entries()) {
    // Replies to pipelined commands come whether we need them or not.
    const reply = isRefused && !isPipelined ? sender : await ask(i + 1);
    if (isRefused || !isDone(reply)) await tell(recipient.index, outcomeOf(isRefused ? sender : reply, options));
    else accepted.push(recipient);
  }
  return accepted;
}

async function mailCommand({ extensions }: Session, mail: Mail, { protocol }: TransactionOptions): Promise<string> {
  const words = [`MAIL FROM:<${formatPath(mail.sender)}>`];
  if (extensions.has('SIZE')) words.push(`SIZE=${mail.sizeBytes}`);
  if (mail.body === '8BITMIME' && extensions.has('8BITMIME')) words.push('BODY=8BITMIME');
  if (mail.isSmtpUtf8 && extensions.has('SMTPUTF8')) words.push('SMTPUTF8');
  const submitter = protocol === 'smtp' && extensions.has('SUBMITTER') ? await submitterOf(mail.open()) : undefined;
  if (submitter !== undefined) words.push(submitter);
  return words.join(' ');
}

function recipientCommand({ extensions }: Session, { address, original }: Recipients[number]): string {
  const command = `RCPT TO:<${formatAddress(address)}>`;
  const text = original && formatAddress(original);
  // Addresses outside ASCII have a form of their own (RFC 6533 3), which few servers know.
  if (!text || !extensions.has('DSN') || !/^[\x20-\x7e]+$/.test(text)) return command;
  return `${command} ORCPT=rfc822;${encodeXtext(text)}`;
}

/** Sends the message; a reply if the other side refused it before its end. */
async function sendMessage({ connection }: Session, mail: Mail): Promise<Reply | undefined> {
  try {
    await connection.sendBody(mail.open());
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'peer-closed')) throw error;
    // It hung up in the middle; it may have said why. A yes cannot be meant: it has not seen the end.
    const reply = await connection.readReply().catch(() => undefined);
    if (reply === undefined || reply.code < 400) throw error;
    return reply;
  }
}

async function tellAll(recipients: Recipients, outcome: Outcome, tell: Tell): Promise<void> {
  await Promise.all(recipients.map(({ index }) => tell(index, outcome)));
}

function isDone(reply: Reply): boolean {
  return reply.code >= 200 && reply.code < 300;
}

function statusOf(reply: Reply, otherwise: string): string {
  return reply.enhanced ?? otherwise;
}
