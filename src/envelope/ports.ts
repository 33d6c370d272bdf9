// SPDX-License-Identifier: Apache-2.0
/**
 * Ports — what the dialogue asks of the way of a message. The dialogue knows the protocol, the attempt knows the judgement:
 * it hears of each step in order, one at a time, and may answer a refusal; `undefined` lets the dialogue give its usual answer.
 */
import type { Client, TlsInfo } from '../core/client.ts';
import type { Oddity } from '../core/conduct.ts';
import type { Sender, Recipient } from '../core/envelope.ts';
import type { Hello } from '../core/hello.ts';
import type { WireNotes } from '../core/message.ts';
import type { Reply } from '../core/reply.ts';
import type { Maybe } from '../core/maybe.ts';
import type { Slowed } from '../net/pace.ts';
import type { Waiting } from '../net/waiting.ts';

export interface OpenAttempt {
  /** `peer` is the socket's other end, `client` whom it speaks for (PROXY); both go into the record. `listener` names the listening door: `smtp`, `smtps`. */
  (peer: Client, client: Client, listener: string): Attempt;
}

/** Where strangers wait before they are greeted. */
export interface Lobby {
  /** Called once, first: with each whose wait is over, and how to begin its attempt. */
  attend(onEnter: (waiting: Waiting, peer: Client, client: Client, open: () => Attempt) => void): void;
  /** Lets it wait, or sends it away; false: it need not wait. */
  receive(waiting: Waiting, peer: Client, client: Client, listener: string): boolean;
  /** The server stops: all are told so, and are gone. Nobody waits from then on. */
  empty(): void;
}

export interface Attempt {
  /** In every reply that refuses or accepts, so that a postmaster can ask `sekisho explain ID`. */
  readonly id: string;
  connect(): Maybe<Reply | undefined>;
  /** EHLO or HELO; forgets the transaction. */
  hello(hello: Hello): Maybe<Reply | undefined>;
  /** The handshake is over: everything heard before it is forgotten (RFC 3207 4.2). */
  secured(tls: TlsInfo): void;
  sender(sender: Sender): Maybe<Reply | undefined>;
  recipient(recipient: Recipient): Maybe<Reply | undefined>;
  /** DATA or the first BDAT: from here on the message's bytes go into the sink. A reply refuses before 354. */
  data(): Maybe<MessageSink | Reply>;
  /** RSET, or a transaction given up. */
  reset(): void;
  /** A refusal the dialogue itself made (syntax, limits, smuggling): for the record. */
  refused(command: string, reply: Reply): void;
  /** Something no honest client does, seen on the wire and answered as usual: evidence. At most once each. */
  noticed?(oddity: Oddity): void;
  /** It was read from more slowly than it sent; before `close`. */
  slowed?(slowed: Slowed): void;
  /** The client went away, or sends no more, while a step is still being answered: it may end its wait. `close` follows when it has. May be called twice. */
  gone?(): void;
  /** The server stops while a step is still being answered: what is only held back is answered now. */
  hurry?(): void;
  /** The last word; called exactly once, and never while a step is being answered. */
  close(how: Ending): void;
}

/** `replaced`: a proxy has named another client, whose attempt goes on. `refused`: the attempt itself answered 421, or the peer did not speak SMTP at all. */
export type Ending = 'replaced' | 'quit' | 'hang-up' | 'time-out' | 'too-many-errors' | 'refused' | 'drained' | 'fault';

export interface MessageSink {
  /** A piece of the message, dots unstuffed, CRLF line ends. The buffer is the sink's own from now on. A promise asks the dialogue to stop reading until it resolves. */
  write(chunk: Buffer): Maybe<void>;
  /** End of data: judge, make durable, answer. Never throws: trouble of ours is a 451. */
  end(notes: WireNotes): Promise<Reply>;
  /** The message will not come to its end; nothing of it is kept. */
  abandon(): void;
}
