// SPDX-License-Identifier: Apache-2.0
/**
 * Stand-in — XCLIENT: the peer is a proxy that we believe, and names whom it speaks for. The attempt of before ends, and one of that client begins: nothing that was found
 * of the other holds for it. It is looked at like any client that connects, and does not wait for its greeting: it has waited at the proxy, or should have.
 */
import { clientAt, clientFromNowhere, type Client } from '../../core/client.ts';
import { after, type Maybe } from '../../core/maybe.ts';
import { unavailable, type NamedClient } from '../../wire/smtp/xclient.ts';
import type { Command } from '../../wire/smtp/command.ts';
import type { Attempt } from '../ports.ts';
import { answers } from './answers.ts';
import { endTransaction, type Answer, type Session } from './session.ts';

/** Begins the attempt of a client that a proxy has named; undefined if that fails. */
export type Become = (client: Client) => Attempt | undefined;

export function standIn(session: Session, { named }: Command<'XCLIENT'>): Maybe<Answer> {
  const { become, manners } = session;
  if (!become) {
    session.unknownCommands++;
    return answers.unknown;
  }
  if (session.state !== 'new' && session.state !== 'greeted' && session.state !== 'refused')
    return answers.xclientBetween;
  // Another address is another client: nothing of the one before, and least of all its log-in, may be taken for it.
  const all = named.ip === undefined ? { ...session.named, ...named } : named;
  const next = become(clientOf(all));
  if (!next) {
    session.ending = 'fault';
    return answers.fault;
  }
  endTransaction(session);
  session.attempt.close('replaced');
  session.attempt = next;
  session.named = all;
  session.hello = undefined;
  session.state = 'new';
  return after(next.connect(), refusal => {
    if (refusal) session.state = 'refused';
    return refusal ?? manners.greeting;
  });
}

/** As whom it greets: as the proxy heard it, where it says so. */
export function helloOf(session: Session, { verb, name }: Command<'EHLO' | 'HELO'>): Command<'EHLO' | 'HELO'> {
  const { hello, protocol } = session.named ?? {};
  const asked = protocol === undefined ? verb : protocol === 'SMTP' ? 'HELO' : 'EHLO';
  return { verb: asked, name: typeof hello === 'string' ? hello : name };
}

function clientOf({ ip, port, login }: NamedClient): Client {
  const isOurs = typeof login === 'string' && login !== '';
  if (typeof ip !== 'string') return clientFromNowhere(isOurs);
  return clientAt(ip, port === unavailable ? 0 : (port ?? 0), isOurs);
}
