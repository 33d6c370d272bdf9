// SPDX-License-Identifier: Apache-2.0
/** Transaction — MAIL, RCPT and RSET: from whom, to whom, and never mind. */
import { after, type Maybe } from '../../core/maybe.ts';
import type { Command } from '../../wire/smtp/command.ts';
import { isAscii } from '../../wire/smtp/command.ts';
import { answers, problems } from './answers.ts';
import { endTransaction, type Answer, type Session } from './session.ts';

export function takeSender(session: Session, { sender }: Command<'MAIL'>): Maybe<Answer> {
  if ((sender.sizeBytes ?? 0) > session.manners.limits.messageSize) return answers.tooBig;
  const refusal = session.attempt.sender(sender);
  const take = (): Answer => {
    session.sender = sender;
    session.state = 'sender';
    return answers.senderOk;
  };
  return after(refusal, reply => reply ?? take());
}

export function takeRecipient(session: Session, { address }: Command<'RCPT'>): Maybe<Answer> {
  if (session.recipients >= session.manners.limits.recipients) return answers.tooManyRecipients;
  if (!session.sender?.isSmtpUtf8 && !isAscii(address.local)) return problems['needs-utf8'];
  const refusal = session.attempt.recipient({ address });
  const take = (): Answer => {
    session.recipients++;
    // It brings a message nearer, so it is not counted.
    session.idleCommands--;
    session.state = 'recipients';
    return answers.recipientOk;
  };
  return after(refusal, reply => reply ?? take());
}

export function reset(session: Session): Answer {
  endTransaction(session);
  session.attempt.reset();
  return answers.ok;
}
