// SPDX-License-Identifier: Apache-2.0
/** Hello — EHLO and HELO: who says it is there, and what we can do for it. Ends any transaction (RFC 5321 4.1.4). */
import { after, type Maybe } from '../../core/maybe.ts';
import type { Command } from '../../wire/smtp/command.ts';

import { endTransaction, type Answer, type Session } from './session.ts';
import { helloOf } from './stand-in.ts';

export function sayHello(session: Session, command: Command<'EHLO' | 'HELO'>): Maybe<Answer> {
  const { verb, name } = helloOf(session, command);
  endTransaction(session);
  session.state = 'new';
  session.hello = undefined;
  const hello = { verb, name };
  const refusal = session.attempt.hello(hello);
  const greet = (): Answer => {
    session.hello = hello;
    session.state = 'greeted';
    if (command.verb === 'HELO') return session.manners.helo;
    return session.isSecure ? session.manners.ehloSecure : session.manners.ehlo;
  };
  return after(refusal, reply => reply ?? greet());
}
